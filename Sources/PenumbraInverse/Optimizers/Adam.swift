/// Adaptive moment estimation with bias correction and projection on bounds.
///
/// Per element with gradient g:  m ← β₁m + (1 − β₁)g,  v ← β₂v + (1 − β₂)g²,
/// x ← clamp(x − rate · m̂ / (√v̂ + ε)),  m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ).
///
/// The state is one value: a checkpoint stores it, and equal states give equal steps bit for bit.
///
/// - Source: Kingma & Ba 2015, algorithm 1.
public struct Adam: Sendable, Equatable {
  public struct Coefficients: Sendable, Equatable {
    /// Decay of the mean gradient.
    public var beta1: Float = 0.9
    /// Decay of the mean squared gradient.
    public var beta2: Float = 0.999
    /// Guards the division only. The paper's 1e-8 is not small beside the gradient of one texel, because losses are
    /// means over pixels; with it, large textures would hardly move.
    public var epsilon: Float = 1e-15

    public init() {}
  }

  public let coefficients: Coefficients
  /// m, shape [n].
  public internal(set) var firstMoment: [Float]
  /// v, shape [n].
  public internal(set) var secondMoment: [Float]
  /// β₁ᵗ and β₂ᵗ after t steps.
  var beta1Power = 1.0
  var beta2Power = 1.0
  /// Gradient elements that were NaN or infinite: never applied, their element and moments stay as they were.
  public internal(set) var droppedGradients = 0

  /// - Parameter count: number of unknown elements n.
  public init(count: Int, coefficients: Coefficients = Coefficients()) {
    self.coefficients = coefficients
    firstMoment = Array(repeating: 0, count: count)
    secondMoment = Array(repeating: 0, count: count)
  }

  /// Takes the gradient into the moments.
  ///
  /// - Parameter gradient: g, shape [n].
  /// - Returns: m̂ / (√v̂ + ε), shape [n]; 0 where the gradient was dropped.
  mutating func direction(_ gradient: [Float]) -> [Float] {
    precondition(gradient.count == firstMoment.count, "one gradient per unknown")
    let (β1, β2) = (coefficients.beta1, coefficients.beta2)
    beta1Power *= Double(β1)
    beta2Power *= Double(β2)
    let correction1 = Float(1 / (1 - beta1Power))
    let correction2 = Float(1 / (1 - beta2Power))
    return gradient.indices.map { i in
      let g = gradient[i]
      // The square must be finite too: an infinite second moment would freeze the element for ever.
      guard (g * g).isFinite else {
        droppedGradients += 1
        return 0
      }
      firstMoment[i] = β1 * firstMoment[i] + (1 - β1) * g
      secondMoment[i] = β2 * secondMoment[i] + (1 - β2) * g * g
      return (firstMoment[i] * correction1) / ((secondMoment[i] * correction2).squareRoot() + coefficients.epsilon)
    }
  }

  /// Takes one step against `gradient`.
  ///
  /// - Parameters:
  ///   - values: x, shape [n], updated in place.
  ///   - gradient: g, shape [n].
  ///   - rates: step size per element, in the unit of the element, shape [n].
  ///   - rateFactor: multiplies every rate; a schedule's factor for this step.
  ///   - bounds: allowed values per element, shape [n].
  public mutating func step(
    _ values: inout [Float], gradient: [Float], rates: [Float], rateFactor: Float = 1, bounds: [ClosedRange<Float>]
  ) {
    precondition(rates.count == values.count && bounds.count == values.count, "one rate and range per unknown")
    let direction = direction(gradient)
    for i in values.indices {
      values[i] = (values[i] - rates[i] * rateFactor * direction[i]).clamped(to: bounds[i])
    }
  }
}

extension Float {
  /// The nearest value inside `range`.
  func clamped(to range: ClosedRange<Float>) -> Float {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
