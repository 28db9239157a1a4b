/// Where an optimizer stands: its coordinates, and what every optimizer keeps beside its own state.
struct Iterate: Sendable, Equatable {
  /// z, shape [coordinates].
  var z: [Float]
  /// Finished iterations.
  var iteration = 0
  /// Draws of samples used so far; each is used once.
  var draws = 0
  /// Pictures rendered of every view: evaluations, linearisations, and two per curvature product.
  var renders = 0
  /// Multiplies the samples per pixel; grows when noise hides what there is still to gain.
  var samples = 1
  /// Gradient elements that were NaN or infinite.
  var dropped = 0
  /// Why the optimizer sees no use in going on; `nil` while it does.
  var verdict: String?

  /// A new independent draw.
  mutating func draw(halvings: Int = 0) -> Draw {
    draws += 1
    return Draw(draws - 1, samples: samples, halvings: halvings)
  }

  /// Replaces what is not finite by 0, and counts it.
  mutating func clean(_ gradient: inout [Float]) {
    for i in gradient.indices where !(gradient[i] * gradient[i]).isFinite {
      gradient[i] = 0
      dropped += 1
    }
  }
}

/// What a step of an optimizer looks at beside its state.
struct StepContext {
  let coordinates: Coordinates
  let settings: OptimizerSettings
  /// Of random numbers that are no samples of a render.
  let seed: UInt64
}
