/// A quadratic model of ℒ in the optimizer's coordinates: the average of the linearisations taken in so far.
///
/// Near the optimum every linearisation has the same curvature and a gradient with fresh noise. Their average, each
/// carried over to the present point, has less: its minimum converges as the number of samples grows.
struct NormalEquations: Sendable, Equatable {
  /// Point about which the model is expanded.
  var base: [Float]
  /// Average of ℒ, and the variance of that average.
  var loss: Double
  var variance: Double
  var gradient: [Double]
  var hessian: SymmetricMatrix
  /// Sum of the samples taken in, in units of the first draw's.
  var weight: Double

  init(_ linearization: Linearization, at base: [Float], x: [Float], _ coordinates: Coordinates, weight: Double) {
    self.base = base
    loss = linearization.loss
    variance = linearization.deviation * linearization.deviation
    gradient = coordinates.pullBack(linearization.gradient, at: x)
    hessian = coordinates.pullBack(linearization.hessian, at: x)
    self.weight = weight
  }

  init(
    base: [Float], loss: Double, variance: Double, gradient: [Double], hessian: SymmetricMatrix, weight: Double
  ) {
    (self.base, self.loss, self.variance) = (base, loss, variance)
    (self.gradient, self.hessian, self.weight) = (gradient, hessian, weight)
  }

  /// The same model about another point near `base`.
  func moved(to point: [Float]) -> NormalEquations {
    var result = self
    let step = zip(point, base).map { Double($0) - Double($1) }
    let change = hessian.multiplied(by: step)
    for i in step.indices { result.gradient[i] += change[i] }
    result.loss +=
      zip(gradient, step).reduce(0) { $0 + $1.0 * $1.1 } + zip(change, step).reduce(0) { $0 + $1.0 * $1.1 } / 2
    result.base = point
    return result
  }

  /// The average of this and an older model, weighted by samples.
  func averaged(with older: NormalEquations) -> NormalEquations {
    let old = older.moved(to: base)
    let share = old.weight / (old.weight + weight)
    var result = self
    result.loss = (1 - share) * loss + share * old.loss
    result.variance = (1 - share) * (1 - share) * variance + share * share * old.variance
    for i in gradient.indices { result.gradient[i] = (1 - share) * gradient[i] + share * old.gradient[i] }
    result.hessian = (1 - share) * hessian
    result.hessian += share * old.hessian
    result.weight += old.weight
    return result
  }

  /// The damped step (H + μ D)⁻¹ (−g) with D = diag H, and by how much the model says that ℒ falls.
  ///
  /// - Parameter blocked: coordinates that must stay.
  /// - Returns: `nil` when no damping up to 10¹² makes the matrix positive definite.
  func step(damping: inout Double, blocked: [Bool]) -> (step: [Double], reduction: Double)? {
    let free = blocked.indices.filter { !blocked[$0] }
    guard !free.isEmpty else { return ([Double](repeating: 0, count: blocked.count), 0) }
    let diagonal = hessian.diagonal
    // What has next to no curvature must not divide by it.
    let floor = max(1e-9 * (free.map { diagonal[$0] }.max() ?? 0), 1e-300)
    while damping <= 1e12 {
      var damped = hessian.restricted(to: free)
      for (i, k) in free.enumerated() { damped[i, i] += damping * max(diagonal[k], floor) + 1e-3 * floor }
      if let factor = CholeskyFactor(damped) {
        var step = [Double](repeating: 0, count: blocked.count)
        for (k, value) in zip(free, factor.solve(free.map { -gradient[$0] })) { step[k] = value }
        let curved = hessian.multiplied(by: step)
        let reduction = -step.indices.reduce(0.0) { $0 + step[$1] * (gradient[$1] + curved[$1] / 2) }
        if reduction.isFinite && step.allSatisfy(\.isFinite) { return (step, reduction) }
      }
      damping = max(10 * damping, 1e-9)
    }
    return nil
  }
}
