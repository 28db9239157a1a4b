/// Levenberg–Marquardt with noise: every iteration renders the picture and all its derivatives once, at the point that the
/// last step led to, which both judges that step and gives the next one.
///
/// A step is refused when ℒ rose by more than its noise explains; the next one starts from the old point with more
/// damping and needs no new render. Once steps promise less than the noise, linearisations are averaged instead of
/// replaced and the samples grow, so that the result converges to the optimum and not to a sample of it.
///
/// Where edges move, pictures are compared at a small size first: an edge of one pixel's width tells nothing about a
/// target ten pixels away, a blurred one does.
///
/// - Source: Levenberg 1944; Marquardt 1963; damping by gain ratio after Nielsen 1999.
struct LevenbergMarquardt: Sendable, Equatable {
  private(set) var damping: Double
  /// Factor of the next increase of damping.
  private var growth = 2.0
  /// The model at the last accepted point; `nil` before the first.
  private(set) var model: NormalEquations?
  /// Fall of ℒ that the model promised for the present point.
  private var promised = Double.infinity
  /// Iterations in a row whose step promised less than the noise, or than rounding.
  private var settled = 0

  /// How often pictures are halved at present.
  private(set) var halvings: Int
  /// Iterations at this size.
  private var stageLength = 0
  /// ℒ where this size began.
  private var stageStart = Double.infinity
  private var chance = SecondChance()
  private let firstHalvings: Int

  /// - Parameter halvings: of the pictures at the start.
  init(halvings: Int = 0) {
    self.halvings = halvings
    firstHalvings = halvings
    damping = Self.firstDamping(halvings)
  }

  /// Careful while things are far from where they belong.
  private static func firstDamping(_ halvings: Int) -> Double { halvings > 0 ? 3e-2 : 1e-3 }

  /// Factor of the damping of a second search from the start.
  private static let caution = 100.0

  /// Share of the curvature that must be left for a point to be one that can be steered from.
  private static let smallestShare = 1e-3

  /// Relative fall of ℒ promised by a step below which a small size has done its part, and iterations it may take.
  private static let coarseGain = 0.02
  private static let longestStage = 12
  /// Share of ℒ at its beginning at which a small size has done its part.
  private static let coarseShare = 0.01
  /// Settled iterations at the largest number of samples that end the search.
  private static let patience = 2
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
    let linearization = try objective.linearize(x, draw: point.draw(halvings: halvings))
    point.renders += 1
    var isAccepted = false
    if linearization.isFinite {
      isAccepted = take(NormalEquations(linearization, at: point.z, x: x, coordinates, weight: Double(samples)))
    } else {
      point.dropped += 1
      refuse()
    }
    guard let model else {
      throw InverseError(.failed, "the loss or its derivatives are not finite at the start values")
    }
    chance.begin(model)
    let limits = coordinates.limits(model.base)
    guard let (step, reduction) = model.step(damping: damping, limits: limits, reaches: coordinates.reaches) else {
      point.z = model.base
      point.verdict = "no step lowers the loss"
      return linearization.fullLoss
    }
    point.z = coordinates.retract(model.base, step: step.map { Float($0) })
    promised = reduction
    stageLength += 1
    if halvings > 0 {
      refine(&point, model, loss: linearization.loss, isAccepted: isAccepted)
      return linearization.fullLoss
    }
    judge(&point, context.settings, model, isStill: point.z == model.base)
    if point.verdict != nil, let other = chance.restart(from: model, isOnBound: coordinates.isOnBound(model.base)) {
      (point.z, point.samples, point.verdict) = (other.point, 1, nil)
      if other.isStart { halvings = firstHalvings }
      restart(damping: Self.firstDamping(halvings) * (other.isStart ? Self.caution : 1))
    }
    return linearization.fullLoss
  }

  /// Accepts or refuses the point that `fresh` is about.
  private mutating func take(_ fresh: NormalEquations) -> Bool {
    guard let old = model else {
      model = fresh
      return true
    }
    // Where nothing in the picture answers any more (all is black, or out of sight) a small loss is a trap.
    guard fresh.answer >= Self.smallestShare * old.answer else {
      refuse()
      return false
    }
    let noise = Self.significance * (old.variance + fresh.variance).squareRoot()
    let fall = old.loss - fresh.loss
    guard fall > -noise - Self.rounding * abs(old.loss) else {
      refuse()
      return false
    }
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
    return true
  }

  private mutating func refuse() {
    damping *= growth
    growth *= 2
    settled = 0
  }

  /// Goes to the next larger size when this one has little left to say.
  ///
  /// - Parameter isAccepted: after a refusal a step promises little because it is short, not because little is left.
  private mutating func refine(_ point: inout Iterate, _ present: NormalEquations, loss: Double, isAccepted: Bool) {
    if stageLength == 1 { stageStart = loss }
    let visible = max(present.variance.squareRoot(), Self.coarseGain * abs(present.loss))
    guard
      present.loss < Self.coarseShare * stageStart || (isAccepted && promised < visible) || damping > 1e4
        || stageLength >= Self.longestStage
    else { return }
    // Losses of different sizes cannot be compared: the next one judges for itself.
    halvings -= 1
    if damping > 1 || promised < 0 { point.z = present.base }
    restart(damping: min(damping, Self.firstDamping(halvings)))
  }

  /// Forgets what was seen of other points.
  private mutating func restart(damping: Double) {
    (model, promised, growth, stageLength, settled) = (nil, .infinity, 2, 0, 0)
    self.damping = damping
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

  /// Samples that the result rests on, in units of the first draw's.
  var spentSamples: Double { optimum?.weight ?? 1 }

  /// The model about the best end found so far; `nil` before the first picture.
  var optimum: NormalEquations? { chance.better(than: model) ?? model }

  /// The coordinates to keep when the search ends at z.
  func result(_ z: [Float]) -> [Float] { chance.better(than: model)?.base ?? z }

  func encode(into encoder: inout ByteEncoder) {
    encoder.append(damping)
    encoder.append(growth)
    encoder.append(promised)
    encoder.append(stageStart)
    for number in [settled, halvings, stageLength] { encoder.append(UInt64(number)) }
    chance.encode(into: &encoder)
    encoder.append(UInt64(model == nil ? 0 : 1))
    model?.encode(into: &encoder)
  }

  /// - Parameter count: number of coordinates.
  mutating func decode(from decoder: inout ByteDecoder, count: Int) -> Bool {
    guard let damping = decoder.double(), let growth = decoder.double(), let promised = decoder.double(),
      let start = decoder.double(),
      let settled = decoder.integer(UInt64.self), let halvings = decoder.integer(UInt64.self),
      let length = decoder.integer(UInt64.self), max(settled, halvings, length) < 1 << 32,
      chance.decode(from: &decoder, count: count), let hasModel = decoder.integer(UInt64.self)
    else { return false }
    (self.damping, self.growth, self.promised, stageStart) = (damping, growth, promised, start)
    (self.settled, self.halvings, stageLength) = (Int(settled), Int(halvings), Int(length))
    model = nil
    guard hasModel == 1 else { return hasModel == 0 }
    model = NormalEquations(from: &decoder, count: count)
    return model != nil
  }
}
