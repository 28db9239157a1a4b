/// What an objective says about one point.
public struct Evaluation: Sendable, Equatable {
  /// ℒ, a sum over views.
  public var loss: Double
  /// ∂ℒ by every unknown, shape [n]; may be noisy.
  public var gradient: [Float]

  public init(loss: Double, gradient: [Float]) {
    self.loss = loss
    self.gradient = gradient
  }
}

/// ℒ(x) and its gradient at the unknowns x, shape [n], for the iteration given; equal arguments give equal results.
///
/// Cold boundary: called once per iteration. Throws `.cancelled` when stopped from outside.
public typealias Objective = ([Float], _ iteration: Int) throws(InverseError) -> Evaluation
