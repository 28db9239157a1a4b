/// A damped Gauss–Newton step, (H + μ D) δ = −g, by preconditioned conjugate gradients.
///
/// The diagonal D measures both the size of a residual, rᵀ D⁻¹ r, and where to look first: an unknown that the pictures
/// hardly show must move as far as any other before it tells anything.
///
/// - Source: Nocedal & Wright 2006, *Numerical optimization*, algorithms 5.3 and 7.1.
struct ConjugateGradients {
  /// D, shape [n], positive.
  let scale: [Double]
  /// μ.
  let damping: Double
  /// rᵀ D⁻¹ r at which the solve ends.
  var goal: Double
  let longest: Int
  /// Iterates in a row that a judge finds no better, after which there is no use in going on.
  private static let patience = 3

  /// What a solve came to.
  struct Step: Equatable {
    /// δ, shape [n].
    var values: [Double]
    /// Fall of ℒ that the quadratic model promises.
    var promised = 0.0
    /// Products that it took.
    var products = 0
  }

  /// - Parameters:
  ///   - gradient: g, shape [n].
  ///   - judge: an independent estimate of g. The solve then returns the iterate that lowers ℒ most by it: those that
  ///     follow fit the noise of `gradient`.
  ///   - isFixed: unknowns that must not move, shape [n].
  ///   - product: H v.
  func solve(
    _ gradient: [Double], judge: [Double]? = nil, isFixed: [Bool],
    product: ([Double]) throws(InverseError) -> [Double]
  ) throws(InverseError) -> Step {
    var best = Step(values: [Double](repeating: 0, count: gradient.count))
    var sinceBest = 0
    var step = Step(values: [Double](repeating: 0, count: gradient.count))
    var residual = gradient.indices.map { isFixed[$0] ? 0 : -gradient[$0] }
    var direction = zip(residual, scale).map { $0 / $1 }
    var size = dot(residual, direction)
    while step.products < longest, size > 0, step.products == 0 || size > goal {
      var image = try product(direction)
      step.products += 1
      for i in image.indices { image[i] = isFixed[i] ? 0 : image[i] + damping * scale[i] * direction[i] }
      let curvature = dot(direction, image)
      // Without curvature there is no Gauss–Newton step along this direction; keep what was found.
      guard curvature > 0, curvature.isFinite else { break }
      let α = size / curvature
      step.promised += α * size / 2
      for i in residual.indices {
        step.values[i] += α * direction[i]
        residual[i] -= α * image[i]
      }
      if let judge {
        // By the residual, (H + μ D) δ = −(g + r).
        var lowered = 0.0
        for i in residual.indices {
          lowered += step.values[i] * ((isFixed[i] ? 0 : gradient[i]) + residual[i] - 2 * judge[i]) / 2
        }
        (best.products, sinceBest) = (step.products, sinceBest + 1)
        if lowered > best.promised { (best, best.promised, sinceBest) = (step, lowered, 0) }
        if sinceBest >= Self.patience { break }
      }
      let next = measure(residual)
      for i in direction.indices { direction[i] = residual[i] / scale[i] + next / size * direction[i] }
      size = next
    }
    return judge == nil ? step : best
  }

  /// rᵀ D⁻¹ r.
  private func measure(_ residual: [Double]) -> Double {
    var sum = 0.0
    for i in residual.indices { sum += residual[i] * residual[i] / scale[i] }
    return sum
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += a[i] * b[i] }
    return sum
  }
}
