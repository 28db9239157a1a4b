import Foundation

extension MaterialStage {
  /// Roughnesses that are rendered; those between them are interpolated.
  private static let candidates: [Float] = [0.1, 0.2, 0.35, 0.5, 0.7, 1]
  /// `specular` of glass, plastic and varnish: where the search begins.
  private static let dielectric: Float = 0.5

  /// Roughness of reflections, and from their colour that of the light.
  ///
  /// Their strength would follow too if the light were known as sharply as they show it; with a sun that is blurred into the
  /// sky they come out too strong, and are taken off base colours. The blur is the same in all channels.
  func findReflections(
    _ appearance: inout Appearance, _ object: TexturedMesh, _ photos: [Photo], _ sightings: Sightings, round: Int,
    until deadline: Deadline
  ) throws(ReconstructionError) {
    var shiny = appearance
    shiny.specular = Self.dielectric
    let trial = Deadline(seconds: .infinity)
    _ = try views(of: shiny, object, roughness: Self.candidates[0], photos, samples: 1, round)
    let share = 0.8 * deadline.remaining / (trial.elapsed * Double(Self.candidates.count))
    // Without the time for it, nothing is said of reflections.
    guard share >= 1 else { return }
    let samples = min(Int(share), 16)
    var pictures: [(all: [Photo], gloss: [Photo])] = []
    for roughness in Self.candidates {
      pictures.append(try views(of: shiny, object, roughness: roughness, photos, samples: samples, round))
    }
    guard let fit = ReflectionFit(photos, sightings, roughnesses: Self.candidates, pictures: pictures) else { return }
    appearance.take(fit, object)
    // Once: what is left of the tint then is how well roughness and base colours are known.
    if round == 0 { appearance.setTint(fit.tint, error: fit.tintError) }
  }

  /// Renders with one roughness, and the same of a black surface.
  private func views(
    of appearance: Appearance, _ object: TexturedMesh, roughness: Float, _ photos: [Photo], samples: Int, _ round: Int
  ) throws(ReconstructionError) -> (all: [Photo], gloss: [Photo]) {
    var rough = appearance
    rough.roughness = rough.roughness.map { _ in roughness }
    var black = rough
    black.baseColor = black.baseColor.map { _ in 0 }
    // The same noise for all candidates: it must not choose.
    return (
      try self.pictures(of: rough, object, like: photos, samples: samples, round: 1000 + 2 * round),
      try self.pictures(of: black, object, like: photos, samples: samples, round: 1001 + 2 * round)
    )
  }
}

extension Appearance {
  /// Standard deviation of the logarithm of the light's colour from grey: cameras balance most of it away.
  private static let usualTint = 0.2
  /// What the tint is off by whatever its noise: roughness and scattered light are known that well.
  private static let tintError = 0.05

  /// Colours the light as reflections show it, and takes that colour off the surface. The mean base colour of the brightest
  /// channel stays.
  ///
  /// - Parameters:
  ///   - tint: logarithm per channel of what the light lacks.
  ///   - error: its standard error.
  mutating func setTint(_ tint: SIMD3<Double>, error: SIMD3<Double>) {
    let prior = Self.usualTint * Self.usualTint
    let known = tint * prior / (prior + error * error + Self.tintError * Self.tintError)
    let factor = SIMD3(Float(exp(known.x)), Float(exp(known.y)), Float(exp(known.z)))
    let before = baseColor.mean
    let scale = (before / factor).max() / max(before.max(), 1e-6)
    for i in baseColor.indices { baseColor[i] /= factor[i % 3] * scale }
    for i in light.colors.indices { light.colors[i] *= factor[i % 3] * scale }
  }

  fileprivate mutating func take(_ fit: ReflectionFit, _ object: TexturedMesh) {
    guard fit.strength.min() > 0 else { return }
    if let map = RoughnessMap(fit, object.mesh) {
      roughness = object.texture(of: map.values, width: roughnessWidth, height: roughnessHeight)
    } else {
      roughness = roughness.map { _ in Float(fit.roughness) }
    }
  }
}

extension [Float] {
  /// Of linear RGB, per channel.
  fileprivate var mean: SIMD3<Float> {
    var sum = SIMD3<Double>.zero
    for i in indices { sum[i % 3] += Double(self[i]) }
    return SIMD3<Float>(sum * 3 / Double(Swift.max(count, 1)))
  }
}
