/// How to minimise.
public struct OptimizerSettings: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    case auto, adam
    case adamUniform = "adam-uniform"
    case lbfgs
    case levenbergMarquardt = "levenberg-marquardt"
    case gaussNewtonCG = "gauss-newton-cg"
    case variational
  }

  /// `auto` chooses by the number of unknowns, the loss and the size of the pictures.
  public var kind = Kind.auto
  /// Steps, each over all views: exact for the Adams, an upper bound for the others and for `auto`.
  public var iterations = 200
  /// Samples per pixel and iteration; at least 2, since the loss adjoint of a sample comes from the others.
  public var samplesPerPixel = 16
  /// Samples per pixel up to which noise may make them grow; `nil` for 4 times as many as at the start.
  public var largestSamplesPerPixel: Int?
  /// Step of the Adams relative to max(1, mean |initial|) of each parameter; see `Unknowns`.
  public var learningRate: Float = 0.02
  public var schedule = LearningRateSchedule.cosineTail
  /// Views that one step of an Adam looks at; `nil` for all.
  public var viewsPerStep: Int?
  /// Where they were requested, for example `problem.yaml:9:1`.
  public var place = ""

  public init() {}

  /// By how much the samples per pixel may grow.
  var largestFactor: Int { max(1, (largestSamplesPerPixel ?? 4 * samplesPerPixel) / samplesPerPixel) }

  /// Refuses what an optimizer cannot do.
  ///
  /// - Parameter loss: of the problem.
  func check(loss: Loss, unknowns: Int) throws(InverseError) {
    if let viewsPerStep {
      guard viewsPerStep >= 1 else {
        throw fault("views_per_step: expected a number from 1 on, found \(viewsPerStep)")
      }
      guard [.auto, .adam, .adamUniform].contains(kind) else {
        throw fault("views_per_step: expected adam or adam-uniform, found \(kind.rawValue)")
      }
    }
    guard kind == .variational else { return }
    guard loss.terms.count == 1, loss.terms[0].kind == .l2 || loss.terms[0].kind == .relativeL2,
      loss.terms[0].pyramid <= 1
    else {
      throw fault(
        "variational: expected the one loss l2 or relative-l2 without a pyramid, found another")
    }
    guard unknowns <= Self.largestVariational else {
      throw fault(
        "variational: expected up to \(Self.largestVariational) unknowns, found \(unknowns)")
    }
  }

  private func fault(_ message: String) -> InverseError {
    InverseError(.invalidProblem, place.isEmpty ? message : "\(place): \(message)")
  }

  /// Unknowns up to which a posterior is fitted.
  static let largestVariational = 256
}
