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
  ///   - isFixed: unknowns that must not move, shape [n].
  ///   - product: H v.
  func solve(
    _ gradient: [Double], isFixed: [Bool], product: ([Double]) throws(InverseError) -> [Double]
  ) throws(InverseError) -> Step {
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
      let next = measure(residual)
      for i in direction.indices { direction[i] = residual[i] / scale[i] + next / size * direction[i] }
      size = next
    }
    return step
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
