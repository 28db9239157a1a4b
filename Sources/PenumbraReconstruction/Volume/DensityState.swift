/// A cloud of glowing matter on a grid before far surroundings: what is known of a scene without masks at first.
struct DensityState: Sendable {
  /// Raw density ρ per corner: extinction per cube is softplus(ρ).
  var field: ScalarField
  /// Linear RGB per corner, shape [corners × 3].
  var colors: [Float]
  var surroundings: Surroundings
  /// First and second moments of Adam: density, then colour.
  var moments: [SIMD4<Float>]
  var squares: [SIMD4<Float>]

  init(box: Box, resolution: Int, color: SIMD3<Float>) {
    // A haze of 0.03 per cube, through which everything is still seen.
    field = ScalarField(box: box, resolution: resolution) { grid, _, _ in
      [Float](repeating: -3.5, count: grid.size.x)
    }
    let count = field.values.count
    colors = (0..<(3 * count)).map { color[$0 % 3] }
    surroundings = Surroundings(width: 64, height: 32, color: color)
    moments = [SIMD4<Float>](repeating: .zero, count: count)
    squares = moments
  }

  /// The same cloud on a grid twice as fine; extinction per cube halves with the cube.
  func refined() -> DensityState {
    let extent = SIMD3<Double>(SIMD3<Float>(field.size &- 1) * field.spacing)
    let lower = SIMD3<Double>(field.origin)
    var fine = DensityState(box: Box(lower, lower + extent), resolution: 2 * (field.size.max() - 1), color: .zero)
    fine.surroundings = surroundings
    let (nx, nxy) = (field.size.x, field.size.x * field.size.y)
    let limit = SIMD3<Float>(field.size &- 1) - 1e-3
    for z in 0..<fine.field.size.z {
      for y in 0..<fine.field.size.y {
        for x in 0..<fine.field.size.x {
          let p = (fine.field.position(x, y, z) - field.origin) / field.spacing
          let place = Trilinear(pointwiseMin(pointwiseMax(p, .zero), limit), nx, nxy)
          let i = fine.field.index(x, y, z)
          var (raw, color) = (Float(0), SIMD3<Float>.zero)
          for corner in 0..<8 {
            let j = place.base + (corner & 1) + (corner >> 1 & 1) * nx + (corner >> 2) * nxy
            raw += place.weights[corner] * field.values[j]
            color += place.weights[corner] * SIMD3(colors[3 * j], colors[3 * j + 1], colors[3 * j + 2])
          }
          fine.field.values[i] = raw - 0.5
          for c in 0..<3 { fine.colors[3 * i + c] = color[c] }
        }
      }
    }
    return fine
  }

  /// A field that is negative where matter is dense: its surface is where a cube hides a good part of what is behind it.
  var surfaceField: ScalarField {
    var result = field
    // softplus(ρ) = 0.2 at ρ = −1.5: walls without texture stay a thin haze of several cubes.
    for i in result.values.indices {
      result.values[i] = min(max((-1.5 - field.values[i]) * 0.5, -1), 1) * field.spacing
    }
    result.closeBorder()
    return result
  }
}
