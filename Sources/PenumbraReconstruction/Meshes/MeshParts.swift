extension TriangleMesh {
  /// Parts that touch in no vertex: the number of its part for each triangle, and how many parts there are.
  func parts() -> (numbers: [Int], count: Int) {
    var parents = Array(positions.indices)
    func root(_ vertex: Int) -> Int {
      var v = vertex
      while parents[v] != v {
        parents[v] = parents[parents[v]]
        v = parents[v]
      }
      return v
    }
    for t in triangles {
      let (a, b, c) = (root(Int(t.x)), root(Int(t.y)), root(Int(t.z)))
      let least = min(a, b, c)
      (parents[a], parents[b], parents[c]) = (least, least, least)
    }
    var names: [Int: Int] = [:]
    let numbers = triangles.map { t -> Int in
      let r = root(Int(t.x))
      let number = names[r] ?? names.count
      names[r] = number
      return number
    }
    return (numbers, names.count)
  }

  /// Without parts whose area is below a share of the largest part's: crumbs of noise; and, unless they are wanted,
  /// without inner walls, whose volume is negative.
  func withoutCrumbs(share: Float = 0.02, keepsInnerWalls: Bool = false) -> TriangleMesh {
    let (numbers, count) = parts()
    var areas = [Float](repeating: 0, count: count)
    var volumes = [Float](repeating: 0, count: count)
    let center = positions.first ?? .zero
    for (triangle, part) in zip(triangles, numbers) {
      let (a, b, c) = corners(triangle)
      areas[part] += 0.5 * length(areaVector(triangle))
      volumes[part] += dot(a - center, cross(b - center, c - center)) / 6
    }
    let largest = areas.max() ?? 0
    var kept = self
    kept.triangles = zip(triangles, numbers).filter {
      areas[$1] >= share * largest && (keepsInnerWalls || volumes[$1] > 0)
    }.map(\.0)
    return kept.compacted()
  }
}
