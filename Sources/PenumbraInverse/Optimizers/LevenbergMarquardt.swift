/// Levenberg–Marquardt with noise: every iteration renders the picture and all its derivatives once, at the point that the
/// last step led to, which both judges that step and gives the next one.
///
/// A step is refused when ℒ rose by more than its noise explains; the next one starts from the old point with more
/// damping and needs no new render. Once steps promise less than the noise, linearisations are averaged instead of
/// replaced and the samples grow, so that the result converges to the optimum and not to a sample of it.
///
/// - Source: Levenberg 1944; Marquardt 1963; damping by gain ratio after Nielsen 1999.
struct LevenbergMarquardt: Sendable, Equatable {
  private(set) var damping = 1e-3
  /// Factor of the next increase of damping.
  private var growth = 2.0
  /// The model at the last accepted point; `nil` before the first.
  private(set) var model: NormalEquations?
  /// Fall of ℒ that the model promised for the present point.
  private var promised = Double.infinity
  /// Iterations in a row whose step promised less than the noise, or than rounding.
  private var settled = 0

  /// Settled iterations at the largest number of samples that end the search.
  private static let patience = 3
  /// Standard deviations by which ℒ must rise for a step to be refused.
  private static let significance = 2.0
  /// Relative fall of ℒ that is no more than rounding of `Float` pictures.
  private static let rounding = 1e-7

  /// - Returns: ℒ at the point where the iteration began.
  mutating func advance(
    _ point: inout Iterate, _ context: StepContext, _ objective: some Objective
  ) throws(InverseError) -> Double {
    let coordinates = context.coordinates
    let x = coordinates.decode(point.z)
    let samples = point.samples
    let linearization = try objective.linearize(x, draw: point.draw())
    point.renders += 1
    if linearization.isFinite {
      take(NormalEquations(linearization, at: point.z, x: x, coordinates, weight: Double(samples)))
    } else {
      point.dropped += 1
      refuse()
    }
    guard let model else {
      throw InverseError(.failed, "the loss or its derivatives are not finite at the start values")
    }
    let blocked = coordinates.blocked(model.base, gradient: model.gradient)
    guard let (step, reduction) = model.step(damping: &damping, blocked: blocked) else {
      point.z = model.base
      point.verdict = "no step lowers the loss"
      return linearization.loss
    }
    point.z = coordinates.retract(model.base, step: step.map { Float($0) })
    promised = reduction
    judge(&point, context.settings, model, isStill: point.z == model.base)
    return linearization.loss
  }

  /// Accepts or refuses the point that `fresh` is about.
  private mutating func take(_ fresh: NormalEquations) {
    guard let old = model else {
      model = fresh
      return
    }
    let noise = Self.significance * (old.variance + fresh.variance).squareRoot()
    let fall = old.loss - fresh.loss
    guard fall > -noise - Self.rounding * abs(old.loss) else { return refuse() }
    if promised > noise {
      let gain = fall / promised
      damping = max(damping * max(1.0 / 3, 1 - (2 * gain - 1) * (2 * gain - 1) * (2 * gain - 1)), 1e-9)
      growth = 2
      model = fresh
    } else {
      // Noise says nothing for or against the step: trust the model a little more, and average.
      damping = max(damping / 2, 1e-9)
      model = fresh.averaged(with: old)
    }
  }

  private mutating func refuse() {
    damping *= growth
    growth *= 2
    settled = 0
  }

  /// Raises the samples, or ends the search, when steps promise nothing that could be seen.
  private mutating func judge(
    _ point: inout Iterate, _ settings: OptimizerSettings, _ model: NormalEquations, isStill: Bool
  ) {
    let visible = max(0.5 * model.variance.squareRoot(), Self.rounding * abs(model.loss))
    guard isStill || promised < visible || damping > 1e8 else {
      settled = 0
      return
    }
    if damping > 1e8 {
      point.verdict = "no step lowers the loss"
    } else if 2 * point.samples <= settings.largestFactor && !isStill {
      point.samples *= 2
    } else {
      settled += 1
      if settled >= Self.patience { point.verdict = "steps promise less than the noise of the loss" }
    }
  }

  /// Samples that the present point rests on, in units of the first draw's.
  var spentSamples: Double { model?.weight ?? 1 }

  func encode(into encoder: inout ByteEncoder) {
    encoder.append(damping)
    encoder.append(growth)
    encoder.append(promised)
    encoder.append(UInt64(settled))
    encoder.append(UInt64(model == nil ? 0 : 1))
    guard let model else { return }
    encoder.append(model.base)
    encoder.append([model.loss, model.variance, model.weight])
    encoder.append(model.gradient)
    encoder.append(model.hessian.elements)
  }

  /// - Parameter count: number of coordinates.
  mutating func decode(from decoder: inout ByteDecoder, count: Int) -> Bool {
    guard let damping = decoder.double(), let growth = decoder.double(), let promised = decoder.double(),
      let settled = decoder.integer(UInt64.self), settled < 1 << 32, let hasModel = decoder.integer(UInt64.self)
    else { return false }
    (self.damping, self.growth, self.promised, self.settled) = (damping, growth, promised, Int(settled))
    model = nil
    guard hasModel == 1 else { return hasModel == 0 }
    guard let base = decoder.floats(), base.count == count, let numbers = decoder.doubles(), numbers.count == 3,
      let gradient = decoder.doubles(), gradient.count == count, let elements = decoder.doubles(),
      elements.count == count * count
    else { return false }
    model = NormalEquations(
      base: base, loss: numbers[0], variance: numbers[1], gradient: gradient,
      hessian: SymmetricMatrix(count: count, elements: elements), weight: numbers[2])
    return true
  }
}
