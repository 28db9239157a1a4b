import PenumbraTransport

/// Splits what the surface sends to the cameras into its materials and the light on it.
///
/// Neither is known, and base colours alone could explain every photo. So the light comes first: it has to explain as
/// much as it can of an object of one colour. Base colours then are what the surface sends divided by that light. What
/// changes over the surface with the view tells reflections: how rough the surface is where it shows some, and the colour
/// of the light. Base colours and roughness know more with what the others have found, and are sought again.
struct MaterialStage {
  struct Settings {
    /// The fewest samples of a picture's pixels.
    var samplesPerPixel: Int
    /// How often light that is rendered is averaged over neighbours, against noise.
    var smoothing = 8
  }

  let photos: [Photo]
  let settings: Settings
  let seed: UInt64
  let threads: Int?
  let monitor: StageMonitor

  /// How often base colours are divided out.
  private static let divisions = 4
  /// Samples of a picture's pixels, at most.
  private static let mostSamples = 64
  /// Points whose reflections are looked at, at most.
  private static let mostPoints = 20_000

  func run(_ object: TexturedMesh, until deadline: Deadline) throws(ReconstructionError) -> Appearance {
    var appearance = Appearance(plain: object)
    let coarse = photos.map { $0.reduced(by: 3) }
    let medium = photos.map { $0.reduced(by: 2) }
    let radiance = SurfaceRadiance(object, photos: medium)
    var transfer = try findLight(&appearance, object, radiance)
    appearance.normals = object.mesh.shadingNormals(rounds: NormalSmoothing(object, light: appearance.light).rounds)
    if !deadline.isOver { transfer = try findLight(&appearance, object, radiance) }
    let direct = Shading(irradiance: transfer.irradiance(under: appearance.light))
    appearance.setBaseColor(direct.divide(object, fallback: appearance.baseColor), rescales: true)
    try divide(&appearance, object, transfer, medium, round: 0, until: Deadline(seconds: 0.1 * deadline.remaining))
    try divide(&appearance, object, transfer, medium, round: 1, until: Deadline(seconds: 0.15 * deadline.remaining))
    let sightings = Sightings(coarse, of: object.mesh, atMost: Self.mostPoints)
    try findReflections(
      &appearance, object, coarse, sightings, round: 0, until: Deadline(seconds: 0.3 * deadline.remaining))
    try divide(&appearance, object, transfer, medium, round: 2, until: Deadline(seconds: 0.25 * deadline.remaining))
    try findReflections(
      &appearance, object, coarse, sightings, round: 1, until: Deadline(seconds: 0.5 * deadline.remaining))
    try divide(&appearance, object, transfer, medium, round: 3, until: deadline)
    return appearance
  }

  /// Base colours from what the surface sends, once per round: the light that surfaces throw onto each other changes with
  /// their colours, so that each round knows it better.
  ///
  /// - Parameters:
  ///   - photos: those whose views are rendered.
  ///   - round: number of rounds before.
  private func divide(
    _ appearance: inout Appearance, _ object: TexturedMesh, _ transfer: LightTransfer, _ photos: [Photo], round: Int,
    until deadline: Deadline
  ) throws(ReconstructionError) {
    // Without the time for it, surfaces scatter all directions alike.
    guard !deadline.isOver else { return }
    var black = appearance
    black.baseColor = black.baseColor.map { _ in 0 }
    var samples = settings.samplesPerPixel
    let clock = Deadline(seconds: .infinity)
    var all = try pictures(of: appearance, object, like: photos, samples: samples, round: 2 * round)
    // As many samples as there is time for, here and in reflections, by what the fewest took.
    let more = min(0.4 * deadline.remaining / max(clock.elapsed, 1e-6), Double(Self.mostSamples / samples))
    if more > 2 {
      samples = Int(more * Double(samples))
      all = try pictures(of: appearance, object, like: photos, samples: samples, round: 2 * round)
    }
    let gloss = try pictures(of: black, object, like: photos, samples: samples, round: 2 * round + 1)
    let shading = Shading(
      object, pictures: all, gloss: gloss, base: object.vertexMeans(of: appearance.baseColor),
      irradiance: transfer.irradiance(under: appearance.light), smoothing: settings.smoothing)
    appearance.setBaseColor(shading.divide(object, fallback: appearance.baseColor), rescales: false)
    let losses = zip(photos, all).map { ViewTarget($0, backdrop: 0).loss(of: $1.rgb) }
    try monitor.report(
      round, losses.reduce(0, +) / Double(max(losses.count, 1)), Double(round + 1) / Double(Self.divisions))
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

  /// The light that explains what it can of an object of one colour.
  private func findLight(
    _ appearance: inout Appearance, _ object: TexturedMesh, _ radiance: SurfaceRadiance
  ) throws(ReconstructionError) -> LightTransfer {
    let transfer = try LightTransfer(
      object.mesh, normals: appearance.normals, radiance: radiance.values, sky: SkyDirections(of: appearance.light))
    let base = appearance.baseColor.prefix(3)
    let fit = LightFit(
      object.mesh, transfer, radiance, baseColor: SIMD3(base[0], base[1], base[2]), start: appearance.light)
    appearance.light = fit.light
    return transfer
  }
}
