import Penumbra

/// One pass over a scene: renderer, progress, Ctrl-C, and what `--json` says about it.
struct RenderWork {
  let scene: Scene
  let settings: RenderSettings
  /// The scene's file, for messages.
  let file: String
  let progress: Progress

  init(scene: Scene, settings: RenderSettings, file: String, quiet: Bool) {
    self.scene = scene
    self.settings = settings
    self.file = file
    let sensor = scene.structure.sensors[settings.sensor]
    let spp = settings.samplesPerPixel ?? sensor.sampler.samplesPerPixel
    progress = Progress(
      "samples", total: Double(sensor.film.width * sensor.film.height) * Double(spp), unit: "samples", quiet: quiet)
  }

  var samplesPerPixel: Int {
    settings.samplesPerPixel ?? scene.structure.sensors[settings.sensor].sampler.samplesPerPixel
  }

  /// Runs `pass` with a renderer of the scene.
  ///
  /// - Returns: its result and the seconds it took, scene expansion included.
  func run<Result>(
    _ pass: (Renderer, RenderMonitor) throws(TransportError) -> Result
  ) throws(Failure) -> (Result, seconds: Double) {
    Interrupt.install()
    let progress = self.progress
    let monitor = RenderMonitor(progress: { progress.update($0) }, isCancelled: { Interrupt.isRaised })
    try Job.requireSame(scene, file: file)
    do {
      let result = try pass(try Renderer(scene), monitor)
      return (result, progress.seconds)
    } catch {
      progress.finish()
      throw Failure(error, file: file)
    }
  }

  func finish(_ message: String) {
    progress.finish(message + ", \(DisplayNumber.fixed(progress.seconds, 2)) s")
  }

  func json(_ statistics: RenderStatistics, seconds: Double) -> JSON {
    .object([
      ("seconds", .double(seconds)),
      ("spp", .integer(samplesPerPixel)),
      ("rays", .integer(Int(statistics.rays))),
      (
        "rejected",
        .object([
          ("non_finite", .integer(Int(statistics.rejectedNonFinite))),
          ("non_finite_derivative", .integer(Int(statistics.rejectedDerivatives))),
        ])
      ),
      ("peak_bytes", .integer(Processors.peakBytes)),
      ("threads", .integer(settings.threads ?? Processors.available)),
      ("seed", .integer(Int(truncatingIfNeeded: settings.seed))),
    ])
  }
}
