import ArgumentParser
import Penumbra

/// `penumbra optimize`: targets to scene parameters.
struct OptimizeCommand: SharedCommand {
  static let configuration = CommandConfiguration(
    commandName: "optimize",
    abstract: "Recover scene parameters from target pictures.",
    discussion: """
      Minimises a loss between renders and targets, from a scene with --target and --parameters, or from a \
      PROBLEM.yaml with the full form. The optimizer is chosen by the problem and stops when noise hides what is left \
      to gain; `variational` also fits a posterior. DIR receives scene.xml, history.csv, report.html, result.json with standard errors, renders/ and \
      checkpoint/.

      EXAMPLES:
        penumbra optimize box.xml --target photo.png --parameters red.eta -o out
        penumbra optimize box.xml --target a.exr b.exr --parameters k1,k2 -o out
        penumbra optimize problem.yaml -o out
        penumbra optimize problem.yaml -o out --resume
      """)

  @Argument(help: "Scene file, or a problem file ending in .yaml or .yml.")
  var input: String

  @Option(parsing: .upToNextOption, help: ArgumentHelp("Target pictures, one per view.", valueName: "image"))
  var target: [String] = []

  @Option(help: ArgumentHelp("Unknowns: keys separated by commas.", valueName: "key,key"))
  var parameters: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("Folder to write.", valueName: "dir"))
  var output: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Number of iterations: exact for the Adams, an upper bound for others (default: 200).", valueName: "n"))
  var iterations: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Step relative to max(1, mean |start value|) of each parameter (default: 0.02).", valueName: "rate"))
  var learningRate: Float?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Views that one step of an Adam looks at, in turns that cover all (default: all).", valueName: "n"))
  var viewsPerStep: Int?

  @Option(
    help: ArgumentHelp("\(Loss.names.joined(separator: ", ")) (default: l2).", valueName: "name"))
  var loss: String?

  @Option(
    help: ArgumentHelp(
      "\(OptimizerSettings.Kind.allCases.map(\.rawValue).joined(separator: ", ")) (default: auto).",
      valueName: "name"))
  var optimizer: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Iterations after which a checkpoint is due, if 5 seconds have not passed (default: 50).", valueName: "n"))
  var checkpointEvery: Int?

  @Flag(help: "Continue from the checkpoint in DIR, bit for bit.")
  var resume = false

  @OptionGroup(title: "Scene options") var sceneOptions: SceneOptions
  @OptionGroup(title: "Sampling options") var sampling: SamplingOptions
  @OptionGroup(title: "Output options") var outputOptions: OutputOptions

  private var isProblemFile: Bool { [".yaml", ".yml"].contains { input.lowercased().hasSuffix($0) } }

  mutating func validate() throws {
    if isProblemFile {
      guard target.isEmpty, parameters == nil else {
        throw ValidationError("a problem file lists its own targets and unknowns; leave out --target and --parameters")
      }
    } else if target.isEmpty || (parameters ?? "").isEmpty {
      throw ValidationError("a scene needs --target and --parameters; only .yaml files hold both")
    }
    if let iterations, !(1...10_000_000).contains(iterations) {
      throw ValidationError("--iterations: expected a number in 1...10000000, found \(iterations)")
    }
    if let checkpointEvery, !(1...10_000_000).contains(checkpointEvery) {
      throw ValidationError("--checkpoint-every: expected a number in 1...10000000, found \(checkpointEvery)")
    }
    if let learningRate, !(learningRate > 0 && learningRate.isFinite) {
      throw ValidationError("--learning-rate: expected a number above 0, found \(learningRate)")
    }
    if let viewsPerStep, viewsPerStep < 1 {
      throw ValidationError("--views-per-step: expected a number from 1 on, found \(viewsPerStep)")
    }
    if let spp = sampling.spp, spp < 2 {
      throw ValidationError("--spp: expected at least 2, since the loss adjoint of a sample comes from the others")
    }
  }

  func run() throws {
    let problem = try problem()
    let loaded: LoadedScene
    do { loaded = try sceneOptions.load(problem.scene) } catch { throw isProblemFile ? error.asReference : error }
    outputOptions.warn(loaded.warnings)
    Interrupt.install()
    let progress = Progress(
      "iterations", total: Double(problem.optimizer.iterations), unit: "iterations", quiet: outputOptions.isQuiet)
    do {
      let run = try OptimizationRun(
        problem, scene: loaded.scene, output: output, options: options(), monitor: Self.monitor(progress),
        writeScene: { scene, directory throws(InverseError) in
          try Self.write(scene, like: loaded, into: directory)
        })
      if problem.optimizer.kind == .auto, !outputOptions.isQuiet {
        StandardError.writeLine("penumbra: optimizer \(run.choice.kind.rawValue): \(run.choice.reason)")
      }
      if run.droppedPixels > 0 {
        outputOptions.warn(["\(run.droppedPixels) pixels of the targets are not finite and do not count"])
      }
      guard case .finished(let result, let warnings) = try run.run() else {
        progress.finish()
        throw Failure(.interrupted, "interrupted; continue with --resume")
      }
      try outputOptions.writeJSON(result)
      progress.finish("wrote \(output), \(DisplayNumber.fixed(progress.seconds, 2)) s")
      outputOptions.warn(warnings)
    } catch let error as InverseError {
      progress.finish()
      throw isProblemFile ? Failure(error).asReference : Failure(error)
    }
  }

  private func problem() throws(Failure) -> Problem {
    do {
      var problem = try isProblemFile ? ProblemFile.read(input) : shortForm()
      if let loss { problem.loss = try Self.loss(named: loss) }
      if let optimizer { problem.optimizer.kind = try Self.optimizer(named: optimizer) }
      if let iterations { problem.optimizer.iterations = iterations }
      if let learningRate { problem.optimizer.learningRate = learningRate }
      if let viewsPerStep { problem.optimizer.viewsPerStep = viewsPerStep }
      if let spp = sampling.spp { problem.optimizer.samplesPerPixel = spp }
      return problem
    } catch let error as Failure { throw error } catch let error as InverseError { throw Failure(error) } catch {
      throw Failure(.internalFailure, "\(error)")
    }
  }

  private func shortForm() -> Problem {
    let keys = (parameters ?? "").split(separator: ",").map(String.init)
    return Problem(
      scene: input, targets: target.map { Problem.Target(image: $0, sensor: sceneOptions.sensor) },
      unknowns: keys.map { Problem.Unknown(key: $0, place: input) })
  }

  private static func loss(named name: String) throws(Failure) -> Loss {
    if let loss = Loss(named: name) { return loss }
    throw Failure(.usage, "--loss: expected one of \(Loss.names.joined(separator: ", ")), found '\(name)'")
  }

  private static func optimizer(named name: String) throws(Failure) -> OptimizerSettings.Kind {
    if let kind = OptimizerSettings.Kind(rawValue: name) { return kind }
    let known = OptimizerSettings.Kind.allCases.map(\.rawValue).joined(separator: ", ")
    throw Failure(.usage, "--optimizer: expected one of \(known), found '\(name)'")
  }

  private func options() -> RunOptions {
    var options = RunOptions()
    options.render = sampling.settings(sensor: 0)
    options.resumes = resume
    if let checkpointEvery { options.checkpointIterations = checkpointEvery }
    options.command = Self.reproducingCommand(CommandLine.arguments)
    return options
  }

  /// The command line without what does not change the result.
  static func reproducingCommand(_ arguments: [String]) -> String {
    var kept: [String] = ["penumbra"]
    var skipsNext = false
    for argument in arguments.dropFirst() {
      if skipsNext {
        skipsNext = false
      } else if argument == "--threads" {
        skipsNext = true
      } else if !argument.hasPrefix("--threads="), !["--quiet", "--resume"].contains(argument) {
        let isPlain = argument.allSatisfy { $0.isLetter || $0.isNumber || "-_./=,:@+".contains($0) }
        kept.append(
          isPlain && !argument.isEmpty
            ? argument
            : "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'")
      }
    }
    return kept.joined(separator: " ")
  }

  private static func monitor(_ progress: Progress) -> RunMonitor {
    RunMonitor(
      progress: { finished, total, loss in
        progress.update(
          Double(finished) / Double(total), detail: loss.isNaN ? "" : "loss \(DisplayNumber.significant(loss, 4))")
      },
      isCancelled: { Interrupt.isRaised })
  }

  private static func write(
    _ scene: Scene, like loaded: LoadedScene, into directory: OutputDirectory
  ) throws(InverseError) {
    var result = loaded
    result.scene = scene
    do { try SceneWriter.write(result, to: directory.path) } catch {
      throw InverseError(.unwritable, error.description)
    }
  }
}
