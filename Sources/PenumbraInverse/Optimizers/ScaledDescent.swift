/// Descent with momentum in the scale of the curvature, for many unknowns whose gradients are noisy.
///
/// The diagonal D ≈ diag H and the largest eigenvalue λ of D⁻¹H say how long a step may be, so that no rate must be
/// guessed and none of the unknowns waits for another: z ← z + β (z − z′) − D⁻¹ g / λ. Every step draws a new gradient of
/// few samples, at a fifth of the cost of a product with the curvature, and the result is an average of the iterates that
/// forgets the early ones. Gradients come in two independent halves: what both agree on is signal, what they differ
/// by is noise, and samples grow once noise is what remains.
///
/// - Source: Polyak 1964; Nesterov 1983 for β = k/(k + 3); Shamir & Zhang 2013, *Stochastic gradient descent for
///   non-smooth optimization*, for the average.
struct ScaledDescent: Sendable, Equatable {
  private var scale = CurvatureScale()
  /// λ; 0 before the first step.
  private var largest = 0.0
  /// Its vector, shape [n], and the ridge of D, relative to squared rates, that it was found with.
  private var mode: [Double] = []
  private var ridgeOfLargest = Double.infinity
  private var ridge = Double.infinity
  /// z − z′, shape [n].
  private var velocity: [Double] = []
  /// Steps since momentum began.
  private var steps = 0
  /// The average of the iterates, and how many it is of.
  private var average: [Double] = []
  private var averaged = 0
  /// The best point so far, ℒ there, at the start and at the last point.
  private var best: [Float] = []
  private var bestLoss = Double.infinity
  private var startLoss = Double.infinity
  private var lastLoss = Double.infinity
  private var deviation = 0.0
  /// Iterations in a row, at the largest number of samples, whose gradient was mostly noise.
  private var settled = 0
  private var refusals = 0
  /// Samples behind the average, in units of the first iteration's.
  private(set) var weight = 0.0

  private static let probes = 8
  /// Weight of late iterates in the average: that of the k-th grows with this power of k.
  private static let forgetting = 3.0
  private static let mostMomentum = 0.85
  /// Signal, in units of noise, below which more samples are worth more than more steps: iterates carry noise too.
  private static let remaining = 3.0
  private static let patience = 4
  /// Factor of the estimate of λ, which power iteration reaches from below.
  private static let safety = 1.1
  /// Fall of the ridge after which λ is estimated anew.
  private static let renewal = 0.25
  /// Deviations by which ℒ must rise to have risen.
  private static let significance = 3.0
  /// Relative change of ℒ that is no more than rounding of `Float` pictures.
  private static let rounding = 1e-7
  private static let mostRefusals = 20

  /// - Returns: ℒ at the point where the iteration began.
  mutating func advance(
    _ point: inout Iterate, _ context: StepContext, _ objective: some Objective
  ) throws(InverseError) -> Double {
    let coordinates = context.coordinates
    let x = coordinates.decode(point.z)
    let fresh = try SplitGradient(nil, x, &point, coordinates, objective)
    guard accept(fresh, at: point.z) else {
      largest *= 2
      point.z = best
      refusals += 1
      if refusals > Self.mostRefusals { point.verdict = "no step lowers the loss" }
      return fresh.loss
    }
    let curvature = Curvature(objective: objective, coordinates: coordinates, x: x)
    if scale.count == 0 { try curvature.probe(&scale, count: Self.probes, &point) }
    guard let diagonal = scale.diagonal(coordinates.groups.map { ($0.range, $0.width) }) else {
      point.verdict = "no unknown changes the pictures"
      return fresh.loss
    }
    let isFixed = coordinates.blocked(point.z, gradient: fresh.mean)
    let (signal, noise) = fresh.signal(diagonal, isFixed)
    let scales = damped(diagonal, by: fresh, coordinates.rates)
    var descent = fresh.mean.indices.map { isFixed[$0] ? 0 : -fresh.mean[$0] / scales[$0] }
    if largest == 0 || ridge < Self.renewal * ridgeOfLargest {
      let (value, vector) = try eigenvalue(curvature, scales, from: mode.isEmpty ? descent : mode, &point)
      (largest, mode, ridgeOfLargest) = (max(value, largest), vector, ridge)
    }
    guard largest > 0, largest.isFinite else {
      point.verdict = "no unknown changes the pictures"
      return fresh.loss
    }
    let momentum = min(Double(steps) / Double(steps + 3), Self.mostMomentum)
    if velocity.isEmpty { velocity = [Double](repeating: 0, count: descent.count) }
    for i in descent.indices { descent[i] = isFixed[i] ? 0 : momentum * velocity[i] + descent[i] / largest }
    let z = coordinates.retract(point.z, step: descent.map { Float($0) })
    velocity = descent
    point.z = z
    steps += 1
    include(z, samples: point.samples)
    judge(&point, context.settings, signal: signal, noise: noise, loss: fresh.loss)
    return fresh.loss
  }

  /// Judges the point that the last step led to. Where ℒ rose by more than noise explains, momentum begins anew.
  ///
  /// - Returns: `false` where it rose above that of the start: steps are too long, and the search goes back.
  private mutating func accept(_ fresh: SplitGradient, at z: [Float]) -> Bool {
    deviation = deviation == 0 ? fresh.deviation : 0.7 * deviation + 0.3 * fresh.deviation
    let noise = Self.significance * max(deviation, fresh.deviation) + Self.rounding * abs(lastLoss)
    if fresh.loss > lastLoss + noise { (velocity, steps) = ([Double](repeating: 0, count: velocity.count), 0) }
    guard fresh.loss <= startLoss + noise else { return false }
    if best.isEmpty { startLoss = fresh.loss }
    if fresh.loss < bestLoss { (best, bestLoss) = (z, fresh.loss) }
    lastLoss = fresh.loss
    return true
  }

  /// D with a ridge, so that noise moves no unknown by more than half of its rate τ, a step of Adam.
  ///
  /// With gradients of variance κ Dᵢ, a step g/(D + κ/τ²) has a deviation of at most τ/2 whatever D is: what the pictures
  /// hardly show waits until more samples tell more of it. The ridge only falls.
  private mutating func damped(_ diagonal: [Double], by gradient: SplitGradient, _ rates: [Float]) -> [Double] {
    var (variance, curvature) = (0.0, 0.0)
    for i in diagonal.indices {
      variance += gradient.difference[i] * gradient.difference[i]
      curvature += diagonal[i]
    }
    ridge = min(ridge, variance / curvature)
    return zip(diagonal, rates).map { $0 + ridge / Double($1 * $1) }
  }

  /// The largest eigenvalue of D⁻¹H by power iteration, a little above it to be safe, and its vector.
  private func eigenvalue(
    _ curvature: Curvature<some Objective>, _ scales: [Double], from start: [Double], _ point: inout Iterate
  ) throws(InverseError) -> (value: Double, vector: [Double]) {
    var vector = start
    var result = 0.0
    for _ in 0..<2 {
      let product = try curvature.product(vector, draw: point.curvatureDraw(), &point)
      var (above, below) = (0.0, 0.0)
      for i in vector.indices {
        above += vector[i] * product[i]
        below += vector[i] * vector[i] * scales[i]
      }
      guard below > 0 else { break }
      result = max(result, above / below)
      vector = zip(product, scales).map { $0 * below / ($1 * max(above, .leastNormalMagnitude)) }
    }
    return (Self.safety * result, vector)
  }

  /// Takes an iterate into the average, in which the last ones count most.
  private mutating func include(_ z: [Float], samples: Int) {
    averaged += 1
    let share = min(1, (Self.forgetting + 1) / (Double(averaged) + Self.forgetting))
    if average.isEmpty { average = z.map(Double.init) }
    for i in z.indices { average[i] += share * (Double(z[i]) - average[i]) }
    weight = (1 - share) * weight + Double(samples)
  }

  /// Raises the samples when noise is what remains, and ends when there are no more to be had.
  private mutating func judge(
    _ point: inout Iterate, _ settings: OptimizerSettings, signal: Double, noise: Double, loss: Double
  ) {
    let gain = signal / (2 * largest)
    guard signal < Self.remaining * noise || gain < Self.rounding * abs(loss) else {
      settled = 0
      return
    }
    if 2 * point.samples <= settings.largestFactor {
      point.samples *= 2
      return
    }
    settled += 1
    if settled >= Self.patience { point.verdict = "the gradient is noise" }
  }

  /// The coordinates to keep when the search ends at z.
  func result(_ z: [Float]) -> [Float] { average.isEmpty ? z : average.map { Float($0) } }

  func encode(into encoder: inout ByteEncoder) {
    encoder.append([largest, bestLoss, startLoss, lastLoss, deviation, weight, ridge, ridgeOfLargest])
    for number in [steps, averaged, settled, refusals] { encoder.append(UInt64(number)) }
    encoder.append(velocity)
    encoder.append(mode)
    encoder.append(average)
    encoder.append(best)
    scale.encode(into: &encoder)
  }

  /// - Parameter count: number of coordinates.
  mutating func decode(from decoder: inout ByteDecoder, count: Int) -> Bool {
    guard let numbers = decoder.doubles(), numbers.count == 8, let steps = decoder.integer(UInt64.self),
      let averaged = decoder.integer(UInt64.self), let settled = decoder.integer(UInt64.self),
      let refusals = decoder.integer(UInt64.self), max(steps, averaged, settled, refusals) < 1 << 32,
      let velocity = decoder.doubles(), [0, count].contains(velocity.count),
      let mode = decoder.doubles(), [0, count].contains(mode.count),
      let average = decoder.doubles(), [0, count].contains(average.count),
      let best = decoder.floats(), [0, count].contains(best.count), scale.decode(from: &decoder, count: count)
    else { return false }
    (largest, bestLoss, startLoss) = (numbers[0], numbers[1], numbers[2])
    (lastLoss, deviation, weight) = (numbers[3], numbers[4], numbers[5])
    (ridge, ridgeOfLargest, self.mode) = (numbers[6], numbers[7], mode)
    (self.steps, self.averaged, self.settled, self.refusals) = (Int(steps), Int(averaged), Int(settled), Int(refusals))
    (self.velocity, self.average, self.best) = (velocity, average, best)
    return true
  }
}
