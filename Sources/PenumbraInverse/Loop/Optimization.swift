/// State of a minimisation by Adam: everything that decides how it goes on, and nothing else.
///
/// A run of 10 iterations, and a run of 4 whose stored state is continued for 6, give the same bits.
public struct Optimization: Sendable, Equatable {
  public let settings: OptimizerSettings
  private let rates: [Float]
  private let bounds: [ClosedRange<Float>]
  /// The unknowns x, shape [n].
  public internal(set) var values: [Float]
  public internal(set) var adam: Adam
  /// Finished iterations.
  public internal(set) var iteration = 0
  public internal(set) var history: History
  /// Seconds of work in earlier sessions of this run.
  var secondsBefore = 0.0

  public init(_ unknowns: Unknowns, settings: OptimizerSettings) {
    self.settings = settings
    rates = unknowns.rates
    bounds = unknowns.bounds
    values = unknowns.initial
    adam = Adam(count: unknowns.count)
    history = History(unknowns)
  }

  public var isFinished: Bool { iteration >= settings.iterations }

  /// Goes on until `settings.iterations` are done.
  ///
  /// - Parameters:
  ///   - afterStep: called with the state after every iteration, for checkpoints and progress.
  ///   - objective: ℒ and its gradient; called once per iteration.
  /// - Throws: only what the closures throw; the state then is that after the last completed iteration.
  public mutating func run(
    afterStep: (Optimization) throws(InverseError) -> Void = { _ in }, objective: Objective
  ) throws(InverseError) {
    let clock = ContinuousClock()
    let start = clock.now
    let secondsBefore = self.secondsBefore
    while !isFinished {
      let evaluation = try objective(values, iteration)
      history.append(
        iteration: iteration, seconds: secondsBefore + start.duration(to: clock.now).seconds, loss: evaluation.loss,
        unknowns: values)
      adam.step(
        &values, gradient: evaluation.gradient, rates: rates,
        rateFactor: settings.schedule.factor(iteration: iteration, of: settings.iterations), bounds: bounds)
      iteration += 1
      self.secondsBefore = secondsBefore + start.duration(to: clock.now).seconds
      try afterStep(self)
    }
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double { Double(components.seconds) + 1e-18 * Double(components.attoseconds) }
}
