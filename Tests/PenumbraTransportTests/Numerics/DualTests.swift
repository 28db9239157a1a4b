import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// One elementary operation of two numbers.
enum Operation: LocalFunction, CaseIterable {
  case negate, add, subtract, multiply, divide, addConstant, subtractConstant, constantMinus, multiplyConstant
  case squareRoot, exponential, logarithm, arcCosine, arcTangent, sine, cosine, tangent
  case reciprocal, squared, magnitude, atLeast, atMost, mixed

  func callAsFunction<S: ShadingScalar>(_ x: [S]) -> [S] { [value(x[0], x[1])] }

  private func value<S: ShadingScalar>(_ a: S, _ b: S) -> S {
    switch self {
    case .negate: -a
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .addConstant: a + 1.5
    case .subtractConstant: a - 1.5
    case .constantMinus: 1.5 - a
    case .multiplyConstant: a * 1.5
    case .squareRoot: a.safeSquareRoot()
    case .exponential: a.exponential()
    case .logarithm: a.logarithm()
    case .arcCosine: a.arcCosine()
    case .arcTangent: a.arcTangent(over: b)
    case .sine: a.sine()
    case .cosine: a.cosine()
    case .tangent: a.tangentFunction()
    case .reciprocal: a.reciprocal()
    case .squared: a.squared
    case .magnitude: (a - b).magnitude
    case .atLeast: a.atLeast(0.25) + b.atLeast(2)
    case .atMost: a.atMost(0.5) + b.atMost(2)
    case .mixed: a.mixed(with: b, a * b)
    }
  }
}

struct DualTests {
  @Test("A dual number's tangent is the derivative of its value", arguments: Operation.allCases)
  func operation(_ operation: Operation) {
    for (a, b) in [(Float(0.3), Float(1.7)), (0.9, -0.6), (0.125, 0.5), (0.62, 3)] {
      expectPartialsMatchDifferences(of: operation, at: [a, b], "\(operation)")
    }
  }

  @Test("The angle has its derivative in every quadrant") func arcTangentQuadrants() {
    for (y, x) in [(Float(0.5), Float(0.5)), (0.5, -0.5), (-0.5, -0.5), (-0.5, 0.5), (1e-3, 1), (1, 1e-3)] {
      expectPartialsMatchDifferences(of: Operation.arcTangent, at: [y, x], step: 1e-4)
    }
  }

  @Test("√x is 0 without a derivative for x ≤ 0", arguments: [Float(0), -1])
  func squareRootOfNothing(_ x: Float) {
    let root = Dual4(x, lane: 0).safeSquareRoot()
    #expect(root.value == 0)
    #expect(root.tangent == .zero)
  }
}
