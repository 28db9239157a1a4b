/// All edges of a scene that can hide or show something, found once per structure.
///
/// Triangles are neighbours when their corners coincide in space: meshes repeat vertices along seams of texture
/// coordinates and normals, and those seams are no borders.
struct EdgeTopology {
  let edges: [EdgeRecord]
  /// Everything that can be seen: shapes of the scene, and shapes of groups through each of their instances.
  private(set) var bodies: [CrossingCurves.Body] = []
  /// Pairs of triangles in which a mesh passed through itself when the scene was first differentiated.
  private(set) var selfCrossings: [(SurfaceFace, SurfaceFace)] = []

  /// Edges that lie on edges of other objects; see `EdgeRecord.rivals`.
  let rivals: OwnedBuffer<EdgeRecord>
  /// Per material: whether it, or what it wraps, has a perfectly specular lobe.
  let isSpecular: OwnedBuffer<Bool>
  /// Per material: whether it, or what it wraps, has a lobe of microfacets.
  let isGlossy: OwnedBuffer<Bool>
  /// Emitters without size, whose shadows are hard.
  let pointLights: OwnedBuffer<Int32>

  /// - Throws: when Embree fails.
  init(_ structure: SceneStructure, expanded: ExpandedScene) throws(TransportError) {
    isSpecular = OwnedBuffer(structure.materials.map { $0.mayBeSpecular(in: structure.materials) } + [false])
    isGlossy = OwnedBuffer(structure.materials.map { $0.mayBeGlossy(in: structure.materials) } + [false])
    pointLights = OwnedBuffer(
      structure.emitters.indices.filter { expanded.kernel.emitters.records[$0].isDirac }.map { Int32($0) })
    var inGroups = Set<Int>()
    for group in structure.groups { inGroups.formUnion(group.shapes) }
    for index in structure.shapes.indices where !inGroups.contains(index) {
      bodies.append(CrossingCurves.Body(shape: index, instance: -1))
    }
    for (number, instance) in structure.instances.enumerated() {
      for index in structure.groups[instance.group.index].shapes {
        bodies.append(CrossingCurves.Body(shape: index, instance: number))
      }
    }
    var own: [Int: [(SurfaceFace, SurfaceFace)]] = [:]
    var edges: [EdgeRecord] = []
    for body in bodies {
      edges += Self.edges(of: body.shape, instance: body.instance, structure, expanded)
      guard case .mesh = structure.shapes[body.shape].geometry else { continue }
      let pairs: [(SurfaceFace, SurfaceFace)]
      if let known = own[body.shape] {
        pairs = known
      } else {
        pairs = try CrossingCurves.within(body.shape, in: expanded.kernel)
        own[body.shape] = pairs
      }
      let number = Int32(body.instance)
      selfCrossings += pairs.map { first, second in
        (
          SurfaceFace(shape: first.shape, instance: number, primitive: first.primitive),
          SurfaceFace(shape: second.shape, instance: number, primitive: second.primitive)
        )
      }
    }
    let spaces = try CrossingCurves.sharedBoxes(bodies, in: expanded.kernel)
    let bodyOf = Dictionary(uniqueKeysWithValues: bodies.enumerated().map { (SIMD2($1.shape, $1.instance), $0) })
    rivals = OwnedBuffer(
      try CoincidentEdges.find(
        &edges, shared: { edge in bodyOf[SIMD2(Int(edge.shape), Int(edge.instance))].flatMap { spaces[$0] } },
        in: expanded.kernel))
    self.edges = edges
  }

  private static func edges(of index: Int, instance: Int, _ structure: SceneStructure, _ expanded: ExpandedScene)
    -> [EdgeRecord]
  {
    let (shape, number) = (Int32(index), Int32(instance))
    switch structure.shapes[index].geometry {
    case .sphere: return [EdgeRecord(kind: .sphere, shape: shape, instance: number)]
    case .disk: return [EdgeRecord(kind: .rim, shape: shape, instance: number)]
    case .cylinder:
      return [0, 1].map { EdgeRecord(kind: .rim, shape: shape, instance: number, height: $0) }
        + [-1, 1].map { EdgeRecord(kind: .side, shape: shape, instance: number, height: $0) }
    case .mesh, .rectangle: return MeshEdges(expanded.kernel.shapes[index], expanded.kernel.values).edges(shape, number)
    }
  }
}

extension Material {
  fileprivate func mayBeSpecular(in materials: [Material]) -> Bool {
    switch self {
    case .conductor, .dielectric, .thinDielectric, .plastic, .null, .mask: true
    default: children.contains { materials[$0.index].mayBeSpecular(in: materials) }
    }
  }

  fileprivate func mayBeGlossy(in materials: [Material]) -> Bool {
    switch self {
    case .roughConductor, .roughDielectric, .roughPlastic, .principled, .principledThin: true
    default: children.contains { materials[$0.index].mayBeGlossy(in: materials) }
    }
  }
}

/// Sides of triangles that wait for their neighbours, in lists by the lower of their points.
private struct OpenEdges {
  private struct Entry {
    let half: MeshEdges.HalfEdge
    let upper: Int32
    /// Entry of the same lower point, −1 for none.
    var next: Int32
    var isOpen = true
  }

  private var heads: [Int32]
  private var entries: [Entry] = []

  init(points: Int) { heads = [Int32](repeating: -1, count: points) }

  /// Takes out the side that joins the same points, or adds this one if there is none.
  mutating func pair(_ half: MeshEdges.HalfEdge, between lower: Int32, and upper: Int32) -> MeshEdges.HalfEdge? {
    var (before, current) = (Int32(-1), heads[Int(lower)])
    while current >= 0 {
      let entry = entries[Int(current)]
      if entry.upper == upper {
        if before < 0 { heads[Int(lower)] = entry.next } else { entries[Int(before)].next = entry.next }
        entries[Int(current)].isOpen = false
        return entry.half
      }
      (before, current) = (current, entry.next)
    }
    entries.append(Entry(half: half, upper: upper, next: heads[Int(lower)]))
    heads[Int(lower)] = Int32(entries.count - 1)
    return nil
  }

  /// Those that are left.
  var all: [MeshEdges.HalfEdge] { entries.filter(\.isOpen).map(\.half) }
}

/// The edges of one mesh.
private struct MeshEdges {
  private let shape: ShapeRecord
  private let values: UnsafePointer<Float>

  init(_ shape: ShapeRecord, _ values: UnsafePointer<Float>) {
    self.shape = shape
    self.values = values
  }

  fileprivate struct HalfEdge {
    var from: Int32
    var to: Int32
    var third: Int32
  }

  func edges(_ index: Int32, _ instance: Int32) -> [EdgeRecord] {
    let points = weldedPoints()
    var open = OpenEdges(points: points.count)
    var result: [EdgeRecord] = []
    result.reserveCapacity(3 * Int(shape.triangleCount) / 2)
    for triangle in 0..<Int(shape.triangleCount) {
      let corners = shape.triangles + 3 * triangle
      for side in 0..<3 {
        let (a, b, c) = (corners[side], corners[(side + 1) % 3], corners[(side + 2) % 3])
        let (i, j) = (points[Int(a)], points[Int(b)])
        guard i != j else { continue }
        let half = HalfEdge(from: Int32(a), to: Int32(b), third: Int32(c))
        guard let other = open.pair(half, between: min(i, j), and: max(i, j)) else { continue }
        result.append(record(other, half, isSameDirection: points[Int(other.from)] == i, index, instance))
      }
    }
    // What found no neighbour is a border.
    let borders = open.all.sorted { ($0.from, $0.to, $0.third) < ($1.from, $1.to, $1.third) }
    return result
      + borders.map {
        EdgeRecord(
          kind: .mesh, isCrease: true, shape: index, instance: instance, ends: SIMD2($0.from, $0.to),
          thirds: SIMD2($0.third, -1))
      }
  }

  /// Per vertex the first one at the same place.
  private func weldedPoints() -> [Int32] {
    let corners = UnsafeBufferPointer(start: shape.triangles, count: 3 * Int(shape.triangleCount))
    let count = corners.reduce(0) { max($0, Int($1) + 1) }
    var first = [SIMD3<UInt32>: Int32](minimumCapacity: count)
    return (0..<count).map { vertex in
      let p = ShapeRecord.load(values, shape.positions, vertex)
      // Adding zero makes −0 and 0 the same point.
      let key = SIMD3((p.x + 0).bitPattern, (p.y + 0).bitPattern, (p.z + 0).bitPattern)
      if let known = first[key] { return known }
      first[key] = Int32(vertex)
      return Int32(vertex)
    }
  }

  private func record(_ a: HalfEdge, _ b: HalfEdge, isSameDirection: Bool, _ index: Int32, _ instance: Int32)
    -> EdgeRecord
  {
    EdgeRecord(
      kind: .mesh, isCrease: isCrease(a, isSameDirection ? b : HalfEdge(from: b.to, to: b.from, third: b.third)),
      shape: index, instance: instance, ends: SIMD2(a.from, a.to), thirds: SIMD2(a.third, b.third))
  }

  /// Whether normals or, where they are used, texture coordinates differ between two triangles along their edge; `b` is
  /// listed in the direction of `a`.
  private func isCrease(_ a: HalfEdge, _ b: HalfEdge) -> Bool {
    if shape.normals < 0 {
      let (m, n) = (normal(a), normal(b) * -1)
      if (m - n).squaredLength > 1e-10 { return true }
    } else {
      let pairs = [(a.from, b.from), (a.to, b.to)]
      let differ = pairs.contains {
        (ShapeRecord.load(values, shape.normals, Int($0)) - ShapeRecord.load(values, shape.normals, Int($1)))
          .squaredLength > 1e-10
      }
      if differ { return true }
    }
    guard shape.needsUV, shape.texcoords >= 0 else { return false }
    let isSeam = [(a.from, b.from), (a.to, b.to)].contains {
      ShapeRecord.load2(values, shape.texcoords, Int($0)) != ShapeRecord.load2(values, shape.texcoords, Int($1))
    }
    return isSeam || (shape.needsTangent && tangentJumps(a, b))
  }

  /// Whether the direction of u, constant on each triangle, turns in the surface from one to the other: what a brushed
  /// material shows there jumps, however smooth the normals are.
  private func tangentJumps(_ a: HalfEdge, _ b: HalfEdge) -> Bool {
    let (s, t) = (tangent(a), tangent(b))
    guard let s, let t else { return (s == nil) != (t == nil) }
    let across = normal(a) - normal(b)
    let n = across.squaredLength > 0 ? across.normalized : normal(a)
    let (p, q) = (s - n * dot(n, s), t - n * dot(n, t))
    guard p.squaredLength > 0, q.squaredLength > 0 else { return true }
    return (p.normalized - q.normalized).squaredLength > 1e-10
  }

  /// Unit dp/du of a triangle, `nil` where its texture coordinates are degenerate.
  private func tangent(_ e: HalfEdge) -> Vector3? {
    let (p, t) = (
      ShapeRecord.load(values, shape.positions, Int(e.from)), ShapeRecord.load2(values, shape.texcoords, Int(e.from))
    )
    let dpdu = ShapeRecord.positionPerU(
      ShapeRecord.load(values, shape.positions, Int(e.to)) - p,
      ShapeRecord.load(values, shape.positions, Int(e.third)) - p,
      ShapeRecord.load2(values, shape.texcoords, Int(e.to)) - t,
      ShapeRecord.load2(values, shape.texcoords, Int(e.third)) - t)
    guard let dpdu, dpdu.squaredLength > 0 else { return nil }
    return dpdu.normalized
  }

  private func normal(_ e: HalfEdge) -> Vector3 {
    let p = ShapeRecord.load(values, shape.positions, Int(e.from))
    let n = cross(
      ShapeRecord.load(values, shape.positions, Int(e.to)) - p,
      ShapeRecord.load(values, shape.positions, Int(e.third)) - p)
    let length = n.length
    return length > 0 ? n * (1 / length) : n
  }
}
