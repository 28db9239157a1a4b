/// The uniform (combinatorial) Laplacian L = D − A of a mesh: D holds the number of neighbours, A the edges.
///
/// Rows are compressed: the neighbours of point i are `neighbours[starts[i]..<starts[i + 1]]`, in ascending order.
public struct UniformLaplacian: Sendable, Equatable {
  /// Shape [count + 1].
  public let starts: [Int32]
  public let neighbours: [Int32]

  public var count: Int { starts.count - 1 }

  /// - Parameters:
  ///   - triangles: corner vertices.
  ///   - welding: which vertices are one point.
  public init(triangles: [SIMD3<UInt32>], welding: VertexWelding) {
    var edges: [UInt64] = []
    edges.reserveCapacity(6 * triangles.count)
    for triangle in triangles {
      let corners = (0..<3).map { UInt64(welding.points[Int(triangle[$0])]) }
      for (a, b) in [(0, 1), (1, 2), (2, 0)] where corners[a] != corners[b] {
        edges.append(corners[a] << 32 | corners[b])
        edges.append(corners[b] << 32 | corners[a])
      }
    }
    edges.sort()
    var starts = [Int32](repeating: 0, count: welding.pointCount + 1)
    var neighbours: [Int32] = []
    neighbours.reserveCapacity(edges.count / 2)
    var previous: UInt64?
    for edge in edges where edge != previous {
      starts[Int(edge >> 32) + 1] += 1
      neighbours.append(Int32(truncatingIfNeeded: edge))
      previous = edge
    }
    for point in 0..<welding.pointCount { starts[point + 1] += starts[point] }
    self.starts = starts
    self.neighbours = neighbours
  }

  func degree(_ point: Int) -> Int { Int(starts[point + 1] - starts[point]) }

  /// (I + λL) x for three columns at once, shape [count × 3].
  func diffused(_ x: [SIMD3<Double>], lambda: Double) -> [SIMD3<Double>] {
    x.indices.map { i in
      var sum = SIMD3<Double>.zero
      for n in Int(starts[i])..<Int(starts[i + 1]) { sum += x[Int(neighbours[n])] }
      return x[i] + lambda * (Double(degree(i)) * x[i] - sum)
    }
  }
}
