/// Adam on all unknowns: plain where elements have scales of their own, uniform where they belong together.
struct AdamDescent: Sendable, Equatable {
  private enum Part: Sendable, Equatable {
    case plain(Adam)
    case uniform(AdamUniform)
  }
  private var parts: [Part]
  private let ranges: [Range<Int>]
  private let rates: [Float]
  private var watch = LossWatch()
  private let watchesLoss: Bool

  /// - Parameters:
  ///   - isUniform: uniform for every unknown, not only for vertices with large steps.
  ///   - watchesLoss: whether steps shrink, and end, when the loss no longer falls.
  init(_ coordinates: Coordinates, isUniform: Bool, watchesLoss: Bool) {
    self.watchesLoss = watchesLoss
    ranges = coordinates.groups.map(\.range)
    rates = coordinates.rates
    parts = coordinates.groups.map {
      isUniform || $0.isUniform ? .uniform(AdamUniform(count: $0.range.count)) : .plain(Adam(count: $0.range.count))
    }
  }

  /// One step with a fresh draw.
  ///
  /// - Returns: ℒ before the step.
  mutating func advance(
    _ point: inout Iterate, _ context: StepContext, _ objective: some Objective
  ) throws(InverseError) -> Double {
    let x = context.coordinates.decode(point.z)
    let evaluation = try objective.evaluate(x, draw: point.draw())
    point.renders += 1
    let gradient = count(evaluation.gradient, &point, context, x)
    let factor =
      context.settings.schedule.factor(iteration: point.iteration, of: context.settings.iterations) * watch.rateFactor
    var step = [Float](repeating: 0, count: gradient.count)
    for (part, range) in ranges.enumerated() {
      let direction: [Float]
      switch parts[part] {
      case .plain(var adam):
        direction = adam.direction(Array(gradient[range]))
        parts[part] = .plain(adam)
      case .uniform(var adam):
        direction = adam.direction(gradient[range])
        parts[part] = .uniform(adam)
      }
      for (i, d) in zip(range, direction) { step[i] = -(rates[i] * factor * d) }
    }
    point.z = context.coordinates.retract(point.z, step: step)
    if watchesLoss { watch.judge(evaluation, &point, context.settings) }
    return evaluation.loss
  }

  /// The gradient by the coordinates; an unknown with an element that is not finite does not move that element.
  private func count(
    _ gradient: [Float], _ point: inout Iterate, _ context: StepContext, _ x: [Float]
  ) -> [Float] {
    let bad = gradient.reduce(0) { $0 + (($1 * $1).isFinite ? 0 : 1) }
    point.dropped += bad
    guard bad > 0 && !context.coordinates.isDense else { return context.coordinates.pullBack(gradient, at: x) }
    return context.coordinates.pullBack(gradient.map { ($0 * $0).isFinite ? $0 : 0 }, at: x)
  }

  /// Samples that a point averages over: momentum averages about ten gradients.
  static func spentSamples(_ point: Iterate) -> Double { 10 * Double(point.samples) }

  func encode(into encoder: inout ByteEncoder) {
    for part in parts {
      switch part {
      case .plain(let adam):
        encoder.append(adam.firstMoment)
        encoder.append(adam.secondMoment)
        encoder.append(adam.beta1Power)
        encoder.append(adam.beta2Power)
      case .uniform(let adam):
        encoder.append(adam.firstMoment)
        encoder.append(adam.secondMoment)
        encoder.append(adam.beta1Power)
        encoder.append(adam.beta2Power)
      }
    }
    watch.encode(into: &encoder)
  }

  /// Replaces the state by a stored one of the same problem; `false` when it is not one.
  mutating func decode(from decoder: inout ByteDecoder) -> Bool {
    for part in parts.indices {
      let count = ranges[part].count
      guard let first = decoder.floats(), first.count == count, let second = decoder.floats(), second.count == count,
        let power1 = decoder.double(), let power2 = decoder.double()
      else { return false }
      switch parts[part] {
      case .plain(var adam):
        (adam.firstMoment, adam.secondMoment, adam.beta1Power, adam.beta2Power) = (first, second, power1, power2)
        parts[part] = .plain(adam)
      case .uniform(var adam):
        (adam.firstMoment, adam.secondMoment, adam.beta1Power, adam.beta2Power) = (first, second, power1, power2)
        parts[part] = .uniform(adam)
      }
    }
    return watch.decode(from: &decoder)
  }
}
