/// State of a minimisation: everything that decides how it goes on, and nothing else.
///
/// A run of 10 iterations, and a run of 4 whose stored state is continued for 6, give the same bits.
public struct Optimization: Sendable, Equatable {
  public let settings: OptimizerSettings
  let coordinates: Coordinates
  /// Of random numbers that an optimizer draws itself.
  let seed: UInt64
  /// With which optimizer; never `auto`.
  public let choice: OptimizerChoice
  var optimizer: OptimizerState
  var point: Iterate
  public internal(set) var history: History
  /// Seconds of work in earlier sessions of this run.
  var secondsBefore = 0.0

  /// - Parameter choice: `nil` for the settings' optimizer, where `auto` stands for Adam.
  public init(_ unknowns: Unknowns, settings: OptimizerSettings, choice: OptimizerChoice? = nil, seed: UInt64 = 0) {
    self.settings = settings
    self.seed = seed
    coordinates = Coordinates(unknowns)
    let fallback = OptimizerChoice(
      settings.kind == .auto ? .adam : settings.kind,
      for: OptimizerChoice.Problem(unknowns: unknowns.count, values: 0, hasResiduals: false, hasLargeSteps: false))
    self.choice = choice ?? fallback
    optimizer = OptimizerState(self.choice, coordinates)
    point = Iterate(z: coordinates.encode(unknowns.initial))
    history = History(unknowns)
  }

  /// The unknowns x, shape [n]; of a finished search the best that it found.
  public var values: [Float] { coordinates.decode(isFinished ? optimizer.result(point.z) : point.z) }
  /// Finished iterations.
  public var iteration: Int { point.iteration }
  /// Pictures rendered of every view so far, on average.
  public var renders: Int { Int((Double(point.renders) * choice.viewShare).rounded(.up)) }
  /// Gradient elements that were NaN or infinite: counted, never applied.
  public var droppedGradients: Int { point.dropped }
  /// Samples per pixel of the next iteration.
  public var samplesPerPixel: Int { settings.samplesPerPixel * point.samples }
  /// Why it ended before the last iteration that was allowed; `nil` when it did not.
  public var verdict: String? { point.verdict }

  /// What a variational run knows about the unknowns; `nil` for others, and before the optimum was found.
  public var posterior: Posterior? {
    guard case .variational(let state) = optimizer, let field = state.field else { return nil }
    return Posterior(field, coordinates, seed: seed)
  }

  /// Samples per pixel that the values rest on, in units of the first iteration's.
  var spentSamples: Double { optimizer.spentSamples(point) }

  public var isFinished: Bool { iteration >= settings.iterations || point.verdict != nil }

  /// One iteration.
  ///
  /// - Throws: only what the objective throws; the state is then as before.
  public mutating func advance(_ objective: some Objective) throws(InverseError) {
    let clock = ContinuousClock()
    let start = clock.now
    // Copies, since a throw must leave the state as it was.
    var (optimizer, point) = (optimizer, point)
    let context = StepContext(coordinates: coordinates, settings: settings, seed: seed)
    let loss = try optimizer.advance(&point, context, objective)
    history.append(iteration: iteration, seconds: secondsBefore, loss: loss, unknowns: values)
    point.iteration += 1
    (self.optimizer, self.point) = (optimizer, point)
    secondsBefore += start.duration(to: clock.now).seconds
  }

  /// Goes on until it is finished.
  ///
  /// - Parameter afterStep: called with the state after every iteration, for checkpoints and progress.
  /// - Throws: only what the closure and the objective throw; the state is that after the last completed iteration.
  public mutating func run(
    _ objective: some Objective, afterStep: (Optimization) throws(InverseError) -> Void = { _ in }
  ) throws(InverseError) {
    while !isFinished {
      try advance(objective)
      try afterStep(self)
    }
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double { Double(components.seconds) + 1e-18 * Double(components.attoseconds) }
}
