import ArgumentParser
import Penumbra

/// `penumbra reconstruct`: photos to a scene.
struct ReconstructCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconstruct",
    abstract: "Reconstruct a scene from photos.",
    discussion: """
      PHOTOS is a folder of photos with a transforms.json (NeRF, instant-ngp), with a COLMAP sparse model in it or named \
      by --cameras, or with neither: then colmap finds the cameras, where it is installed. Masks are the photos' alpha \
      channel, a masks/ folder or --masks DIR (white = object). DIR receives scene.xml, scene.glb, meshes/, textures/, \
      renders/, history.csv, result.json, report.html and checkpoint/.

      EXAMPLES:
        penumbra reconstruct photos -o scene
        penumbra reconstruct photos -o scene --preset preview
        penumbra reconstruct photos -o scene --time-budget 20m --turntable 36
        penumbra reconstruct photos -o scene --cameras sparse/0 --masks silhouettes
        penumbra reconstruct photos -o scene --relight studio.hdr
        penumbra reconstruct photos -o scene --resume
      """)

  enum Preset: String, ExpressibleByArgument, CaseIterable {
    case preview, standard, fine

    var value: ReconstructionOptions.Preset {
      switch self {
      case .preview: .preview
      case .standard: .standard
      case .fine: .fine
      }
    }
  }

  @Argument(help: "Folder of photos.")
  var photos: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Folder to write.", valueName: "dir"))
  var output: String

  @Option(help: ArgumentHelp("COLMAP sparse model (text or binary) with the photos' cameras.", valueName: "dir"))
  var cameras: String?

  @Option(help: ArgumentHelp("Masks named like the photos, white on the object.", valueName: "dir"))
  var masks: String?

  @Option(help: ArgumentHelp("How much work.", valueName: "name"))
  var preset = Preset.standard

  @Option(
    help: ArgumentHelp("Time to take, such as 90s, 10m or 1h (default: 2m, 10m or 40m by preset).", valueName: "t"))
  var timeBudget: TimeSpan?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Longer side of the photos in pixels (default: 320, 640 or 1024 by preset).", valueName: "n"))
  var maxSize: Int?

  @Flag(help: "Learn from all photos instead of holding some out to judge the result.")
  var noHoldout = false

  @Flag(
    inversion: .prefixedNo,
    help: "Correct cameras that points of the photos contradict; held-out ones follow the others' points.")
  var refineCameras = true

  @Option(parsing: .unconditional, help: ArgumentHelp("Render n pictures around the object.", valueName: "n"))
  var turntable = 0

  @Option(help: ArgumentHelp("Render the object under this environment map too.", valueName: "map"))
  var relight: String?

  @Flag(help: "Continue from the checkpoint in DIR.")
  var resume = false

  @Option(help: ArgumentHelp("Same seed, same inputs: the same work.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Worker threads (default: the CPUs this process may run on).", valueName: "n"))
  var threads: Int?

  @OptionGroup(title: "Output options") var outputOptions: OutputOptions

  mutating func validate() throws {
    if let maxSize, !(16...16_384).contains(maxSize) {
      throw ValidationError("--max-size: expected a number in 16...16384, found \(maxSize)")
    }
    if let threads, !(1...4096).contains(threads) {
      throw ValidationError("--threads: expected a number in 1...4096, found \(threads)")
    }
    guard (0...10_000).contains(turntable) else {
      throw ValidationError("--turntable: expected a number in 0...10000, found \(turntable)")
    }
  }

  func run() throws {
    Interrupt.install()
    let progress = Progress("reconstruct", total: 100, unit: "%", quiet: outputOptions.quiet)
    let quiet = outputOptions.quiet
    let monitor = ReconstructionMonitor(
      announce: { if !quiet { StandardError.writeLine("penumbra: \($0)") } },
      warn: { if !quiet { StandardError.writeLine("penumbra: warning: \($0)") } },
      progress: { progress.update($0, detail: $1) }, isCancelled: { Interrupt.isRaised })
    do {
      let result = try Reconstruction(options, monitor: monitor).run()
      try outputOptions.writeJSON(result)
      progress.finish("wrote \(output), \(DisplayNumber.fixed(progress.seconds, 1)) s")
    } catch let error as ReconstructionError {
      progress.finish()
      throw Failure(error)
    }
  }

  private var options: ReconstructionOptions {
    var options = ReconstructionOptions(photos: photos, output: output, preset: preset.value)
    options.photos.cameras = cameras
    options.photos.masks = masks
    options.photos.holdsOut = !noHoldout
    if let maxSize { options.photos.maximumSide = maxSize }
    if let timeBudget { options.timeBudget = timeBudget.seconds }
    (options.seed, options.threads, options.resumes) = (seed, threads, resume)
    options.refinesCameras = refineCameras
    (options.turntable, options.relight) = (turntable, relight)
    return options
  }
}

extension Failure {
  init(_ error: ReconstructionError) {
    switch error.code {
    case .missingFile: self.init(.missingFile, error.message)
    case .invalidInput, .invalidCheckpoint: self.init(.data, error.message)
    case .unwritable, .failed: self.init(.internalFailure, error.message)
    case .cancelled: self.init(.interrupted, "interrupted; continue with --resume")
    }
  }
}
