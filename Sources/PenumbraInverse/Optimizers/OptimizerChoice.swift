/// Which optimizer a run uses, and why.
public struct OptimizerChoice: Sendable, Equatable {
  /// Never `auto`.
  public let kind: OptimizerSettings.Kind
  /// Half a sentence for people.
  public let reason: String
  /// How often pictures are halved at the start of a search for things whose edges move.
  public let halvings: Int
  /// Whether Adam may shrink its steps, take more samples and end early when the loss no longer falls.
  let watchesLoss: Bool
  /// Number of values of all pictures that count.
  let dataCount: Int
  /// Share of the views that one evaluation looks at.
  let viewShare: Double

  /// What a choice looks at.
  struct Problem {
    /// Number of unknown elements.
    var unknowns: Int
    /// Values (pixels × channels) of the largest picture.
    var values: Int
    /// Whether every loss has a Gauss–Newton matrix.
    var hasResiduals: Bool
    /// Whether products with the matrix can be had, and no unknown moves edges or belongs to the responses.
    var hasSparseDerivatives = false
    /// Whether vertices move in a basis of their own.
    var hasLargeSteps: Bool
    /// Pixels along the shorter side of the smallest picture where an unknown moves edges; 0 where none does.
    var movingSide = 0
    /// Whether visibility is relaxed at first, over a number of iterations that must be known.
    var isSoft = false
    /// Number of values of all pictures that count.
    var dataCount = 0
    /// Views, and how many of them one evaluation looks at.
    var views = 1
    var viewsPerStep: Int?

    init(unknowns: Int, values: Int, hasResiduals: Bool, hasLargeSteps: Bool) {
      (self.unknowns, self.values) = (unknowns, values)
      (self.hasResiduals, self.hasLargeSteps) = (hasResiduals, hasLargeSteps)
    }

    init(_ unknowns: Unknowns, views: [TargetView], loss: Loss) {
      self.init(
        unknowns: unknowns.count, values: views.map { 3 * $0.width * $0.height }.max() ?? 0,
        hasResiduals: loss.hasResiduals,
        hasLargeSteps: unknowns.slices.contains { if case .largeSteps = $0.chart { true } else { false } })
      self.views = views.count
      hasSparseDerivatives =
        loss.hasProducts && !unknowns.slices.contains(where: \.movesEdges)
        && unknowns.ranges.count == unknowns.slices.count
      dataCount = views.reduce(0) { $0 + 3 * $1.target.fullWeights.count { $0 > 0 } }
      if unknowns.slices.contains(where: \.movesEdges) {
        movingSide = views.map { min($0.width, $0.height) }.min() ?? 0
      }
    }
  }

  /// Unknowns up to which dense equations cost less than the pictures they come from.
  static let largestDense = 200
  /// Numbers in a Jacobian up to which it is made: 256 MiB, in two halves.
  static let largestJacobian = 1 << 25
  /// Pixels along a side that must remain for a picture to say where things are.
  static let smallestSide = 16

  init(_ kind: OptimizerSettings.Kind, for problem: Problem) {
    var halvings = 0
    while problem.movingSide >> (halvings + 1) >= Self.smallestSide { halvings += 1 }
    self.halvings = halvings
    watchesLoss = kind == .auto && !problem.isSoft
    dataCount = problem.dataCount
    let isBatched = (problem.viewsPerStep ?? problem.views) < problem.views
    viewShare = isBatched ? Double(problem.viewsPerStep ?? 1) / Double(problem.views) : 1
    guard kind == .auto else {
      (self.kind, reason) = (kind, "as asked for")
      return
    }
    let count = problem.unknowns == 1 ? "1 unknown" : "\(problem.unknowns) unknowns"
    if problem.isSoft && !problem.hasLargeSteps {
      (self.kind, reason) = (.adam, "\(count), and visibility that is relaxed at first")
    } else if problem.hasLargeSteps {
      (self.kind, reason) = (.adamUniform, "vertices with large steps")
    } else if isBatched {
      (self.kind, reason) = (
        .adam, "\(count), and \(problem.viewsPerStep ?? 1) of \(problem.views) views in every step"
      )
    } else if !problem.hasResiduals {
      (self.kind, reason) = (.adam, "\(count), and a loss that is no sum of residuals")
    } else if problem.unknowns > Self.largestDense && problem.hasSparseDerivatives {
      (self.kind, reason) = (.gaussNewtonCG, "\(count), of which every pixel knows a few")
    } else if problem.unknowns > Self.largestDense {
      (self.kind, reason) = (.adam, "\(count), more than \(Self.largestDense)")
    } else if problem.unknowns * problem.values > Self.largestJacobian {
      (self.kind, reason) = (.adam, "\(count) of pictures of \(problem.values) values, too large for a Jacobian")
    } else {
      (self.kind, reason) = (.levenbergMarquardt, "\(count), few enough for all their derivatives at once")
    }
  }
}
