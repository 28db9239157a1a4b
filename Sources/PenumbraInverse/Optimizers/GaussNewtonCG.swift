/// Gauss–Newton for many unknowns: the step solves (H + μ I) δ = −g by a few conjugate-gradient iterations, each of which
/// needs one product H v = Jᵀ W J v and no matrix.
///
/// Gradients are drawn anew in every iteration. Once the steps promise less than the noise of the loss, the k-th of them
/// is shortened to 1/k, so that the iterates average the noise instead of following it.
///
/// - Source: Nocedal & Wright 2006, *Numerical optimization*, algorithm 7.1; gains 1/k after Robbins & Monro 1951.
struct GaussNewtonCG: Sendable, Equatable {
  /// μ relative to the curvature along the gradient.
  private var damping = 1e-2
  /// The last accepted point and its ℒ; `nil` before the first.
  private var base: (z: [Float], loss: Double)?
  private var step: [Float] = []
  /// Fall of ℒ that the last step promised, and the recent differences of ℒ between draws.
  private var promised = Double.infinity
  private var noise = 0.0
  private var quietSteps = 0

  private static let longestSolve = 12
  /// Residual, relative to the gradient, at which a solve ends.
  private static let forcing = 0.1
  private static let patience = 8

  static func == (left: GaussNewtonCG, right: GaussNewtonCG) -> Bool {
    left.damping == right.damping && left.base?.z == right.base?.z && left.base?.loss == right.base?.loss
      && left.step == right.step && left.promised == right.promised && left.noise == right.noise
      && left.quietSteps == right.quietSteps
  }

  /// - Returns: ℒ at the point where the iteration began.
  mutating func advance(
    _ point: inout Iterate, _ context: StepContext, _ objective: some Objective
  ) throws(InverseError) -> Double {
    let coordinates = context.coordinates
    let x = coordinates.decode(point.z)
    var evaluation = try objective.evaluate(x, draw: point.draw())
    point.renders += 1
    point.clean(&evaluation.gradient)
    let loss = evaluation.loss - evaluation.noise
    if let base {
      let fall = base.loss - loss
      if promised > 0 && fall < promised { noise = 0.7 * noise + 0.3 * min(abs(fall - promised), abs(loss)) }
      guard loss.isFinite, fall > -max(2 * noise, 1e-7 * abs(base.loss)) else {
        damping *= 8
        step = step.map { $0 / 4 }
        promised /= 4
        point.z = coordinates.retract(base.z, step: step)
        if damping > 1e9 { point.verdict = "no step lowers the loss" }
        return evaluation.loss
      }
      damping = max(damping / 3, 1e-6)
    }
    base = (point.z, loss)
    let gradient = coordinates.pullBack(evaluation.gradient, at: x)
    let blocked = coordinates.blocked(point.z, gradient: gradient.map(Double.init))
    try solve(gradient, blocked, x, &point, context, objective)
    if promised < max(noise, 1e-7 * abs(loss)) {
      quietSteps += 1
      step = step.map { $0 / Float(quietSteps) }
      if 2 * point.samples <= context.settings.largestFactor { point.samples *= 2 }
      if quietSteps >= Self.patience { point.verdict = "steps promise less than the noise of the loss" }
    }
    point.z = coordinates.retract(point.z, step: step)
    return evaluation.loss
  }

  /// Sets `step` and what it promises.
  private mutating func solve(
    _ gradient: [Float], _ blocked: [Bool], _ x: [Float], _ point: inout Iterate, _ context: StepContext,
    _ objective: some Objective
  ) throws(InverseError) {
    let draw = point.draw()
    var δ = [Double](repeating: 0, count: gradient.count)
    var residual = gradient.indices.map { blocked[$0] ? 0 : -Double(gradient[$0]) }
    var direction = residual
    var size = Self.dot(residual, residual)
    let goal = size * Self.forcing * Self.forcing
    var ridge = 0.0
    promised = 0
    for iteration in 0..<Self.longestSolve where size > goal && size > 0 {
      let velocity = context.coordinates.pushForward(direction.map { Float($0) }, at: x)
      var image = try objective.curvature(x, along: velocity, draw: draw)
      point.renders += 2
      point.clean(&image)
      var product = context.coordinates.pullBack(image, at: x).map(Double.init)
      let squared = Self.dot(direction, direction)
      if iteration == 0 { ridge = damping * max(Self.dot(direction, product), 0) / squared }
      for i in product.indices { product[i] = blocked[i] ? 0 : product[i] + ridge * direction[i] }
      let curvature = Self.dot(direction, product)
      // Without curvature there is no Gauss–Newton step along this direction; keep what was found.
      guard curvature > 0 else { break }
      let α = size / curvature
      promised += α * size / 2
      for i in δ.indices {
        δ[i] += α * direction[i]
        residual[i] -= α * product[i]
      }
      let next = Self.dot(residual, residual)
      for i in direction.indices { direction[i] = residual[i] + next / size * direction[i] }
      size = next
    }
    step = δ.map { Float($0) }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  func encode(into encoder: inout ByteEncoder) {
    encoder.append([damping, promised, noise])
    encoder.append(UInt64(quietSteps))
    encoder.append(step)
    encoder.append(base?.z ?? [])
    encoder.append(base?.loss ?? .nan)
  }

  /// - Parameter count: number of coordinates.
  mutating func decode(from decoder: inout ByteDecoder, count: Int) -> Bool {
    guard let numbers = decoder.doubles(), numbers.count == 3, let quiet = decoder.integer(UInt64.self),
      quiet < 1 << 32, let step = decoder.floats(), [0, count].contains(step.count), let z = decoder.floats(),
      [0, count].contains(z.count), let loss = decoder.double()
    else { return false }
    (damping, promised, noise, quietSteps) = (numbers[0], numbers[1], numbers[2], Int(quiet))
    self.step = step
    base = z.isEmpty ? nil : (z, loss)
    return true
  }
}
