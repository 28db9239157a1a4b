import PenumbraTransport

/// How a stage tells the world what it does.
struct StageMonitor {
  /// Called after every step with its number, its loss and the finished share of the stage.
  let onStep: (Int, Double, Double) -> Void
  let isCancelled: (@Sendable () -> Bool)?

  var render: RenderMonitor { RenderMonitor(isCancelled: isCancelled) }

  /// - Throws: `.cancelled` when the run is stopped.
  func report(_ iteration: Int, _ loss: Double, _ progress: Double) throws(ReconstructionError) {
    onStep(iteration, loss, progress)
    if isCancelled?() ?? false { throw ReconstructionError(.cancelled, "interrupted") }
  }
}
