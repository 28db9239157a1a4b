/// Which optimizer a run uses, and why.
public struct OptimizerChoice: Sendable, Equatable {
  /// Never `auto`.
  public let kind: OptimizerSettings.Kind
  /// Half a sentence for people.
  public let reason: String

  /// What a choice looks at.
  struct Problem {
    /// Number of unknown elements.
    var unknowns: Int
    /// Values (pixels × channels) of the largest picture.
    var values: Int
    /// Whether every loss has a Gauss–Newton matrix.
    var hasResiduals: Bool
    /// Whether vertices move in a basis of their own.
    var hasLargeSteps: Bool

    init(unknowns: Int, values: Int, hasResiduals: Bool, hasLargeSteps: Bool) {
      (self.unknowns, self.values) = (unknowns, values)
      (self.hasResiduals, self.hasLargeSteps) = (hasResiduals, hasLargeSteps)
    }

    init(_ unknowns: Unknowns, views: [TargetView], loss: Loss) {
      self.init(
        unknowns: unknowns.count, values: views.map { 3 * $0.width * $0.height }.max() ?? 0,
        hasResiduals: loss.hasResiduals,
        hasLargeSteps: unknowns.slices.contains { if case .largeSteps = $0.chart { true } else { false } })
    }
  }

  /// Unknowns up to which dense equations cost less than the pictures they come from.
  static let largestDense = 200
  /// Numbers in a Jacobian up to which it is made: 1 GiB, in two halves.
  static let largestJacobian = 1 << 27

  init(_ kind: OptimizerSettings.Kind, for problem: Problem) {
    guard kind == .auto else {
      (self.kind, reason) = (kind, "as asked for")
      return
    }
    let count = problem.unknowns == 1 ? "1 unknown" : "\(problem.unknowns) unknowns"
    if problem.hasLargeSteps {
      (self.kind, reason) = (.adamUniform, "vertices with large steps")
    } else if !problem.hasResiduals {
      (self.kind, reason) = (.adam, "\(count), and a loss that is no sum of residuals")
    } else if problem.unknowns > Self.largestDense {
      (self.kind, reason) = (.adam, "\(count), more than \(Self.largestDense)")
    } else if problem.unknowns * problem.values > Self.largestJacobian {
      (self.kind, reason) = (.adam, "\(count) of pictures of \(problem.values) values, too large for a Jacobian")
    } else {
      (self.kind, reason) = (.levenbergMarquardt, "\(count), few enough for all their derivatives at once")
    }
  }
}
