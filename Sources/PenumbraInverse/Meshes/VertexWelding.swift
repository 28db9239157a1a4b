/// Which vertices of a mesh are one point: texture and normal seams store a point several times, and it must not tear.
public struct VertexWelding: Sendable, Equatable {
  /// Point of every vertex, shape [vertexCount]; points are numbered in the order of their first vertex.
  public let points: [Int32]
  /// First vertex of every point, shape [pointCount].
  public let representatives: [Int32]

  public var pointCount: Int { representatives.count }

  /// Vertices whose positions are equal bit for bit are one point.
  ///
  /// - Parameter positions: shape [vertexCount × 3].
  public init(positions: [Float]) {
    precondition(positions.count % 3 == 0, "three coordinates per vertex, found \(positions.count) numbers")
    self.init(
      keys: stride(from: 0, to: positions.count, by: 3).map { i in
        SIMD3(Self.key(positions[i]), Self.key(positions[i + 1]), Self.key(positions[i + 2]))
      })
  }

  /// Adding zero turns −0 into +0, which are one place.
  private static func key(_ coordinate: Float) -> UInt32 { (coordinate + 0).bitPattern }

  /// Every vertex is a point of its own.
  public init(vertexCount: Int) {
    points = (0..<Int32(vertexCount)).map { $0 }
    representatives = points
  }

  private init(keys: [SIMD3<UInt32>]) {
    var known: [SIMD3<UInt32>: Int32] = [:]
    known.reserveCapacity(keys.count)
    var points: [Int32] = []
    var representatives: [Int32] = []
    points.reserveCapacity(keys.count)
    for (vertex, key) in keys.enumerated() {
      let point = known[key] ?? Int32(representatives.count)
      if point == representatives.count {
        known[key] = point
        representatives.append(Int32(vertex))
      }
      points.append(point)
    }
    self.points = points
    self.representatives = representatives
  }

  /// Values of points from those of vertices, taken at the first vertex of each, shape [pointCount × 3].
  func gather(_ vertices: [Float]) -> [Float] {
    representatives.flatMap { v in (0..<3).map { vertices[3 * Int(v) + $0] } }
  }

  /// Every vertex gets its point's value, shape [vertexCount × 3].
  func spread(_ values: [Float]) -> [Float] { points.flatMap { p in (0..<3).map { values[3 * Int(p) + $0] } } }

  /// Sums over the vertices of each point: the adjoint of `spread`, shape [pointCount × 3].
  func sum(_ vertices: [Float]) -> [Float] {
    var sums = [Float](repeating: 0, count: 3 * pointCount)
    for (vertex, point) in points.enumerated() {
      for c in 0..<3 { sums[3 * Int(point) + c] += vertices[3 * vertex + c] }
    }
    return sums
  }
}
