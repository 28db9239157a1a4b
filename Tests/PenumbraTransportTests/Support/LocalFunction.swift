import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// A function of at most 16 numbers that is written once for every shading scalar.
protocol LocalFunction {
  func callAsFunction<S: ShadingScalar>(_ x: [S]) -> [S]
}

/// The law of every local function: its dual partials are its derivatives, and its dual value is its value.
///
/// - Parameters:
///   - step: of the differences, relative to 1; small against the features of the function.
///   - roundings: units in the last place that single precision may lose; a function with cancellation loses more.
func expectPartialsMatchDifferences(
  of f: some LocalFunction, at x: [Float], step: Double = 1e-3, roundings: Double = 400, _ note: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let duals = f(x.enumerated().map { Dual16($1, lane: $0) })
  let values = f(x.map { Precise($0) })
  for (output, dual) in duals.enumerated() {
    let value = values[output].x
    let partials = (0..<x.count).map { Double(abs(dual.tangent[$0])) }
    let scale = max(abs(value), partials.max() ?? 0)
    #expect(
      abs(Double(dual.value) - value) <= roundings * 0x1p-24 * scale, "value \(output) \(note)",
      sourceLocation: sourceLocation)
    for input in x.indices {
      let difference = FiniteDifference(at: 0, step: step) { offset in
        var moved = x.map { Precise($0) }
        moved[input].x += offset
        return f(moved)[output].x
      }
      let derivative = Double(dual.tangent[input])
      #expect(
        difference.agrees(with: derivative, scale: scale, roundings: roundings),
        "∂\(output)/∂\(input) at \(x): \(derivative), difference \(difference) \(note)", sourceLocation: sourceLocation)
    }
  }
}
