import Foundation

/// A mean-field Gaussian q(z) = N(m, diag s²) in the optimizer's coordinates that comes near the posterior of the unknowns.
///
/// The data are taken to err independently with one unknown deviation, whose best value for q makes
/// −ln p(data | z) = N ℒ(z) / (2 ⟨ℒ⟩) with the number N of values and the mean ⟨ℒ⟩ under q; the prior is flat in z, but for
/// widths that end at the reach of a step, so that what the pictures do not show stays near. The evidence lower bound is
/// climbed by natural gradients, estimated by the reparameterization z = m ± s ε:
///
///     s⁻² = N / (2 ⟨ℒ⟩) · ⟨(g₊ − g₋) ε / (2 s)⟩ / ⟨ε²⟩,      m ← m − γ s² N / (2 ⟨ℒ⟩) · (g₊ + g₋) / 2,
///
/// with gradients g of ℒ, where both signs use the same random samples of the renders, ⟨⟩ are averages over the steps so
/// far, and gains γ = 1/k average what is left of the noise. ⟨ε²⟩ tends to 1; dividing by it leaves no chance in a width
/// that depends on no other unknown.
///
/// - Source: Kingma & Welling 2014 (reparameterization); Khan & Rue 2023, *The Bayesian learning rule*, §4.
struct MeanField: Sendable, Equatable {
  /// m, shape [coordinates].
  private(set) var mean: [Float]
  /// s⁻², shape [coordinates].
  private(set) var precision: [Double]
  /// ⟨(g₊ − g₋) ε / (2 s)⟩ and ⟨ε²⟩, shape [coordinates].
  private var curvature: [Double]
  private var squares: [Double]
  /// Precisions of widths as long as the reach, shape [coordinates].
  private let leastPrecision: [Double]
  /// Mean square of the steps that single draws asked for, shape [coordinates].
  private var scatter: [Double]
  /// ⟨ℒ⟩ without what the noise of renders adds.
  private(set) var loss: Double
  /// Least ⟨ℒ⟩: no better than it is known, and than `Float` pictures can agree.
  private let leastLoss: Double
  /// Number N of values that the pictures hold.
  let dataCount: Int
  /// Finished steps.
  private(set) var steps = 0

  /// Steps in which the averages settle.
  private static let warmup = 4
  /// Factor by which a precision may change in one step: one draw must not make a width of nothing.
  private static let largestChange = 2.0
  /// Mean squared rounding of pictures about 1.
  private static let rounding = 1e-12

  /// - Parameters:
  ///   - model: about the optimum, whose curvature gives the first widths.
  ///   - reaches: largest width of every coordinate; ∞ for none.
  init(_ model: NormalEquations, dataCount: Int, reaches: [Float]) {
    mean = model.base
    leastLoss = max(model.variance.squareRoot(), Self.rounding)
    loss = max(model.loss, leastLoss)
    self.dataCount = max(dataCount, 1)
    let scale = Double(self.dataCount) / (2 * loss)
    let largest = model.noisyHessian.diagonal.max() ?? 0
    curvature = model.hessian.diagonal.indices.map { i in
      let own = model.hessian[i, i] > 0 ? model.hessian[i, i] : model.noisyHessian[i, i]
      return max(own, 1e-12 * largest, 1e-300)
    }
    leastPrecision = reaches.map { 1 / (Double($0) * Double($0)) }
    precision = zip(curvature, leastPrecision).map { max(scale * $0, $1) }
    squares = curvature.map { _ in 1 }
    scatter = curvature.map { _ in 0 }
  }

  /// s, shape [coordinates].
  var deviations: [Double] { precision.map { 1 / $0.squareRoot() } }

  /// How far m errs because renders are averages of few samples, shape [coordinates]: it is the mean of as many noisy steps.
  var renderErrors: [Double] { scatter.map { ($0 / Double(steps + Self.warmup)).squareRoot() } }

  /// The evidence lower bound up to the constant of the flat prior.
  var evidence: Double {
    let n = Double(dataCount)
    let likelihood = -n / 2 * (log(2 * .pi * loss) + 1)
    return likelihood + deviations.reduce(0) { $0 + log($1) + (1 + log(2 * .pi)) / 2 }
  }

  /// The two points of one step, from standard normal numbers.
  func points(_ ε: [Double]) -> (plus: [Float], minus: [Float]) { points(ε, deviations) }

  /// The same with the error of m as well.
  func pointsWithRenderErrors(_ ε: [Double]) -> (plus: [Float], minus: [Float]) {
    points(ε, zip(deviations, renderErrors).map { ($0 * $0 + $1 * $1).squareRoot() })
  }

  private func points(_ ε: [Double], _ deviations: [Double]) -> (plus: [Float], minus: [Float]) {
    let steps = zip(deviations, ε).map { Float($0 * $1) }
    return (zip(mean, steps).map { $0 + $1 }, zip(mean, steps).map { $0 - $1 })
  }

  /// Takes in what the objective says at both points; gradients are by the coordinates, shape [coordinates].
  mutating func take(_ ε: [Double], loss ℒ: Double, plus: [Double], minus: [Double]) {
    steps += 1
    let gain = 1 / Double(steps + Self.warmup)
    loss = max((1 - gain) * loss + gain * ℒ, leastLoss)
    let scale = Double(dataCount) / (2 * loss)
    for i in mean.indices {
      let width = 1 / precision[i].squareRoot()
      let own = (plus[i] - minus[i]) * ε[i] / (2 * width)
      let slope = scale * (plus[i] + minus[i]) / 2
      guard own.isFinite, slope.isFinite else { continue }
      curvature[i] = (1 - gain) * curvature[i] + gain * own
      squares[i] = (1 - gain) * squares[i] + gain * ε[i] * ε[i]
      let next = scale * curvature[i] / squares[i]
      let kept = min(max(next, precision[i] / Self.largestChange), precision[i] * Self.largestChange)
      precision[i] = max(kept, leastPrecision[i])
      let reach = 1 / leastPrecision[i].squareRoot()
      let step = min(max(slope / precision[i], -reach), reach)
      scatter[i] = (1 - gain) * scatter[i] + gain * step * step
      mean[i] -= Float(gain * step)
    }
  }

  func encode(into encoder: inout ByteEncoder) {
    encoder.append(mean)
    for numbers in [precision, curvature, squares, scatter] { encoder.append(numbers) }
    encoder.append([loss, leastLoss])
    encoder.append(UInt64(steps))
  }

  /// - Parameter count: number of coordinates.
  init?(from decoder: inout ByteDecoder, count: Int, dataCount: Int, reaches: [Float]) {
    guard let mean = decoder.floats(), mean.count == count, let precision = decoder.doubles(), precision.count == count,
      let curvature = decoder.doubles(), curvature.count == count, let squares = decoder.doubles(),
      squares.count == count, let scatter = decoder.doubles(), scatter.count == count, let losses = decoder.doubles(),
      losses.count == 2,
      let steps = decoder.integer(UInt64.self), steps < 1 << 32
    else { return nil }
    (self.mean, self.precision, self.loss, self.steps) = (mean, precision, losses[0], Int(steps))
    (self.curvature, self.squares, self.scatter, leastLoss) = (curvature, squares, scatter, losses[1])
    self.dataCount = max(dataCount, 1)
    leastPrecision = reaches.map { 1 / (Double($0) * Double($0)) }
  }
}
