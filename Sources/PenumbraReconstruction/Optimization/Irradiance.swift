import Foundation

/// Irradiance by the direction of a surface that nothing shades, over π.
struct Irradiance {
  private let directions: [SIMD3<Float>]
  /// Radiance times solid angle over π.
  private let shares: [SIMD3<Float>]

  init(_ light: Surroundings) {
    var (directions, shares) = ([SIMD3<Float>](), [SIMD3<Float>]())
    // Rows at the poles have no area.
    for y in 1..<max(light.height - 1, 1) {
      let theta = .pi * Float(y) / Float(light.height - 1)
      let area = sinf(theta) * .pi / Float(light.height - 1) * (2 * .pi / Float(light.width))
      for x in 0..<light.width {
        let phi = 2 * .pi * (Float(x) + 0.5) / Float(light.width)
        directions.append(SIMD3(sinf(phi) * sinf(theta), cosf(theta), -cosf(phi) * sinf(theta)))
        let at = 3 * (y * light.width + x)
        shares.append(area / .pi * SIMD3(light.colors[at], light.colors[at + 1], light.colors[at + 2]))
      }
    }
    (self.directions, self.shares) = (directions, shares)
  }

  /// - Parameter normal: of unit length.
  func value(_ normal: SIMD3<Float>) -> SIMD3<Float> {
    var sum = SIMD3<Float>.zero
    for i in directions.indices { sum += max(dot(normal, directions[i]), 0) * shares[i] }
    return sum
  }
}
