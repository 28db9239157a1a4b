/// A closed mesh whose edges can be split, collapsed and flipped.
struct EditableMesh {
  private(set) var positions: [SIMD3<Float>]
  /// A removed triangle has −1 in its corners.
  private(set) var triangles: [SIMD3<Int32>]
  /// Triangles around each vertex, in no order.
  private var around: [[Int32]]

  /// Cosine below which a triangle's turning counts as turning over.
  private static let leastAgreement: Float = 0.3

  init(_ mesh: TriangleMesh) {
    positions = mesh.positions
    triangles = mesh.triangles.map { SIMD3<Int32>(truncatingIfNeeded: $0) }
    around = [[Int32]](repeating: [], count: positions.count)
    for (number, t) in triangles.enumerated() { for i in 0..<3 { around[Int(t[i])].append(Int32(number)) } }
  }

  /// What is left, without gaps.
  var mesh: TriangleMesh {
    TriangleMesh(
      positions: positions, triangles: triangles.filter { $0.x >= 0 }.map { SIMD3<UInt32>(truncatingIfNeeded: $0) }
    ).compacted()
  }

  func isAlive(_ triangle: Int) -> Bool { triangles[triangle].x >= 0 }

  func edgeLength(_ a: Int32, _ b: Int32) -> Float { length(positions[Int(a)] - positions[Int(b)]) }

  func neighbours(of vertex: Int32) -> [Int32] {
    var result: [Int32] = []
    for t in around[Int(vertex)] {
      for i in 0..<3 {
        let v = triangles[Int(t)][i]
        if v != vertex, !result.contains(v) { result.append(v) }
      }
    }
    return result
  }

  /// Unit normal, mean of the triangles around.
  func normal(at vertex: Int32) -> SIMD3<Float> {
    normalize(around[Int(vertex)].reduce(.zero) { $0 + areaVector(triangles[Int($1)]) })
  }

  private func areaVector(_ t: SIMD3<Int32>) -> SIMD3<Float> {
    let a = positions[Int(t.x)]
    return cross(positions[Int(t.y)] - a, positions[Int(t.z)] - a)
  }

  /// The two triangles of an edge: first the one that runs from a to b; `nil` unless there are exactly two.
  private func sides(_ a: Int32, _ b: Int32) -> (left: Int32, right: Int32)? {
    var (left, right): (Int32, Int32) = (-1, -1)
    var count = 0
    for t in around[Int(a)] where contains(t, b) {
      count += 1
      if follows(t, a, b) { left = t } else { right = t }
    }
    return count == 2 && left >= 0 && right >= 0 ? (left, right) : nil
  }

  private func contains(_ t: Int32, _ v: Int32) -> Bool {
    let corners = triangles[Int(t)]
    return corners.x == v || corners.y == v || corners.z == v
  }

  /// Whether b comes directly after a.
  private func follows(_ t: Int32, _ a: Int32, _ b: Int32) -> Bool {
    let c = triangles[Int(t)]
    return (c.x == a && c.y == b) || (c.y == a && c.z == b) || (c.z == a && c.x == b)
  }

  private func third(_ t: Int32, _ a: Int32, _ b: Int32) -> Int32 {
    let c = triangles[Int(t)]
    return c.x != a && c.x != b ? c.x : (c.y != a && c.y != b ? c.y : c.z)
  }

  private func replacing(_ t: SIMD3<Int32>, _ old: Int32, _ new: Int32) -> SIMD3<Int32> {
    SIMD3(t.x == old ? new : t.x, t.y == old ? new : t.y, t.z == old ? new : t.z)
  }

  private mutating func remove(_ t: Int32, from v: Int32) { around[Int(v)].removeAll { $0 == t } }

  /// Puts a vertex into the middle of an edge.
  mutating func split(_ a: Int32, _ b: Int32) {
    let middle = Int32(positions.count)
    positions.append((positions[Int(a)] + positions[Int(b)]) / 2)
    around.append([])
    for t in around[Int(a)] where contains(t, b) {
      let old = triangles[Int(t)]
      let new = Int32(triangles.count)
      // The old triangle keeps a, the new one gets b.
      triangles[Int(t)] = replacing(old, b, middle)
      triangles.append(replacing(old, a, middle))
      remove(t, from: b)
      around[Int(b)].append(new)
      around[Int(third(t, a, middle))].append(new)
      around[Int(middle)] += [t, new]
    }
  }

  /// Joins the ends of an edge in its middle, unless that would pinch the surface, turn a triangle over or make an edge
  /// longer than `longest`.
  mutating func collapse(_ a: Int32, _ b: Int32, longest: Float) {
    guard let (left, right) = sides(a, b) else { return }
    let (c, d) = (third(left, a, b), third(right, a, b))
    let (ofA, ofB) = (neighbours(of: a), neighbours(of: b))
    // The link condition: a and b have no common neighbours but the two of their triangles.
    guard c != d, ofA.count(where: { ofB.contains($0) }) == 2, around[Int(c)].count > 3, around[Int(d)].count > 3 else {
      return
    }
    let middle = (positions[Int(a)] + positions[Int(b)]) / 2
    guard (ofA + ofB).allSatisfy({ $0 == a || $0 == b || length(positions[Int($0)] - middle) < longest }) else {
      return
    }
    for (vertex, other) in [(a, b), (b, a)] {
      guard around[Int(vertex)].allSatisfy({ contains($0, other) || keepsSide($0, moving: vertex, to: middle) }) else {
        return
      }
    }
    positions[Int(a)] = middle
    for t in [left, right] {
      for i in 0..<3 { remove(t, from: triangles[Int(t)][i]) }
      triangles[Int(t)] = SIMD3(repeating: -1)
    }
    for t in around[Int(b)] {
      triangles[Int(t)] = replacing(triangles[Int(t)], b, a)
      around[Int(a)].append(t)
    }
    around[Int(b)] = []
  }

  /// Whether a triangle stays on its side, and is no sliver, when one corner moves.
  private func keepsSide(_ t: Int32, moving vertex: Int32, to position: SIMD3<Float>) -> Bool {
    let corners = triangles[Int(t)]
    func place(_ v: Int32) -> SIMD3<Float> { v == vertex ? position : positions[Int(v)] }
    let (p, q, r) = (place(corners.x), place(corners.y), place(corners.z))
    return agrees(areaVector(corners), cross(q - p, r - p), sides: (q - p, r - q, p - r))
  }

  private func agrees(
    _ old: SIMD3<Float>, _ new: SIMD3<Float>, sides: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>)
  ) -> Bool {
    let longest = max(dot(sides.0, sides.0), max(dot(sides.1, sides.1), dot(sides.2, sides.2)))
    let size = length(new)
    // Height over the longest side at least a twentieth of it; a bad triangle may become a better one.
    guard size > 0.05 * longest else { return false }
    let before = length(old)
    return before < 1e-3 * longest || dot(old, new) > Self.leastAgreement * before * size
  }

  /// Moves a vertex unless that turns a triangle over.
  mutating func move(_ vertex: Int32, to position: SIMD3<Float>) {
    if around[Int(vertex)].allSatisfy({ keepsSide($0, moving: vertex, to: position) }) {
      positions[Int(vertex)] = position
    }
  }

  /// Turns an edge in its quadrilateral where that brings its vertices nearer to six neighbours.
  mutating func flipIfBetter(_ a: Int32, _ b: Int32) {
    guard let (left, right) = sides(a, b) else { return }
    let (c, d) = (third(left, a, b), third(right, a, b))
    func excess(_ v: Int32, _ change: Int) -> Int { abs(around[Int(v)].count + change - 6) }
    let now = excess(a, 0) + excess(b, 0) + excess(c, 0) + excess(d, 0)
    let then = excess(a, -1) + excess(b, -1) + excess(c, 1) + excess(d, 1)
    guard then < now, around[Int(a)].count > 3, around[Int(b)].count > 3, c != d else { return }
    guard !around[Int(c)].contains(where: { contains($0, d) }) else { return }
    let (pa, pb, pc, pd) = (positions[Int(a)], positions[Int(b)], positions[Int(c)], positions[Int(d)])
    // Left runs a → b → c, right runs b → a → d; after the flip they are a → d → c and d → b → c.
    let (first, second) = (cross(pd - pa, pc - pa), cross(pb - pd, pc - pd))
    let (n1, n2) = (areaVector(triangles[Int(left)]), areaVector(triangles[Int(right)]))
    let before = normalize(n1 + n2)
    guard dot(n1, n2) > 0.7 * length(n1) * length(n2),
      agrees(before, first, sides: (pd - pa, pc - pd, pa - pc)),
      agrees(before, second, sides: (pb - pd, pc - pb, pd - pc))
    else { return }
    triangles[Int(left)] = SIMD3(a, d, c)
    triangles[Int(right)] = SIMD3(d, b, c)
    remove(left, from: b)
    remove(right, from: a)
    around[Int(c)].append(right)
    around[Int(d)].append(left)
  }
}
