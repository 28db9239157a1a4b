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
  /// The Hessian with the noise of its samples, which is never negative.
  var noisyHessian: SymmetricMatrix
  /// See `Linearization.answer`.
  var answer: Double
  /// Sum of the samples taken in, in units of the first draw's.
  var weight: Double

  init(_ linearization: Linearization, at base: [Float], x: [Float], _ coordinates: Coordinates, weight: Double) {
    self.base = base
    loss = linearization.loss
    variance = linearization.deviation * linearization.deviation
    gradient = coordinates.pullBack(linearization.gradient, at: x)
    hessian = coordinates.pullBack(linearization.hessian, at: x)
    noisyHessian = coordinates.pullBack(linearization.noisyHessian, at: x)
    answer = linearization.answer
    self.weight = weight
  }

  init(
    base: [Float], loss: Double, variance: Double, gradient: [Double], hessian: SymmetricMatrix,
    noisyHessian: SymmetricMatrix, answer: Double, weight: Double
  ) {
    (self.base, self.loss, self.variance) = (base, loss, variance)
    (self.gradient, self.hessian, self.noisyHessian) = (gradient, hessian, noisyHessian)
    (self.answer, self.weight) = (answer, weight)
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
    result.noisyHessian = (1 - share) * noisyHessian
    result.noisyHessian += share * old.noisyHessian
    result.answer = (1 - share) * answer + share * old.answer
    result.weight += old.weight
    return result
  }

  /// The damped step (H + μ D)⁻¹ (−g) with the diagonal D, and by how much the model says that ℒ falls.
  ///
  /// Where noise makes H indefinite, as much of the noisy Hessian takes its place as makes it definite: along what
  /// the samples do not show, steps are then shorter rather than wild. What moves further than its reach is held back
  /// by a spring of its own, which leaves the well-determined rest of the step as it is.
  /// - Parameters:
  ///   - limits: of every coordinate's step; those that the step would leave stop there and the others make the best of it.
  ///   - reaches: longest step of every coordinate.
  /// - Returns: `nil` when the numbers are not finite or have no curvature at all.
  func step(
    damping: Double, limits: [ClosedRange<Double>], reaches: [Float]
  ) -> (step: [Double], reduction: Double)? {
    let largest = noisyHessian.diagonal.max() ?? 0
    guard largest > 0, largest.isFinite else { return nil }
    for share in [0, 0.5, 1.0] {
      var curvature = (1 - share) * hessian
      curvature += share * noisyHessian
      var damped = curvature
      // What has next to no curvature must not divide by it.
      for i in gradient.indices { damped[i, i] += damping * noisyHessian[i, i] + 1e-10 * largest }
      guard let step = confined(damped, curvature, limits, reaches) else { continue }
      let curved = curvature.multiplied(by: step)
      let reduction = -step.indices.reduce(0.0) { $0 + step[$1] * (gradient[$1] + curved[$1] / 2) }
      if reduction.isFinite && step.allSatisfy(\.isFinite) { return (step, reduction) }
    }
    return nil
  }

  /// The step within its limits: coordinates that would leave them are set to them, until none is left that would.
  private func confined(
    _ damped: SymmetricMatrix, _ curvature: SymmetricMatrix, _ limits: [ClosedRange<Double>], _ reaches: [Float]
  ) -> [Double]? {
    var step = [Double](repeating: 0, count: gradient.count)
    var free = Array(gradient.indices)
    while !free.isEmpty {
      let pulled = curvature.multiplied(by: zip(step.indices, step).map { free.contains($0) ? 0 : $1 })
      guard
        let found = held(damped.restricted(to: free), free.map { -gradient[$0] - pulled[$0] }, free.map { reaches[$0] })
      else { return nil }
      for (k, value) in zip(free, found) { step[k] = value }
      let leaving = free.filter { !limits[$0].contains(step[$0]) && step[$0].isFinite }
      for k in leaving { step[k] = min(max(step[k], limits[k].lowerBound), limits[k].upperBound) }
      if leaving.isEmpty { break }
      free.removeAll(where: leaving.contains)
    }
    return step
  }

  /// The solution of damped · step = force, with springs of the least strength that keeps all in reach.
  ///
  /// The strength is the energy of a spring at its reach: first a millionth of ℒ, then four times as much and so on.
  private func held(_ damped: SymmetricMatrix, _ force: [Double], _ reaches: [Float]) -> [Double]? {
    var strength = 0.0
    while strength.isFinite {
      var sprung = damped
      for (i, reach) in reaches.enumerated() { sprung[i, i] += strength / Double(reach * reach) }
      guard let step = CholeskyFactor(sprung)?.solve(force) else { return nil }
      if zip(step, reaches).allSatisfy({ abs($0) <= Double($1) }) || !step.allSatisfy(\.isFinite) { return step }
      strength = strength == 0 ? 1e-6 * max(abs(loss), 1e-30) : 4 * strength
    }
    return nil
  }

  func encode(into encoder: inout ByteEncoder) {
    encoder.append(base)
    encoder.append([loss, variance, answer, weight])
    encoder.append(gradient)
    encoder.append(hessian.elements)
    encoder.append(noisyHessian.elements)
  }

  /// - Parameter count: number of coordinates.
  /// - Returns: `nil` when the bytes are no model of so many.
  init?(from decoder: inout ByteDecoder, count: Int) {
    guard let base = decoder.floats(), base.count == count, let numbers = decoder.doubles(), numbers.count == 4,
      let gradient = decoder.doubles(), gradient.count == count, let elements = decoder.doubles(),
      elements.count == count * count, let noisy = decoder.doubles(), noisy.count == count * count
    else { return nil }
    self.init(
      base: base, loss: numbers[0], variance: numbers[1], gradient: gradient,
      hessian: SymmetricMatrix(count: count, elements: elements),
      noisyHessian: SymmetricMatrix(count: count, elements: noisy), answer: numbers[2], weight: numbers[3])
  }
}
