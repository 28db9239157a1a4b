/// Irradiance by the direction of a surface that nothing shades, over π.
struct Irradiance {
  private let directions: [SIMD3<Float>]
  /// Radiance times solid angle over π.
  private let shares: [SIMD3<Float>]

  init(_ light: Surroundings) {
    let sky = SkyDirections(of: light)
    let seen = sky.shares.indices.filter { sky.shares[$0] > 0 }
    directions = seen.map { sky.directions[$0] }
    shares = seen.map { sky.shares[$0] * light[$0] }
  }

  /// - Parameter normal: of unit length.
  func value(_ normal: SIMD3<Float>) -> SIMD3<Float> {
    var sum = SIMD3<Float>.zero
    for i in directions.indices { sum += max(dot(normal, directions[i]), 0) * shares[i] }
    return sum
  }
}
