/// How well the pictures determine the recovered values.
public struct Uncertainty: Sendable, Equatable {
  /// Two unknowns whose errors go together.
  public struct Correlation: Sendable, Equatable {
    public var first: String
    public var second: String
    /// In −1...1.
    public var coefficient: Double
  }

  /// A combination of unknowns that the pictures hardly change with.
  public struct NullDirection: Sendable, Equatable {
    /// Names and coefficients, largest first; coefficients are in units of what one unknown alone can change.
    public var parts: [(name: String, coefficient: Double)]

    public static func == (left: NullDirection, right: NullDirection) -> Bool { left.text == right.text }

    /// For example `0.71 lamp − 0.70 wall[0]`.
    public var text: String {
      var text = ""
      for (index, part) in parts.enumerated() {
        let size = DisplayNumber.fixed(abs(part.coefficient), 2)
        text += index == 0 ? (part.coefficient < 0 ? "−" : "") : (part.coefficient < 0 ? " − " : " + ")
        text += "\(size) \(part.name)"
      }
      return text
    }
  }

  /// One standard error per unknown, in its unit, shape [n]; `nil` where the pictures do not determine it.
  public let standardErrors: [Double?]
  /// Pairs with |coefficient| above one half, strongest first.
  public let correlations: [Correlation]
  public let nullDirections: [NullDirection]
  /// What the recovered values leave between renders and targets.
  public internal(set) var unexplained = Unexplained()

  /// Eigenvalues of the scaled Hessian below this share of 1 count as none: the pictures are `Float`s made of samples.
  private static let nullShare = 1e-5
  /// Share of a null direction above which an unknown is not determined.
  private static let involved = 0.1
  private static let noteworthy = 0.5

  /// - Parameters:
  ///   - model: at the recovered values.
  ///   - scores: gradients of the loss of parts of the pictures that err independently, by two halves of the samples.
  ///   - renderShare: the variance of the recovered values by the samples of their renders, relative to that of one
  ///     estimate from the samples of `scores`.
  ///   - names: of every unknown, shape [n].
  init(_ model: Linearization, scores: [(a: [Double], b: [Double])], renderShare: Double, names: [String]) {
    let n = names.count
    let scale = model.hessian.diagonal.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    var scaled = SymmetricMatrix(count: n)
    for i in 0..<n { for j in 0..<n { scaled[i, j] = model.hessian[i, j] * scale[i] * scale[j] } }
    let eigen = SymmetricEigen(scaled)
    var nullDirections: [NullDirection] = []
    var isLost = scale.map { $0 == 0 }
    var inverse = SymmetricMatrix(count: n)
    for (value, vector) in zip(eigen.values, eigen.vectors) {
      if value > Self.nullShare {
        for i in 0..<n { for j in 0..<n { inverse[i, j] += vector[i] * vector[j] / value } }
        continue
      }
      let order = vector.indices.sorted { abs(vector[$0]) > abs(vector[$1]) }.filter { abs(vector[$0]) > Self.involved }
      for i in order { isLost[i] = true }
      nullDirections.append(NullDirection(parts: order.prefix(6).map { (names[$0], vector[$0]) }))
    }
    self.nullDirections = nullDirections
    for i in 0..<n { for j in 0..<n { inverse[i, j] *= scale[i] * scale[j] } }
    let covariance = Self.sandwich(inverse, model, scores, renderShare: renderShare)
    standardErrors = (0..<n).map { isLost[$0] ? nil : max(covariance[$0, $0], 0).squareRoot() }
    var correlations: [Correlation] = []
    for i in 0..<n {
      for j in 0..<i where !isLost[i] && !isLost[j] {
        let product = (covariance[i, i] * covariance[j, j]).squareRoot()
        guard product > 0, abs(covariance[i, j]) > Self.noteworthy * product else { continue }
        correlations.append(
          Correlation(first: names[j], second: names[i], coefficient: max(-1, min(1, covariance[i, j] / product))))
      }
    }
    self.correlations = Array(correlations.sorted { abs($0.coefficient) > abs($1.coefficient) }.prefix(64))
  }

  /// H⁻¹ M H⁻¹ with the spread M of the scores, and what is still missing to the optimum.
  ///
  /// The mean (a + b)/2 of a block's scores varies by the target's noise and by that of the render; the difference
  /// (a − b)/2 by the render's alone. The first part counts in full, the second by its share. What one further
  /// Newton step would change counts as an error too, when it is more than two deviations of its own noise.
  ///
  /// - Source: White 1980, *A heteroskedasticity-consistent covariance matrix estimator*.
  private static func sandwich(
    _ inverse: SymmetricMatrix, _ model: Linearization, _ scores: [(a: [Double], b: [Double])], renderShare: Double
  ) -> SymmetricMatrix {
    let n = inverse.count
    var target = SymmetricMatrix(count: n)
    var render = SymmetricMatrix(count: n)
    for score in scores {
      // In coordinates of the unknowns, so that the sums stay well scaled.
      let mean = inverse.multiplied(by: zip(score.a, score.b).map { ($0 + $1) / 2 })
      let difference = inverse.multiplied(by: zip(score.a, score.b).map { ($0 - $1) / 2 })
      for i in 0..<n {
        for j in 0..<n {
          target[i, j] += mean[i] * mean[j] - difference[i] * difference[j]
          render[i, j] += difference[i] * difference[j]
        }
      }
    }
    let freedom = Double(scores.count) / Double(max(scores.count - n, 1))
    let missing = inverse.multiplied(by: model.gradient)
    var result = SymmetricMatrix(count: n)
    for i in 0..<n {
      // The estimate of a variance may come out below 0 where the target has no noise to speak of.
      let own = max(target[i, i], 0)
      let noise = own + render[i, i]
      let excess = missing[i] * missing[i] > 4 * noise ? missing[i] * missing[i] - noise : 0
      result[i, i] = freedom * (own + renderShare * render[i, i]) + excess
    }
    for i in 0..<n {
      for j in 0..<n where i != j {
        let value = freedom * (target[i, j] + renderShare * render[i, j])
        let bound = (result[i, i] * result[j, j]).squareRoot()
        result[i, j] = max(-bound, min(bound, value))
      }
    }
    return result
  }
}

extension RenderObjective {
  /// Unknowns up to which standard errors are computed.
  static let largestUncertain = 256

  /// Standard errors of the values x; `nil` where the loss or the number of unknowns does not allow them.
  ///
  /// - Parameters:
  ///   - samples: factor of the samples per pixel for this estimate.
  ///   - spent: samples per pixel that went into the values, in units of the settings'.
  func uncertainty(_ x: [Float], samples: Int, spent: Double) throws(InverseError) -> Uncertainty? {
    let values = views.map { 3 * $0.width * $0.height }.max() ?? 0
    guard loss.hasResiduals, customLosses.isEmpty, unknowns.count <= Self.largestUncertain,
      unknowns.count * values <= OptimizerChoice.largestJacobian
    else { return nil }
    let pixels = views.reduce(0) { $0 + $1.width * $1.height }
    // Noise that neighbouring pixels share, or a pyramid spreads, must stay within a block, but many blocks must remain.
    let widest = max(4, 2 << (loss.terms.map(\.pyramid).max() ?? 1))
    let sides = [64, 32, 16, 8, 4, 2].filter { $0 <= widest }
    let side = sides.first { pixels / ($0 * $0) > 16 * (unknowns.count + 4) } ?? 1
    let (model, scores, unexplained) = try linearize(
      x, draw: Draw(Self.uncertaintyDraw, samples: samples), blockSide: side)
    guard model.isFinite, scores.count > unknowns.count else { return nil }
    var result = Uncertainty(
      model, scores: scores, renderShare: Double(samples) / max(spent, 1), names: unknowns.elementNames)
    result.unexplained = unexplained
    return result
  }

  /// A draw that no iteration reaches.
  private static let uncertaintyDraw = 1 << 40
}
