/// The optimizers, closed: what a run stores between iterations.
enum OptimizerState: Sendable, Equatable {
  case adam(AdamDescent)
  case lbfgs(LBFGS)
  case levenbergMarquardt(LevenbergMarquardt)
  case gaussNewton(GaussNewtonCG)

  /// - Parameter kind: not `auto`, which a choice has replaced; here it stands for Adam.
  init(_ kind: OptimizerSettings.Kind, _ coordinates: Coordinates) {
    switch kind {
    case .auto, .adam: self = .adam(AdamDescent(coordinates, isUniform: false))
    case .adamUniform: self = .adam(AdamDescent(coordinates, isUniform: true))
    case .lbfgs: self = .lbfgs(LBFGS())
    case .levenbergMarquardt: self = .levenbergMarquardt(LevenbergMarquardt())
    case .gaussNewtonCG: self = .gaussNewton(GaussNewtonCG())
    }
  }

  /// One iteration; returns ℒ at the point where it began.
  mutating func advance(
    _ point: inout Iterate, _ context: StepContext, _ objective: some Objective
  ) throws(InverseError) -> Double {
    switch self {
    case .adam(var state):
      defer { self = .adam(state) }
      return try state.advance(&point, context, objective)
    case .lbfgs(var state):
      defer { self = .lbfgs(state) }
      return try state.advance(&point, context, objective)
    case .levenbergMarquardt(var state):
      defer { self = .levenbergMarquardt(state) }
      return try state.advance(&point, context, objective)
    case .gaussNewton(var state):
      defer { self = .gaussNewton(state) }
      return try state.advance(&point, context, objective)
    }
  }

  /// Samples that the present point averages over, in units of one iteration's at the start.
  func spentSamples(_ point: Iterate) -> Double {
    switch self {
    case .levenbergMarquardt(let state): return state.spentSamples
    case .lbfgs: return Double(point.samples)
    // Momentum averages about ten gradients; so do the last shrinking steps.
    case .adam, .gaussNewton: return 10 * Double(point.samples)
    }
  }

  func encode(into encoder: inout ByteEncoder) {
    switch self {
    case .adam(let state): state.encode(into: &encoder)
    case .lbfgs(let state): state.encode(into: &encoder)
    case .levenbergMarquardt(let state): state.encode(into: &encoder)
    case .gaussNewton(let state): state.encode(into: &encoder)
    }
  }

  /// Replaces the state by a stored one of the same kind; `false` when the bytes are not one.
  mutating func decode(from decoder: inout ByteDecoder, count: Int) -> Bool {
    switch self {
    case .adam(var state):
      defer { self = .adam(state) }
      return state.decode(from: &decoder)
    case .lbfgs(var state):
      defer { self = .lbfgs(state) }
      return state.decode(from: &decoder, count: count)
    case .levenbergMarquardt(var state):
      defer { self = .levenbergMarquardt(state) }
      return state.decode(from: &decoder, count: count)
    case .gaussNewton(var state):
      defer { self = .gaussNewton(state) }
      return state.decode(from: &decoder, count: count)
    }
  }
}
