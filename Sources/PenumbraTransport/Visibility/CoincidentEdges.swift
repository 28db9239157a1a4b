/// Edges of different objects that lie on each other, as those of walls that meet in a corner.
///
/// They show as one edge in the picture, which would be counted once for each of them.
enum CoincidentEdges {
  /// Notes in every edge which others may lie on parts of it.
  ///
  /// - Parameter shared: per edge, the part of space in which other objects are; `nil` for none.
  /// - Returns: the others, in runs to which `EdgeRecord.rivals` points.
  /// - Throws: when Embree fails.
  static func find(_ edges: inout [EdgeRecord], shared: (EdgeRecord) -> Box?, in scene: KernelScene)
    throws(TransportError) -> [EdgeRecord]
  {
    let geometry = EdgeGeometry(scene: scene)
    var candidates: [Int] = []
    var boxes: [Box] = []
    for (index, edge) in edges.enumerated() where edge.kind == .mesh && edge.isCrease {
      let (a, b) = geometry.ends(edge)
      let margin = Vector3(repeating: margin(a, b))
      let box = Box(low: pointwiseMin(a, b) - margin, high: pointwiseMax(a, b) + margin)
      guard let space = shared(edge), space.overlaps(box) else { continue }
      candidates.append(index)
      boxes.append(box)
    }
    var rivals: [Int: [EdgeRecord]] = [:]
    let objects = candidates.map { SIMD2(edges[$0].shape, edges[$0].instance) }
    guard objects.contains(where: { $0 != objects[0] }) else { return [] }
    for pair in try CollisionPairs.find(boxes, where: { objects[$0] != objects[$1] }) {
      let (i, j) = (candidates[Int(pair.x)], candidates[Int(pair.y)])
      guard areParallel(geometry.ends(edges[i]), geometry.ends(edges[j])) else { continue }
      rivals[i, default: []].append(edges[j])
      rivals[j, default: []].append(edges[i])
    }
    var list: [EdgeRecord] = []
    for (index, others) in rivals.sorted(by: { $0.key < $1.key }) {
      edges[index].rivals = SIMD2(Int32(list.count), Int32(others.count))
      list += others
    }
    return list
  }

  private static func margin(_ a: Vector3, _ b: Vector3) -> Float {
    2e-5 * max(a.largestMagnitude, max(b.largestMagnitude, 1e-3))
  }

  private static func areParallel(_ a: (Vector3, Vector3), _ b: (Vector3, Vector3)) -> Bool {
    let (u, v) = (a.1 - a.0, b.1 - b.0)
    return cross(u, v).squaredLength <= 1e-6 * u.squaredLength * v.squaredLength
  }

  /// Whether a point of one edge lies on another.
  static func contains(_ ends: (Vector3, Vector3), _ p: Vector3) -> Bool {
    let line = ends.1 - ends.0
    let t = dot(p - ends.0, line) / line.squaredLength
    guard t >= 0, t <= 1 else { return false }
    let margin = margin(ends.0, ends.1)
    return (p - (ends.0 + line * t)).squaredLength <= margin * margin
  }
}
