/// Cuts a surface into charts that can be laid flat by projection: pieces whose normals lie within a cone and whose
/// projections onto the plane across it do not overlap.
struct ChartSegmentation {
  /// One piece.
  struct Chart {
    /// Directions of the chart's plane in the world.
    var across: SIMD3<Float>
    var along: SIMD3<Float>
    var triangles: [Int]

    func project(_ p: SIMD3<Float>) -> SIMD2<Float> { [dot(across, p), dot(along, p)] }
  }

  private let mesh: TriangleMesh
  private let normals: [SIMD3<Float>]
  private let neighbours: [SIMD3<Int32>]
  /// Texels per world unit.
  private let density: Float

  /// Cosine of the cone's half angle: texels stretch by at most its inverse.
  private static let narrowest: Float = 0.6

  /// - Returns: charts that together hold every triangle once.
  static func charts(of mesh: TriangleMesh, density: Float) -> [Chart] {
    ChartSegmentation(mesh: mesh, density: density).run()
  }

  private init(mesh: TriangleMesh, density: Float) {
    (self.mesh, self.density) = (mesh, density)
    normals = mesh.triangles.map { normalize(mesh.areaVector($0)) }
    neighbours = mesh.triangleNeighbours()
  }

  private func run() -> [Chart] {
    var owner = [Int32](repeating: -1, count: mesh.triangles.count)
    var charts: [Chart] = []
    for seed in mesh.triangles.indices where owner[seed] < 0 {
      // The first growth finds the piece's mean direction, the second grows around it.
      let first = grow(from: seed, axis: smoothNormal(seed), owner)
      let mean = normalize(first.reduce(SIMD3<Float>.zero) { $0 + mesh.areaVector(mesh.triangles[$1]) })
      var axis = mean
      if dot(mean, normals[seed]) <= Self.narrowest { axis = normals[seed] }
      let (across, along) = tangents(of: axis)
      var triangles = grow(from: seed, axis: axis, owner)
      // A triangle without area has no normal and is a chart of its own.
      if triangles.isEmpty { triangles = [seed] }
      for triangle in triangles { owner[triangle] = Int32(charts.count) }
      charts.append(Chart(across: across, along: along, triangles: triangles))
    }
    return charts
  }

  private func smoothNormal(_ seed: Int) -> SIMD3<Float> {
    var sum = normals[seed]
    for i in 0..<3 where neighbours[seed][i] >= 0 { sum += normals[Int(neighbours[seed][i])] }
    return dot(normalize(sum), normals[seed]) > 0.8 ? normalize(sum) : normals[seed]
  }

  /// Triangles reached from a seed over free ones that fit, in breadth-first order.
  private func grow(from seed: Int, axis: SIMD3<Float>, _ owner: [Int32]) -> [Int] {
    let (across, along) = tangents(of: axis)
    var occupied = Set<SIMD2<Int32>>()
    var visited: Set<Int> = [seed]
    var queue = [seed]
    var result: [Int] = []
    var head = 0
    while head < queue.count {
      let triangle = queue[head]
      head += 1
      guard dot(normals[triangle], axis) > Self.narrowest else { continue }
      let (a, b, c) = mesh.corners(mesh.triangles[triangle])
      let flat = [a, b, c].map { SIMD2(dot(across, $0), dot(along, $0)) * density }
      let cells = TexelRaster.interior(of: flat)
      guard !cells.contains(where: occupied.contains) else { continue }
      occupied.formUnion(cells)
      result.append(triangle)
      for i in 0..<3 {
        let next = Int(neighbours[triangle][i])
        if next >= 0, owner[next] < 0, visited.insert(next).inserted { queue.append(next) }
      }
    }
    return result
  }
}

extension TriangleMesh {
  /// The triangles across the sides (x, y), (y, z), (z, x) of each; −1 where there is none.
  func triangleNeighbours() -> [SIMD3<Int32>] {
    var result = [SIMD3<Int32>](repeating: SIMD3(repeating: -1), count: triangles.count)
    var open: [SIMD2<UInt32>: (triangle: Int, side: Int)] = [:]
    for (number, t) in triangles.enumerated() {
      for (side, (a, b)) in [(t.x, t.y), (t.y, t.z), (t.z, t.x)].enumerated() {
        let key = SIMD2(min(a, b), max(a, b))
        if let other = open.removeValue(forKey: key) {
          result[number][side] = Int32(other.triangle)
          result[other.triangle][other.side] = Int32(number)
        } else {
          open[key] = (number, side)
        }
      }
    }
    return result
  }
}
