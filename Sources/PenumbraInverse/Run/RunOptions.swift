public import PenumbraTransport

/// How a run is carried out, beside what it solves.
public struct RunOptions: Sendable {
  /// Seed, threads and path depth; the sensor and the samples come from the problem.
  public var render = RenderSettings()
  /// Continue from the checkpoint in the output folder, if there is one.
  public var resumes = false
  /// A checkpoint is due after so many iterations…
  public var checkpointIterations = 50
  /// …or so many seconds, whichever comes first.
  public var checkpointSeconds = 5.0
  /// Samples per pixel of the final pictures, from which metrics are computed.
  public var finalSamplesPerPixel = 64
  /// The command that the report tells to reproduce it; `nil` for a run that no command line started.
  public var command: String?

  public init() {}
}

/// Seen from outside while an optimization runs.
public struct RunMonitor: Sendable {
  /// Called at the start and after every iteration with the number of finished ones, the total and the last loss.
  public var progress: (@Sendable (_ finished: Int, _ total: Int, _ loss: Double) -> Void)?
  /// Polled within renders and between iterations; `true` stops the run.
  public var isCancelled: (@Sendable () -> Bool)?

  public init(
    progress: (@Sendable (_ finished: Int, _ total: Int, _ loss: Double) -> Void)? = nil,
    isCancelled: (@Sendable () -> Bool)? = nil
  ) {
    self.progress = progress
    self.isCancelled = isCancelled
  }
}
