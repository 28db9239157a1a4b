import PenumbraTransport

/// The box around everything that has a place in a scene.
struct SceneExtent {
  private(set) var low = SIMD3<Float>(repeating: .infinity)
  private(set) var high = SIMD3<Float>(repeating: -.infinity)

  /// The longest side, in world units; at least a tiny one, so that something can move where all is a point.
  var side: Float {
    let size = high - low
    return size.max().isFinite ? max(size.max(), 1e-6) : .infinity
  }

  /// Shapes, as their parameters place them before any pose, and cameras.
  init(_ scene: Scene) {
    for shape in scene.structure.shapes {
      switch shape.geometry {
      case .mesh(let mesh): add(scene.theta[mesh.positions..<(mesh.positions + 3 * mesh.vertexCount)])
      case .sphere(let map), .rectangle(let map), .disk(let map), .cylinder(let map):
        // The image of a cube around each of these shapes.
        for corner in 0..<8 {
          add(Self.image(scene.theta, map, (0..<3).map { corner >> $0 & 1 == 1 ? 1 : -1 }))
        }
      }
    }
    for sensor in scene.structure.sensors { add(Self.image(scene.theta, sensor.toWorld, [0, 0, 0])) }
  }

  private mutating func add(_ positions: ArraySlice<Float>) {
    for i in stride(from: positions.startIndex, to: positions.endIndex - 2, by: 3) {
      add(SIMD3(positions[i], positions[i + 1], positions[i + 2]))
    }
  }

  private mutating func add(_ point: SIMD3<Float>) {
    low = pointwiseMin(low, point)
    high = pointwiseMax(high, point)
  }

  /// A point under a row-major 4×4 matrix.
  private static func image(_ theta: [Float], _ map: Int, _ p: [Float]) -> SIMD3<Float> {
    var result = SIMD3<Float>.zero
    for row in 0..<3 {
      result[row] = theta[map + 4 * row + 3] + (0..<3).reduce(0) { $0 + theta[map + 4 * row + $1] * p[$1] }
    }
    return result
  }
}
