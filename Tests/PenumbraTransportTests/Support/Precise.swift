import Foundation

@testable import PenumbraTransport

/// A shading scalar in double precision, so that finite differences of local functions are limited by truncation
/// alone. It takes the branches that carry derivatives.
struct Precise: ShadingScalar {
  var x: Double

  init(x: Double) { self.x = x }
  init(_ value: Float) { x = Double(value) }

  var value: Float { Float(x) }
  static var carriesTangent: Bool { true }

  static prefix func - (a: Self) -> Self { Self(x: -a.x) }
  static func + (a: Self, b: Self) -> Self { Self(x: a.x + b.x) }
  static func - (a: Self, b: Self) -> Self { Self(x: a.x - b.x) }
  static func * (a: Self, b: Self) -> Self { Self(x: a.x * b.x) }
  static func / (a: Self, b: Self) -> Self { Self(x: a.x / b.x) }
  static func + (a: Self, b: Float) -> Self { Self(x: a.x + Double(b)) }
  static func - (a: Self, b: Float) -> Self { Self(x: a.x - Double(b)) }
  static func - (a: Float, b: Self) -> Self { Self(x: Double(a) - b.x) }
  static func * (a: Self, b: Float) -> Self { Self(x: a.x * Double(b)) }

  func safeSquareRoot() -> Self { Self(x: x > 0 ? x.squareRoot() : 0) }
  func exponential() -> Self { Self(x: exp(x)) }
  func logarithm() -> Self { Self(x: log(x)) }
  func arcCosine() -> Self { Self(x: acos(x)) }
  func arcTangent(over other: Self) -> Self { Self(x: atan2(x, other.x)) }
  func sine() -> Self { Self(x: sin(x)) }
  func cosine() -> Self { Self(x: cos(x)) }
  func tangentFunction() -> Self { Self(x: tan(x)) }
}
