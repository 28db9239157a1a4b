/// Triangles in the world, counter-clockwise seen from outside; vertices are shared by neighbours.
public struct TriangleMesh: Sendable, Equatable {
  public var positions: [SIMD3<Float>] = []
  public var triangles: [SIMD3<UInt32>] = []

  public init(positions: [SIMD3<Float>] = [], triangles: [SIMD3<UInt32>] = []) {
    (self.positions, self.triangles) = (positions, triangles)
  }

  public func corners(_ triangle: SIMD3<UInt32>) -> (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>) {
    (positions[Int(triangle.x)], positions[Int(triangle.y)], positions[Int(triangle.z)])
  }

  /// Normal times twice the area.
  public func areaVector(_ triangle: SIMD3<UInt32>) -> SIMD3<Float> {
    let (a, b, c) = corners(triangle)
    return cross(b - a, c - a)
  }

  /// Unit normals of the vertices: means of the triangles' normals, weighted by area.
  public func vertexNormals() -> [SIMD3<Float>] {
    var sums = [SIMD3<Float>](repeating: .zero, count: positions.count)
    for triangle in triangles {
      let n = areaVector(triangle)
      for i in 0..<3 { sums[Int(triangle[i])] += n }
    }
    return sums.map { $0 == .zero ? [0, 0, 1] : normalize($0) }
  }

  /// A third of the area of the triangles around each vertex, in square world units.
  func vertexAreas() -> [Float] {
    var areas = [Float](repeating: 0, count: positions.count)
    for triangle in triangles {
      let share = length(areaVector(triangle)) / 6
      for i in 0..<3 { areas[Int(triangle[i])] += share }
    }
    return areas
  }

  /// Total area, in square world units.
  public var area: Float { triangles.reduce(0) { $0 + 0.5 * length(areaVector($1)) } }

  /// Mean length of the triangles' sides.
  public var meanEdgeLength: Float {
    guard !triangles.isEmpty else { return 0 }
    let total = triangles.reduce(Float(0)) { sum, triangle in
      let (a, b, c) = corners(triangle)
      return sum + length(b - a) + length(c - b) + length(a - c)
    }
    return total / Float(3 * triangles.count)
  }

  /// The box around all vertices; `nil` when there are none.
  public var bounds: Box? {
    guard let first = positions.first else { return nil }
    let (low, high) = positions.reduce((first, first)) { (pointwiseMin($0.0, $1), pointwiseMax($0.1, $1)) }
    return Box(SIMD3<Double>(low), SIMD3<Double>(high))
  }

  /// Without vertices that no triangle uses.
  func compacted() -> TriangleMesh {
    var numbers = [UInt32](repeating: .max, count: positions.count)
    var result = TriangleMesh()
    result.triangles.reserveCapacity(triangles.count)
    for triangle in triangles {
      var moved = triangle
      for i in 0..<3 {
        let old = Int(triangle[i])
        if numbers[old] == .max {
          numbers[old] = UInt32(result.positions.count)
          result.positions.append(positions[old])
        }
        moved[i] = numbers[old]
      }
      result.triangles.append(moved)
    }
    return result
  }
}
