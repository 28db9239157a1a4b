import PenumbraTransport

/// Splits what the surface sends to the cameras into its materials and the light on it.
///
/// Neither is known, and base colours alone could explain every photo. So the light comes first: it has to explain as
/// much as it can of an object of one colour. Base colours then are what the surface sends divided by that light. What
/// changes over the surface with the view tells reflections: how rough the surface is where it shows some, and more of the
/// light in them. Base colours and roughness know more with what the others have found, and are sought again.
struct MaterialStage {
  struct Settings {
    /// Steps of the light, and as many of the light in reflections.
    var iterations: Int
    var batch: Int
    var samplesPerPixel: Int
    /// Steps of base colour and roughness, and of radiance relative to its mean.
    var rate: Float = 0.02
  }

  let photos: [Photo]
  let settings: Settings
  let seed: UInt64
  let threads: Int?
  let monitor: StageMonitor

  func run(_ object: TexturedMesh, until deadline: Deadline) throws(ReconstructionError) -> Appearance {
    var appearance = Appearance(plain: object)
    let coarse = photos.map { $0.reduced(by: 3) }
    let medium = photos.map { $0.reduced(by: 2) }
    try findLight(&appearance, object, coarse, until: Deadline(seconds: 0.35 * deadline.remaining))
    let smoothing = NormalSmoothing(object, light: appearance.light)
    appearance.normals = object.mesh.shadingNormals(rounds: smoothing.rounds)
    var round = 0
    try divide(
      &appearance, object, medium, smoothings: [6, 4], round: &round,
      until: Deadline(seconds: 0.2 * deadline.remaining))
    try findReflections(
      &appearance, object, coarse, round: 0, until: Deadline(seconds: 0.25 * deadline.remaining))
    try sharpenLight(&appearance, object, coarse, until: Deadline(seconds: 0.4 * deadline.remaining))
    try divide(
      &appearance, object, medium, smoothings: [2], round: &round,
      until: Deadline(seconds: 0.25 * deadline.remaining))
    try findReflections(
      &appearance, object, coarse, round: 1, until: Deadline(seconds: 0.5 * deadline.remaining))
    try divide(&appearance, object, medium, smoothings: [1], round: &round, until: deadline)
    return appearance
  }

  /// Base colours from what the surface sends, once per round: the light that surfaces throw onto each other changes with
  /// their colours, so that each round knows it better, and looks closer.
  ///
  /// - Parameters:
  ///   - smoothings: rounds of smoothing the light over the surface, for each time.
  ///   - round: number of rounds so far.
  private func divide(
    _ appearance: inout Appearance, _ object: TexturedMesh, _ photos: [Photo], smoothings: [Int], round: inout Int,
    until deadline: Deadline
  ) throws(ReconstructionError) {
    var samples = settings.samplesPerPixel
    for (number, smoothing) in smoothings.enumerated() {
      let clock = Deadline(seconds: .infinity)
      var black = appearance
      black.baseColor = black.baseColor.map { _ in 0 }
      let all = try pictures(of: appearance, object, like: photos, samples: samples, round: 2 * round)
      let gloss = try pictures(of: black, object, like: photos, samples: samples, round: 2 * round + 1)
      let base = object.vertexMeans(of: appearance.baseColor)
      let shading = Shading(object, pictures: all, gloss: gloss, base: base, smoothing: smoothing)
      appearance.setBaseColor(shading.divide(object, fallback: appearance.baseColor), rescales: round == 0)
      let cost = clock.elapsed / Double(samples)
      let share = deadline.remaining / Double(max(smoothings.count - number - 1, 1))
      samples = min(max(Int(0.8 * share / max(cost, 1e-6)), settings.samplesPerPixel), 64)
      round += 1
    }
  }

  /// Renders in place of the photos.
  func pictures(
    of appearance: Appearance, _ object: TexturedMesh, like photos: [Photo], samples: Int, round: Int
  ) throws(ReconstructionError) -> [Photo] {
    let model = try MaterialScene(object.mesh, object.atlas, appearance, cameras: photos.map(\.camera))
    var pictures = photos
    do {
      let renderer = try Renderer(model.scene)
      for index in photos.indices {
        var render = RenderSettings()
        (render.sensor, render.samplesPerPixel, render.sampler) = (index, samples, .sobol)
        (render.threads, render.visibility) = (threads, .none)
        render.seed = seed &+ UInt64(1_000_000 + round * photos.count + index)
        pictures[index].rgb = try renderer.render(render, monitor: monitor.render).rgb
      }
    } catch { throw ReconstructionError(error) }
    return pictures
  }

  private func descent(_ photos: [Photo], seed: UInt64) -> MaterialDescent {
    MaterialDescent(photos: photos, settings: settings, seed: seed, threads: threads, monitor: monitor)
  }

  /// Light, one base colour and one roughness.
  private func findLight(
    _ appearance: inout Appearance, _ object: TexturedMesh, _ photos: [Photo], until deadline: Deadline
  ) throws(ReconstructionError) {
    let model = try MaterialScene(object.mesh, object.atlas, appearance, cameras: photos.map(\.camera), isPlain: true)
    let mean = appearance.light.mean
    // The scale of light and colour is free: the first keeps its colour's brightest channel in the middle.
    let theta = try descent(photos, seed: seed).run(
      model,
      [
        MaterialDescent.Unknown(range: model.baseColor, rate: 0.3 * settings.rate, bounds: 0.05...0.8),
        MaterialDescent.Unknown(range: model.roughness, rate: settings.rate, bounds: 0.2...1),
        MaterialDescent.Unknown(range: model.light, rate: 2 * settings.rate * mean, bounds: 0...(1000 * mean)),
      ], until: deadline)
    let color = Array(theta[model.baseColor])
    appearance.baseColor = appearance.baseColor.indices.map { color[$0 % 3] }
    appearance.roughness = appearance.roughness.map { _ in theta[model.roughness.lowerBound] }
    appearance.light.colors = Array(theta[model.light])
  }

  /// What reflections show of the light, with the surface as it is.
  private func sharpenLight(
    _ appearance: inout Appearance, _ object: TexturedMesh, _ photos: [Photo], until deadline: Deadline
  ) throws(ReconstructionError) {
    let model = try MaterialScene(object.mesh, object.atlas, appearance, cameras: photos.map(\.camera))
    let mean = appearance.light.mean
    let theta = try descent(photos, seed: seed &+ 5_000_000).run(
      model,
      [MaterialDescent.Unknown(range: model.light, rate: settings.rate * mean, bounds: 0...(1000 * mean))],
      until: deadline)
    appearance.light.colors = Array(theta[model.light])
  }
}

extension Surroundings {
  /// Mean over texels and channels.
  fileprivate var mean: Float { colors.reduce(0, +) / Float(max(colors.count, 1)) }
}
