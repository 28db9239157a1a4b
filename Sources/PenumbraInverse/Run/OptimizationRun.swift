public import PenumbraTransport

/// A problem being solved into an output folder.
///
/// Files: `history.csv` and `checkpoint/` as it goes; `scene.xml`, `renders/`, `result.json` and `report.html` at the end.
/// A stopped run has the first three files of its last iteration.
public struct OptimizationRun {
  public enum Outcome: Sendable {
    /// With the contents of `result.json`, the seconds that each part took, and what is doubtful about the result.
    case finished(JSON, warnings: [String])
    case interrupted
  }

  /// Writes a scene into the output folder: the one thing a run needs from the module that knows scene files.
  public typealias SceneWriting = (Scene, OutputDirectory) throws(InverseError) -> Void

  private let problem: Problem
  private let options: RunOptions
  private let monitor: RunMonitor
  private let directory: OutputDirectory
  private let unknowns: Unknowns
  private let objective: RenderObjective
  /// Held-out views.
  private let validation: RenderObjective
  /// With which optimizer the problem is solved, and why.
  public let choice: OptimizerChoice
  private let checkpoint: Checkpoint
  private let writeScene: SceneWriting
  /// With the start values in θ.
  private let start: Scene

  /// Loads the targets and checks the whole problem before anything is rendered.
  ///
  /// - Throws: located errors for everything in the problem that does not fit the scene.
  public init(
    _ problem: Problem, scene: Scene, output: String, options: RunOptions, monitor: RunMonitor,
    writeScene: @escaping SceneWriting
  ) throws(InverseError) {
    self.problem = problem
    self.options = options
    self.monitor = monitor
    self.writeScene = writeScene
    unknowns = try Unknowns(
      problem.unknowns, in: scene, defaultRate: problem.optimizer.learningRate,
      responses: problem.targets.map(\.response), prefersSmoothMaps: problem.optimizer.kind == .variational)
    try problem.optimizer.check(loss: problem.loss, unknowns: unknowns.count)
    let all = try TargetView.load(problem.targets + problem.validation, for: scene)
    let views = Array(all.prefix(problem.targets.count))
    directory = try OutputDirectory(
      output, subfolders: ["checkpoint", "renders"], isWritten: options.render.ranks?.isFirst ?? true)
    checkpoint = Checkpoint(
      path: directory.path(of: "checkpoint/state.bin"),
      fingerprint: Self.fingerprint(problem, scene: scene, unknowns: unknowns, views: views, options: options))
    var start = scene
    unknowns.scatter(unknowns.initial, into: &start.theta)
    self.start = start
    var settings = options.render
    settings.visibility = problem.visibility
    settings.samplesPerPixel = problem.optimizer.samplesPerPixel
    let unknowns = unknowns
    let regularizers = try problem.regularizers.map { request throws(InverseError) in
      try Regularizer(request, unknowns: unknowns, in: start)
    }
    var facts = OptimizerChoice.Problem(unknowns, views: views, loss: problem.loss)
    facts.isSoft = problem.visibility == .soft
    facts.viewsPerStep = problem.optimizer.viewsPerStep
    choice = OptimizerChoice(problem.optimizer.kind, for: facts)
    do {
      let renderer = try Renderer(start)
      let renders = RenderMonitor(isCancelled: monitor.isCancelled)
      var objective = RenderObjective(
        renderer: renderer, views: views, unknowns: unknowns, loss: problem.loss, settings: settings, monitor: renders)
      objective.regularizers = regularizers
      objective.viewsPerStep = problem.optimizer.viewsPerStep
      objective.weighsNoise = choice.kind == .levenbergMarquardt
      if problem.visibility == .soft { objective.annealing = (problem.soft, problem.optimizer.iterations) }
      self.objective = objective
      var validation = RenderObjective(
        renderer: renderer, views: Array(all.dropFirst(views.count)), unknowns: unknowns, loss: problem.loss,
        settings: settings, monitor: renders)
      validation.solvesResponses = false
      self.validation = validation
    } catch { throw InverseError(error) }
  }

  /// Pixels of the targets that hold NaN or infinity and do not count.
  public var droppedPixels: Int { objective.views.reduce(0) { $0 + $1.droppedPixels } }

  /// What must be the same for a checkpoint to be continued. The number of iterations may grow.
  private static func fingerprint(
    _ problem: Problem, scene: Scene, unknowns: Unknowns, views: [TargetView], options: RunOptions
  ) -> Fingerprint {
    var fingerprint = Fingerprint()
    fingerprint.add("scene", scene.theta)
    for (index, view) in views.enumerated() {
      let lights = view.lights.map { $0.sorted().map { Float($0) } } ?? [-1]
      let frame =
        [Float(view.sensor), Float(view.width), Float(view.height), view.clip, view.weight] + view.response.numbers
      if view.quantity != .radiance { fingerprint.add("quantity of target \(index + 1)", view.quantity.rawValue) }
      fingerprint.add("target \(index + 1)", frame + lights + view.rgb + view.weights)
    }
    let charts = problem.unknowns.map { "\($0.map?.rawValue ?? "") \($0.largeSteps ?? -1)" }
    fingerprint.add(
      "unknowns",
      zip(unknowns.slices, charts).map { "\($0.name) \($0.bounds) \($0.rate) \($1)" }.joined(separator: "\n"))
    fingerprint.add("start values", unknowns.initial)
    fingerprint.add("loss", problem.loss.terms.map(\.description).joined(separator: "\n"))
    fingerprint.add("regularizers", problem.regularizers.map(\.description).joined(separator: "\n"))
    let optimizer = problem.optimizer
    fingerprint.add(
      "optimizer",
      "\(optimizer.kind.rawValue) \(optimizer.samplesPerPixel) \(optimizer.largestFactor) \(optimizer.schedule.rawValue)"
        + (optimizer.viewsPerStep.map { " \($0) views" } ?? ""))
    fingerprint.add("seed", "\(options.render.seed)")
    fingerprint.add("visibility", "\(problem.visibility.rawValue) \(problem.soft.first) \(problem.soft.last)")
    fingerprint.add("depth", "\(options.render.maxDepth.map(String.init) ?? "scene")")
    return fingerprint
  }

  /// Minimises, then writes the results.
  ///
  /// - Returns: `.interrupted` when the monitor stopped it; the checkpoint then holds the last whole iteration.
  public func run() throws(InverseError) -> Outcome {
    var state = Optimization(unknowns, settings: problem.optimizer, choice: choice, seed: options.render.seed)
    if options.resumes { _ = try checkpoint.load(into: &state) }
    try requireAgreement(state)
    do {
      try minimize(&state)
      try save(state)
      let (result, warnings) = try writeResults(state)
      return .finished(result, warnings: warnings)
    } catch {
      guard error.code == .cancelled else { throw error }
      try save(state)
      return .interrupted
    }
  }

  /// Ranks that do not start from the same state would exchange what does not belong together.
  private func requireAgreement(_ state: Optimization) throws(InverseError) {
    guard let ranks = options.render.ranks else { return }
    do {
      guard try ranks.agree(on: checkpoint.fingerprint.words) else {
        throw InverseError(
          .invalidProblem, "\(problem.scene): expected the same scene and targets on every rank, found different ones")
      }
      guard try ranks.agree(on: [checkpoint.hash(of: state)]) else {
        throw InverseError(
          .invalidCheckpoint,
          "\(checkpoint.path): expected the same checkpoint on every rank, found different ones; the output folder must be"
            + " on a file system that all of them see")
      }
    } catch let error as InverseError { throw error } catch let error as TransportError {
      throw InverseError(error)
    } catch {
      throw InverseError(.failed, "\(error)")
    }
  }

  /// Whether this process, or another that shares the work, was told to stop.
  private func isCancelled() throws(InverseError) -> Bool {
    let isCancelled = monitor.isCancelled?() ?? false
    do { return try options.render.ranks?.any(isCancelled) ?? isCancelled } catch { throw InverseError(error) }
  }

  private func minimize(_ state: inout Optimization) throws(InverseError) {
    let clock = ContinuousClock()
    var lastSave = (iteration: state.iteration, time: clock.now)
    monitor.progress?(state.iteration, state.settings.iterations, state.history.rows.last?.loss ?? .nan)
    let afterStep = { (state: Optimization) throws(InverseError) in
      monitor.progress?(state.iteration, state.settings.iterations, state.history.rows.last?.loss ?? 0)
      if try isCancelled() { throw InverseError(.cancelled, "stopped") }
      let isDue =
        state.iteration - lastSave.iteration >= options.checkpointIterations
        || lastSave.time.duration(to: clock.now).seconds >= options.checkpointSeconds
      guard isDue, directory.isWritten else { return }
      try checkpoint.save(state)
      try directory.write(state.history.csv, as: "history.csv")
      lastSave = (state.iteration, clock.now)
    }
    try state.run(objective, afterStep: afterStep)
  }

  /// Everything that can be written without rendering.
  private func save(_ state: Optimization) throws(InverseError) {
    guard directory.isWritten else { return }
    try checkpoint.save(state)
    try directory.write(state.history.csv, as: "history.csv")
    var scene = start
    unknowns.scatter(state.values, into: &scene.theta)
    try writeScene(scene, directory)
  }

  private func writeResults(_ state: Optimization) throws(InverseError) -> (JSON, warnings: [String]) {
    let clock = ContinuousClock()
    let began = clock.now
    let views = try results(objective, state, folder: "renders/")
    let held = try results(validation, state, folder: "renders/held_out_")
    let rendered = clock.now
    // No fewer than the last steps took: what so many were needed to find is not judged by fewer.
    let most = max(state.samplesPerPixel, options.finalSamplesPerPixel)
    let samples = max(2, most / problem.optimizer.samplesPerPixel)
    let uncertainty = try objective.uncertainty(state.values, samples: samples, spent: state.spentSamples)
    var outcome = RunOutcome(state: state, unknowns: unknowns, views: views, heldOut: held, uncertainty: uncertainty)
    outcome.posterior = state.posterior
    outcome.droppedPixels = droppedPixels
    outcome.phases = [
      ("Iterations", state.secondsBefore), ("Final renders", began.duration(to: rendered).seconds),
      ("Standard errors", rendered.duration(to: clock.now).seconds),
    ]
    let result = ResultFile(outcome: outcome).json
    try directory.write(result.text + "\n", as: "result.json")
    let title = problem.scene.split(separator: "/").last.map(String.init) ?? problem.scene
    try directory.write(Report(title: title, outcome: outcome, command: options.command).html, as: "report.html")
    let warnings = uncertainty.flatMap { $0.unexplained.isSignificant ? [$0.unexplained.text] : nil } ?? []
    guard case .object(let members) = result else { return (result, warnings) }
    let seconds = outcome.phases.map { ($0.name.lowercased().replacing(" ", with: "_"), JSON.double($0.seconds)) }
    return (.object(members + [("seconds", .object(seconds))]), warnings)
  }

  private func results(
    _ objective: RenderObjective, _ state: Optimization, folder: String
  ) throws(InverseError) -> [ViewResult] {
    var views: [ViewResult] = []
    for (index, target) in objective.views.enumerated() {
      let render = try objective.render(state.values, view: index, samplesPerPixel: options.finalSamplesPerPixel)
      let view = try ViewResult(target, sensor: start.structure.sensors[target.sensor].id, rendered: render.rgb)
      try view.write(into: directory, folder: folder, index: index)
      views.append(view)
    }
    return views
  }
}
