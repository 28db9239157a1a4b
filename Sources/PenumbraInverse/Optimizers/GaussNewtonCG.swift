/// Gauss–Newton for many unknowns, without a matrix, that knows how much of a gradient is noise.
///
/// Every iteration takes the gradient from two independent halves of its samples. What both agree on is signal,
/// gₐᵀ D⁻¹ g_b; what they differ by is noise, ¼ (gₐ − g_b)ᵀ D⁻¹ (gₐ − g_b), with D ≈ diag H. Conjugate gradients then
/// go on while the residual of the step exceeds the noise, and not beyond: to fit noise would carry it, magnified, to
/// everything that the pictures hardly show. The products H v = Jᵀ W J v that they need come from other samples than the
/// gradient, and from fewer.
///
/// Where noise exceeds signal, samples grow, and a step counts by its share of all samples since, so that the iterates
/// average the noise instead of following it.
///
/// - Source: Morozov's discrepancy principle as the end of a solve; gains after Robbins & Monro 1951.
struct GaussNewtonCG: Sendable, Equatable {
  /// μ relative to D.
  private var damping = 1.0
  private var scale = CurvatureScale()
  /// The last accepted point and its ℒ; empty before the first.
  private var base: [Float] = []
  private var baseLoss = 0.0
  private var step: [Float] = []
  /// Fall of ℒ that the last step promised, and the standard deviation of ℒ between draws.
  private var promised = Double.infinity
  private var deviation = 0.0
  /// Samples that the present point averages over, in units of the first iteration's.
  private(set) var weight = 0.0
  /// Iterations in a row, at the largest number of samples, whose gradient was mostly noise.
  private var settled = 0

  private static let longestSolve = 10
  /// Size of the residual, relative to the gradient's, at which a solve ends however little noise there is.
  private static let forcing = 1e-3
  private static let patience = 2
  /// Least damping where ℒ is noisy: products of few samples do not show what others do.
  private static let leastDamping = 0.3
  private static let firstProbes = 4
  /// Probes after which an estimate of D is good enough for a preconditioner.
  private static let mostProbes = 12
  /// Relative fall of ℒ that is no more than rounding of `Float` pictures.
  private static let rounding = 1e-7

  /// - Returns: ℒ at the point where the iteration began.
  mutating func advance(
    _ point: inout Iterate, _ context: StepContext, _ objective: some Objective
  ) throws(InverseError) -> Double {
    let coordinates = context.coordinates
    let x = coordinates.decode(point.z)
    let fresh = try SplitGradient(x, &point, coordinates, objective)
    guard accept(fresh, at: point.z) else {
      damping *= 8
      step = step.map { $0 / 4 }
      promised /= 4
      point.z = coordinates.retract(base, step: step)
      if damping > 1e9 { point.verdict = "no step lowers the loss" }
      return fresh.loss
    }
    let isFixed = coordinates.blocked(point.z, gradient: fresh.mean)
    let curvature = Curvature(objective: objective, coordinates: coordinates, x: x)
    // More vectors join the estimate while it is not yet good enough.
    let wanted = scale.count == 0 ? Self.firstProbes : (scale.count < Self.mostProbes && settled == 0 ? 1 : 0)
    try curvature.probe(&scale, count: wanted, &point)
    guard let diagonal = scale.diagonal(coordinates.groups.map { ($0.range, $0.width) }) else {
      point.verdict = "no unknown changes the pictures"
      return fresh.loss
    }
    let (signal, noise) = fresh.signal(diagonal, isFixed)
    let solver = ConjugateGradients(
      scale: diagonal, damping: damping, goal: max(noise, Self.forcing * (signal + noise)), longest: Self.longestSolve)
    let draw = point.curvatureDraw()
    let found = try solver.solve(fresh.mean, isFixed: isFixed) { v throws(InverseError) in
      try curvature.product(v, draw: draw, &point)
    }
    promised = found.promised
    judge(&point, context.settings, isNoise: signal <= noise, loss: fresh.loss)
    let gain = signal <= noise ? Double(point.samples) / weight : 1
    step = found.values.map { Float(gain * $0) }
    if signal <= noise && 2 * point.samples <= context.settings.largestFactor { point.samples *= 2 }
    point.z = coordinates.retract(point.z, step: step)
    return fresh.loss
  }

  /// Makes z the base, unless ℒ rose by more than its noise explains.
  private mutating func accept(_ fresh: SplitGradient, at z: [Float]) -> Bool {
    deviation = deviation == 0 ? fresh.deviation : 0.7 * deviation + 0.3 * fresh.deviation
    if !base.isEmpty {
      let rise = fresh.loss - baseLoss
      guard rise <= max(3 * max(deviation, fresh.deviation), Self.rounding * abs(baseLoss)) else { return false }
      damping = max(damping / 3, deviation > Self.rounding * abs(baseLoss) ? Self.leastDamping : 1e-6)
    }
    (base, baseLoss) = (z, fresh.loss)
    return true
  }

  /// Counts the samples behind the present point, and iterations that gain nothing.
  private mutating func judge(_ point: inout Iterate, _ settings: OptimizerSettings, isNoise: Bool, loss: Double) {
    weight = isNoise ? weight + Double(point.samples) : Double(point.samples)
    let isLargest = 2 * point.samples > settings.largestFactor
    guard (isNoise && isLargest) || promised < Self.rounding * abs(loss) else {
      settled = 0
      return
    }
    settled += 1
    if settled >= Self.patience {
      point.verdict = isNoise ? "the gradient is noise" : "steps promise no more than rounding"
    }
  }

  func encode(into encoder: inout ByteEncoder) {
    encoder.append([damping, promised, deviation, weight, baseLoss])
    encoder.append(UInt64(settled))
    encoder.append(step)
    encoder.append(base)
    scale.encode(into: &encoder)
  }

  /// - Parameter count: number of coordinates.
  mutating func decode(from decoder: inout ByteDecoder, count: Int) -> Bool {
    guard let numbers = decoder.doubles(), numbers.count == 5, let settled = decoder.integer(UInt64.self),
      settled < 1 << 32, let step = decoder.floats(), [0, count].contains(step.count), let base = decoder.floats(),
      [0, count].contains(base.count), scale.decode(from: &decoder, count: count)
    else { return false }
    (damping, promised, deviation, weight, baseLoss) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
    (self.settled, self.step, self.base) = (Int(settled), step, base)
    return true
  }
}
