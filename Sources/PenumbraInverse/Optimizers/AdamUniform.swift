/// Adam with one step size for all elements: the largest second moment stands for all of them.
///
/// m ← β₁m + (1 − β₁)g,  v ← β₂v + (1 − β₂)g²,  x ← x − rate · m̂ / (√max v̂ + ε). Steps keep the direction of the mean
/// gradient; with `LargeSteps` they stay smooth, where plain Adam would make all elements equally loud.
///
/// - Source: Nicolet, Jacobson & Jakob 2021, section 4.
public struct AdamUniform: Sendable, Equatable {
  public let coefficients: Adam.Coefficients
  /// m, shape [n].
  public internal(set) var firstMoment: [Float]
  /// v, shape [n].
  public internal(set) var secondMoment: [Float]
  /// β₁ᵗ and β₂ᵗ after t steps.
  var beta1Power = 1.0
  var beta2Power = 1.0
  /// Gradient elements that were NaN or infinite; they and their moments stay as they were.
  public internal(set) var droppedGradients = 0

  /// - Parameter count: number of unknown elements n.
  public init(count: Int, coefficients: Adam.Coefficients = Adam.Coefficients()) {
    self.coefficients = coefficients
    firstMoment = Array(repeating: 0, count: count)
    secondMoment = Array(repeating: 0, count: count)
  }

  /// Takes the gradient into the moments.
  ///
  /// - Parameter gradient: shape [n].
  /// - Returns: m̂ / (√max v̂ + ε), shape [n].
  mutating func direction(_ gradient: ArraySlice<Float>) -> [Float] {
    precondition(gradient.count == firstMoment.count, "one gradient per unknown")
    let (β1, β2) = (coefficients.beta1, coefficients.beta2)
    beta1Power *= Double(β1)
    beta2Power *= Double(β2)
    var largest: Float = 0
    for (i, g) in gradient.enumerated() {
      if (g * g).isFinite {
        firstMoment[i] = β1 * firstMoment[i] + (1 - β1) * g
        secondMoment[i] = β2 * secondMoment[i] + (1 - β2) * g * g
      } else {
        droppedGradients += 1
      }
      largest = max(largest, secondMoment[i])
    }
    let correction = Float(1 / (1 - beta1Power))
    let scale = (largest * Float(1 / (1 - beta2Power))).squareRoot() + coefficients.epsilon
    return firstMoment.map { $0 * correction / scale }
  }

  /// Takes one step against `gradient`; no element moves by much more than `rate`.
  ///
  /// - Parameters:
  ///   - values: x, shape [n], updated in place.
  ///   - gradient: shape [n].
  ///   - rate: step size in the unit of x.
  public mutating func step(_ values: inout [Float], gradient: [Float], rate: Float) {
    let direction = direction(gradient[...])
    for i in values.indices { values[i] -= rate * direction[i] }
  }
}
