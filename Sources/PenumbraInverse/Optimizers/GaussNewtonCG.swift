/// Gauss–Newton for many unknowns, without a matrix, that knows how much of a gradient is noise.
///
/// Every iteration takes the gradient from two independent halves of its samples. What both agree on is signal,
/// gₐᵀ D⁻¹ g_b; what they differ by is noise, ¼ (gₐ − g_b)ᵀ D⁻¹ (gₐ − g_b), with D ≈ diag H. Conjugate gradients then
/// go on while the residual of the step exceeds the noise, and not beyond: to fit noise would carry it, magnified, to
/// everything that the pictures hardly show. The products H v = Jᵀ W J v that they need come from other samples than the
/// gradient, and from fewer.
///
/// Where derivatives can be held explicitly, products cost no renders, and a solve is made for each half, which goes on
/// while it lowers ℒ as the other half sees it.
///
/// Where noise exceeds signal, samples grow, and a step counts by its share of all samples since, so that the iterates
/// average the noise instead of following it.
///
/// - Source: Morozov's discrepancy principle as the end of a solve, or Stone 1974, *Cross-validatory choice and
///   assessment of statistical predictions*; gains after Robbins & Monro 1951.
struct GaussNewtonCG: Sendable, Equatable {
  /// μ relative to D.
  private var damping = 1.0
  /// Whether derivatives are held explicitly; `false` once they turned out not to be had.
  private var isExplicit = true
  /// What takes over then, where nobody asked for this method by name: products of renders cost more than they gain.
  private var descent: AdamDescent?
  private var scale = CurvatureScale()
  /// The last accepted point and its ℒ; empty before the first.
  private var base: [Float] = []
  private var baseLoss = 0.0
  private var step: [Float] = []
  /// Fall of ℒ that the last step promised, and the standard deviation of ℒ between draws.
  private var promised = Double.infinity
  private var deviation = 0.0
  /// Samples that the present point averages over, in units of the first iteration's.
  private var weight = 0.0
  /// Iterations in a row, at the largest number of samples, whose gradient was mostly noise.
  private var settled = 0

  private static let longestSolve = 10
  /// Where products cost no renders.
  private static let longestExplicitSolve = 100
  private static let firstExplicitDamping = 0.01
  /// Size of the residual, relative to the gradient's, at which a solve ends however little noise there is.
  private static let forcing = 1e-3
  private static let patience = 2
  /// Least damping where ℒ is noisy: products of few samples do not show what others do.
  private static let leastDamping = 0.3
  private static let leastExplicitDamping = 1e-3
  private static let firstProbes = 4
  /// Probes after which an estimate of D is good enough for a preconditioner.
  private static let mostProbes = 12
  /// Relative fall of ℒ that is no more than rounding of `Float` pictures.
  private static let rounding = 1e-7

  init(descent: AdamDescent? = nil) { self.descent = descent }

  /// - Returns: ℒ at the point where the iteration began.
  mutating func advance(
    _ point: inout Iterate, _ context: StepContext, _ objective: some Objective
  ) throws(InverseError) -> Double {
    let coordinates = context.coordinates
    let x = coordinates.decode(point.z)
    let model = try sparseModel(x, &point, objective)
    if model == nil, let loss = try descent?.advance(&point, context, objective) { return loss }
    if base.isEmpty && model != nil { damping = Self.firstExplicitDamping }
    let fresh = try SplitGradient(model, x, &point, coordinates, objective)
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
    guard let diagonal = try diagonal(model, curvature, &point) else {
      point.verdict = "no unknown changes the pictures"
      return fresh.loss
    }
    let (signal, noise) = fresh.signal(diagonal, isFixed)
    let found: ConjugateGradients.Step
    if let model {
      found = try agreedStep(model, fresh, diagonal, isFixed, coordinates, x)
    } else {
      let solver = ConjugateGradients(
        scale: diagonal, damping: damping, goal: max(noise, Self.forcing * (signal + noise)),
        longest: Self.longestSolve)
      let draw = point.curvatureDraw()
      found = try solver.solve(fresh.mean, isFixed: isFixed) { v throws(InverseError) in
        try curvature.product(v, draw: draw, &point)
      }
    }
    let isNoise = signal <= noise || found.promised == 0
    promised = found.promised
    judge(&point, context.settings, isNoise: isNoise, loss: fresh.loss)
    let gain = isNoise ? Double(point.samples) / weight : 1
    step = found.values.map { Float(gain * $0) }
    if isNoise && 2 * point.samples <= context.settings.largestFactor { point.samples *= 2 }
    point.z = coordinates.retract(point.z, step: step)
    return fresh.loss
  }

  /// The mean of two steps, each by the gradient of one half and as far as the other half finds that it lowers ℒ.
  ///
  /// What conjugate gradients meet first is what unknowns carry least noise for: the noise of a gradient has a variance
  /// that grows like D, and divided by √D it is the same for all of them.
  private func agreedStep(
    _ model: SparseModel, _ gradient: SplitGradient, _ diagonal: [Double], _ isFixed: [Bool],
    _ coordinates: Coordinates, _ x: [Float]
  ) throws(InverseError) -> ConjugateGradients.Step {
    var scale = diagonal
    for (range, _, _) in coordinates.groups {
      let mean = range.reduce(0.0) { $0 + diagonal[$1] } / Double(max(range.count, 1))
      for i in range { scale[i] = (mean * diagonal[i]).squareRoot() }
    }
    let solver = ConjugateGradients(scale: scale, damping: damping, goal: 0, longest: Self.longestExplicitSolve)
    let a = zip(gradient.mean, gradient.difference).map { $0 + $1 }
    let b = zip(gradient.mean, gradient.difference).map { $0 - $1 }
    func product(_ v: [Double]) -> [Double] {
      let velocity = coordinates.pushForward(v.map { Float($0) }, at: x)
      return coordinates.pullBack(model.product(velocity).map(Double.init), at: x)
    }
    var step = try solver.solve(a, judge: b, isFixed: isFixed, product: product)
    let other = try solver.solve(b, judge: a, isFixed: isFixed, product: product)
    for i in step.values.indices { step.values[i] = (step.values[i] + other.values[i]) / 2 }
    step.promised = (step.promised + other.promised) / 2
    step.products += other.products
    return step
  }

  /// The model by explicit derivatives, until they turn out not to be had.
  private mutating func sparseModel(
    _ x: [Float], _ point: inout Iterate, _ objective: some Objective
  ) throws(InverseError) -> SparseModel? {
    guard isExplicit else { return nil }
    guard let model = try objective.sparseModel(x, draw: point.draw()) else {
      isExplicit = false
      return nil
    }
    point.renders += 1
    return model
  }

  /// D, by the model or by random vectors, of which more join the estimate while it is not yet good enough.
  private mutating func diagonal(
    _ model: SparseModel?, _ curvature: Curvature<some Objective>, _ point: inout Iterate
  ) throws(InverseError) -> [Double]? {
    let groups = curvature.coordinates.groups.map { (range: $0.range, width: $0.width) }
    if let model {
      var exact = CurvatureScale()
      let roots = model.diagonal.map { Double($0).squareRoot() }
      exact.take(curvature.coordinates.pullBack(roots, at: curvature.x).map { Float($0) })
      return exact.diagonal(groups)
    }
    let wanted = scale.count == 0 ? Self.firstProbes : (scale.count < Self.mostProbes && settled == 0 ? 1 : 0)
    try curvature.probe(&scale, count: wanted, &point)
    return scale.diagonal(groups)
  }

  /// Makes z the base, unless ℒ rose by more than its noise explains.
  private mutating func accept(_ fresh: SplitGradient, at z: [Float]) -> Bool {
    deviation = deviation == 0 ? fresh.deviation : 0.7 * deviation + 0.3 * fresh.deviation
    if !base.isEmpty {
      let rise = fresh.loss - baseLoss
      guard rise <= max(3 * max(deviation, fresh.deviation), Self.rounding * abs(baseLoss)) else { return false }
      let isNoisy = deviation > Self.rounding * abs(baseLoss)
      damping = max(damping / 3, isNoisy ? (isExplicit ? Self.leastExplicitDamping : Self.leastDamping) : 1e-6)
    }
    (base, baseLoss) = (z, fresh.loss)
    return true
  }

  /// Counts the samples behind the present point, and iterations that gain nothing.
  private mutating func judge(_ point: inout Iterate, _ settings: OptimizerSettings, isNoise: Bool, loss: Double) {
    weight = isNoise ? weight + Double(point.samples) : Double(point.samples)
    let isLargest = 2 * point.samples > settings.largestFactor
    guard isNoise ? isLargest : promised < Self.rounding * abs(loss) else {
      settled = 0
      return
    }
    settled += 1
    if settled >= Self.patience {
      point.verdict = isNoise ? "the gradient is noise" : "steps promise no more than rounding"
    }
  }

  /// Samples that the present point averages over, in units of the first iteration's.
  func spentSamples(_ point: Iterate) -> Double {
    descent == nil || isExplicit ? weight : AdamDescent.spentSamples(point)
  }

  func encode(into encoder: inout ByteEncoder) {
    encoder.append([damping, promised, deviation, weight, baseLoss])
    encoder.append(UInt64(settled))
    encoder.append(UInt64(isExplicit ? 1 : 0))
    encoder.append(step)
    encoder.append(base)
    scale.encode(into: &encoder)
    if !isExplicit { descent?.encode(into: &encoder) }
  }

  /// - Parameter count: number of coordinates.
  mutating func decode(from decoder: inout ByteDecoder, count: Int) -> Bool {
    guard let numbers = decoder.doubles(), numbers.count == 5, let settled = decoder.integer(UInt64.self),
      settled < 1 << 32, let explicit = decoder.integer(UInt64.self), explicit <= 1,
      let step = decoder.floats(), [0, count].contains(step.count),
      let base = decoder.floats(), [0, count].contains(base.count), scale.decode(from: &decoder, count: count)
    else { return false }
    (damping, promised, deviation, weight, baseLoss) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
    (self.settled, self.step, self.base, isExplicit) = (Int(settled), step, base, explicit == 1)
    return isExplicit || descent?.decode(from: &decoder) != false
  }
}
