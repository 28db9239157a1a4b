/// Limited-memory BFGS with a line search that knows about noise.
///
/// Within an epoch all evaluations use the same random samples, so that differences of gradients are curvature and not
/// noise. When a line search finds nothing, the epoch ends: a fresh draw with more samples shows how far ℒ differs between
/// draws, and falls smaller than that are not asked for any more.
///
/// - Source: Liu & Nocedal 1989; the relaxed condition after Berahas, Byrd & Nocedal 2019, *Derivative-free optimization
///   of noisy functions via quasi-Newton methods*.
struct LBFGS: Sendable, Equatable {
  private struct Pair: Sendable, Equatable {
    var s: [Float]
    var y: [Float]
  }
  private var memory: [Pair] = []
  /// ℒ and its gradient by the coordinates at the present point and draw; `nil` at the start of an epoch.
  private var loss: Double?
  private var gradient: [Float] = []
  private var draw = Draw(0)
  /// ℒ at the end of the last epoch; `nil` in the first.
  private var lastLoss: Double?
  /// Difference of ℒ between draws.
  private var noise = 0.0
  private var fruitlessEpochs = 0

  private static let memorySize = 12
  private static let longestSearch = 12
  /// Share of the linear prediction that a step must achieve.
  private static let armijo = 1e-4

  /// - Returns: ℒ at the point where the iteration began.
  mutating func advance(
    _ point: inout Iterate, _ context: StepContext, _ objective: some Objective
  ) throws(InverseError) -> Double {
    let coordinates = context.coordinates
    if loss == nil { try startEpoch(&point, context, objective) }
    let before = loss ?? 0
    var direction = newtonDirection()
    let blocked = coordinates.blocked(point.z, gradient: gradient.map(Double.init))
    for i in direction.indices where blocked[i] { direction[i] = 0 }
    var slope = Self.dot(direction, gradient)
    if !(slope < 0) {
      memory = []
      direction = gradient.indices.map { blocked[$0] ? 0 : -gradient[$0] }
      slope = Self.dot(direction, gradient)
    }
    guard slope < 0 else {
      point.verdict = "the gradient is zero"
      return before
    }
    var length = memory.isEmpty ? Self.firstLength(direction, context) : 1
    for _ in 0..<Self.longestSearch {
      let z = coordinates.retract(point.z, step: direction.map { Float(length) * $0 })
      let (trial, trialGradient) = try evaluate(z, &point, context, objective)
      if trial.isFinite && trial <= before + Self.armijo * length * slope + 2 * noise {
        let s = zip(z, point.z).map { $0 - $1 }
        remember(s, zip(trialGradient, gradient).map { $0 - $1 })
        let isStill = s.allSatisfy { $0 == 0 }
        (point.z, loss, gradient) = (z, trial, trialGradient)
        if isStill || before - trial < max(noise, 1e-9 * abs(before)) { endEpoch(&point, context.settings) }
        return before
      }
      length *= 0.3
    }
    endEpoch(&point, context.settings)
    return before
  }

  private mutating func startEpoch(
    _ point: inout Iterate, _ context: StepContext, _ objective: some Objective
  ) throws(InverseError) {
    draw = point.draw()
    let (loss, gradient) = try evaluate(point.z, &point, context, objective)
    guard loss.isFinite else { throw InverseError(.failed, "the loss is not finite at the start values") }
    if let lastLoss { noise = max(abs(loss - lastLoss), noise / 2) }
    (self.loss, self.gradient) = (loss, gradient)
  }

  private mutating func endEpoch(_ point: inout Iterate, _ settings: OptimizerSettings) {
    lastLoss = loss
    loss = nil
    memory = []
    if 2 * point.samples <= settings.largestFactor {
      point.samples *= 2
      return
    }
    fruitlessEpochs += 1
    if fruitlessEpochs >= 2 { point.verdict = "the line search finds nothing below the noise of the loss" }
  }

  private func evaluate(
    _ z: [Float], _ point: inout Iterate, _ context: StepContext, _ objective: some Objective
  ) throws(InverseError) -> (Double, [Float]) {
    let x = context.coordinates.decode(z)
    var evaluation = try objective.evaluate(x, draw: draw)
    point.renders += 1
    point.clean(&evaluation.gradient)
    return (evaluation.loss, context.coordinates.pullBack(evaluation.gradient, at: x))
  }

  /// Without curvature, the longest element moves by its learning rate.
  private static func firstLength(_ direction: [Float], _ context: StepContext) -> Double {
    let ratios = zip(direction, context.coordinates.rates).map { abs(Double($0)) / Double($1) }
    return 1 / max(ratios.max() ?? 1, 1e-30)
  }

  /// −H g by the two-loop recursion.
  private func newtonDirection() -> [Float] {
    var q = gradient.map(Double.init)
    var weights: [Double] = []
    for pair in memory.reversed() {
      let α = Self.dot(pair.s, q) / Self.dot(pair.s, pair.y)
      weights.append(α)
      for i in q.indices { q[i] -= α * Double(pair.y[i]) }
    }
    if let last = memory.last {
      let γ = Self.dot(last.s, last.y) / Self.dot(last.y, last.y)
      for i in q.indices { q[i] *= γ }
    }
    for (pair, α) in zip(memory, weights.reversed()) {
      let β = Self.dot(pair.y, q) / Self.dot(pair.s, pair.y)
      for i in q.indices { q[i] += (α - β) * Double(pair.s[i]) }
    }
    return q.map { Float(-$0) }
  }

  private mutating func remember(_ s: [Float], _ y: [Float]) {
    let curvature = Self.dot(s, y)
    guard curvature > 1e-8 * (Self.dot(s, s) * Self.dot(y, y)).squareRoot(), curvature > 0 else { return }
    memory.append(Pair(s: s, y: y))
    if memory.count > Self.memorySize { memory.removeFirst() }
  }

  private static func dot(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  private static func dot(_ a: [Float], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * $1.1 } }

  func encode(into encoder: inout ByteEncoder) {
    encoder.append(UInt64(memory.count))
    for pair in memory {
      encoder.append(pair.s)
      encoder.append(pair.y)
    }
    encoder.append(loss.map { [$0] } ?? [])
    encoder.append(lastLoss.map { [$0] } ?? [])
    encoder.append(gradient)
    encoder.append(UInt64(draw.number))
    encoder.append(UInt64(draw.samples))
    encoder.append(noise)
    encoder.append(UInt64(fruitlessEpochs))
  }

  /// - Parameter count: number of coordinates.
  mutating func decode(from decoder: inout ByteDecoder, count: Int) -> Bool {
    guard let pairs = decoder.integer(UInt64.self), pairs <= UInt64(Self.memorySize) else { return false }
    memory = []
    for _ in 0..<pairs {
      guard let s = decoder.floats(), s.count == count, let y = decoder.floats(), y.count == count else { return false }
      memory.append(Pair(s: s, y: y))
    }
    guard let loss = decoder.doubles(), loss.count <= 1, let last = decoder.doubles(), last.count <= 1,
      let gradient = decoder.floats(), [0, count].contains(gradient.count), let number = decoder.integer(UInt64.self),
      let samples = decoder.integer(UInt64.self), max(number, samples) < 1 << 40, let noise = decoder.double(),
      let fruitless = decoder.integer(UInt64.self), fruitless < 1 << 32
    else { return false }
    (self.loss, lastLoss, self.gradient) = (loss.first, last.first, gradient)
    (draw, self.noise, fruitlessEpochs) = (Draw(Int(number), samples: Int(samples)), noise, Int(fruitless))
    return true
  }
}
