/// How to minimise.
public struct OptimizerSettings: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    case auto, adam
    case adamUniform = "adam-uniform"
    case lbfgs
    case levenbergMarquardt = "levenberg-marquardt"
    case gaussNewtonCG = "gauss-newton-cg"
  }

  /// `auto` chooses by the number of unknowns, the loss and the size of the pictures.
  public var kind = Kind.auto
  /// Steps, each over all views: exact for the Adams, an upper bound for the others and for `auto`.
  public var iterations = 200
  /// Samples per pixel and iteration; at least 2, since the loss adjoint of a sample comes from the others.
  public var samplesPerPixel = 16
  /// Samples per pixel up to which noise may make them grow; `nil` for 16 times as many as at the start.
  public var largestSamplesPerPixel: Int?
  /// Step of the Adams relative to max(1, mean |initial|) of each parameter; see `Unknowns`.
  public var learningRate: Float = 0.02
  public var schedule = LearningRateSchedule.cosineTail

  public init() {}

  /// By how much the samples per pixel may grow.
  var largestFactor: Int { max(1, (largestSamplesPerPixel ?? 16 * samplesPerPixel) / samplesPerPixel) }
}
