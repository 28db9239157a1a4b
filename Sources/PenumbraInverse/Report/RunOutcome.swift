/// All that is known about a finished run.
struct RunOutcome {
  let state: Optimization
  let unknowns: Unknowns
  let views: [ViewResult]
  /// Views that were never optimised.
  let heldOut: [ViewResult]
  /// `nil` where the loss or the number of unknowns does not allow it.
  let uncertainty: Uncertainty?
  /// Of a variational run.
  var posterior: Posterior?
  /// Pixels of the targets that were not finite.
  var droppedPixels = 0
  /// What took how many seconds.
  var phases: [(name: String, seconds: Double)] = []
}
