import Foundation

/// A number that a local shading function can be evaluated with: `Float`, or a `Dual` that also carries partials.
///
/// Functions written against it exist once and give values and derivatives; branches test `value` only.
protocol ShadingScalar: Sendable {
  init(_ value: Float)
  /// The primal value.
  var value: Float { get }
  /// Whether tangents are carried, so that terms with value 0 but a non-zero derivative must be evaluated.
  static var carriesTangent: Bool { get }

  static prefix func - (a: Self) -> Self
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  static func + (a: Self, b: Float) -> Self
  static func - (a: Self, b: Float) -> Self
  static func - (a: Float, b: Self) -> Self
  static func * (a: Self, b: Float) -> Self

  /// √self with √x = 0 and zero derivative for x ≤ 0.
  func safeSquareRoot() -> Self
  func exponential() -> Self
  func logarithm() -> Self
  func arcCosine() -> Self
  /// atan2(self, x).
  func arcTangent(over x: Self) -> Self
  func sine() -> Self
  func cosine() -> Self
  func tangentFunction() -> Self
}

extension ShadingScalar {
  static var zero: Self { Self(0) }
  static var one: Self { Self(1) }
  var squared: Self { self * self }
  var magnitude: Self { value < 0 ? -self : self }
  /// The larger of self and a constant; the derivative is that of the chosen one.
  func atLeast(_ bound: Float) -> Self { value < bound ? Self(bound) : self }
  func atMost(_ bound: Float) -> Self { value > bound ? Self(bound) : self }
  func reciprocal() -> Self { Self(1) / self }
  /// (1 − t)·self + t·other.
  func mixed(with other: Self, _ t: Self) -> Self { self + (other - self) * t }
}

extension Float: ShadingScalar {
  var value: Float { self }
  static var carriesTangent: Bool { false }
  func safeSquareRoot() -> Float { self > 0 ? squareRoot() : 0 }
  func exponential() -> Float { exp(self) }
  func logarithm() -> Float { log(self) }
  func arcCosine() -> Float { acos(self) }
  func arcTangent(over x: Float) -> Float { atan2(self, x) }
  func sine() -> Float { sin(self) }
  func cosine() -> Float { cos(self) }
  func tangentFunction() -> Float { tan(self) }
}
