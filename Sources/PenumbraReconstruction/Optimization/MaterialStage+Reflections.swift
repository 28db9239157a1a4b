extension MaterialStage {
  /// Roughnesses that are rendered; those between them are interpolated.
  private static let candidates: [Float] = [0.1, 0.2, 0.35, 0.5, 0.7, 1]
  /// `specular` of glass, plastic and varnish: where the search begins.
  private static let dielectric: Float = 0.5
  private static let mostPoints = 20_000

  /// Roughness of reflections.
  ///
  /// Their strength, and the colour of the light in them, would follow too if the light were known as sharply as they show
  /// it; with a sun that is blurred into the sky they come out too strong, and are taken off base colours.
  func findReflections(
    _ appearance: inout Appearance, _ object: TexturedMesh, _ photos: [Photo], round: Int, until deadline: Deadline
  ) throws(ReconstructionError) {
    let sightings = Sightings(photos, of: object.mesh, atMost: Self.mostPoints)
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
  fileprivate mutating func take(_ fit: ReflectionFit, _ object: TexturedMesh) {
    guard fit.strength.min() > 0 else { return }
    if let map = RoughnessMap(fit, object.mesh) {
      roughness = object.texture(of: map.values, width: roughnessWidth, height: roughnessHeight)
    } else {
      roughness = roughness.map { _ in Float(fit.roughness) }
    }
  }
}
