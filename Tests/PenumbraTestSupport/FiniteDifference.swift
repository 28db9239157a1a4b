/// Derivative by central differences, with an estimate of its own error.
public struct FiniteDifference: Sendable, CustomStringConvertible {
  public let derivative: Double
  /// Truncation (what the last extrapolation changed) and rounding.
  public let error: Double

  /// Ridders' scheme with two halvings: D(h), D(h/2), D(h/4), extrapolated to h → 0 (error of order h⁶).
  ///
  /// - Parameters:
  ///   - step: h, well above the precision of the argument.
  ///   - precision: relative rounding error of one evaluation.
  public init(at x: Double, step h: Double, precision: Double = 0x1p-50, of f: (Double) -> Double) {
    var largest = 0.0
    func difference(_ h: Double) -> Double {
      let (above, below) = (f(x + h), f(x - h))
      largest = max(largest, abs(above), abs(below))
      return (above - below) / (2 * h)
    }
    let (d1, d2, d4) = (difference(h), difference(h / 2), difference(h / 4))
    let (e1, e2) = ((4 * d2 - d1) / 3, (4 * d4 - d2) / 3)
    derivative = (16 * e2 - e1) / 15
    error = abs(e2 - e1) + 8 * precision * largest / h
  }

  /// Whether a derivative computed in single precision may be this one.
  ///
  /// - Parameter scale: size of the quantities that were added up, for the rounding of the candidate itself.
  public func agrees(with value: Double, scale: Double = 1, roundings: Double = 200) -> Bool {
    abs(value - derivative) <= 2 * error + roundings * 0x1p-24 * max(abs(derivative), scale)
  }

  public var description: String { "\(derivative) ± \(error)" }
}
