import Foundation

/// Value and tangent: a + Σ bᵢ εᵢ with εᵢ εⱼ = 0. One SIMD lane per input.
struct Dual<Tangent: SIMD & Sendable>: ShadingScalar where Tangent.Scalar == Float {
  var value: Float
  var tangent: Tangent

  @inline(__always) init(_ value: Float) {
    self.value = value
    tangent = Tangent(repeating: 0)
  }

  @inline(__always) init(_ value: Float, _ tangent: Tangent) {
    self.value = value
    self.tangent = tangent
  }

  /// The input number `lane`: derivative 1 with respect to itself.
  @inline(__always) init(_ value: Float, lane: Int) {
    self.value = value
    tangent = Tangent(repeating: 0)
    tangent[lane] = 1
  }

  static var carriesTangent: Bool { true }

  @inline(__always) static prefix func - (a: Self) -> Self { Self(-a.value, Tangent(repeating: 0) - a.tangent) }
  @inline(__always) static func + (a: Self, b: Self) -> Self { Self(a.value + b.value, a.tangent + b.tangent) }
  @inline(__always) static func - (a: Self, b: Self) -> Self { Self(a.value - b.value, a.tangent - b.tangent) }
  @inline(__always) static func * (a: Self, b: Self) -> Self {
    Self(a.value * b.value, a.tangent * b.value + b.tangent * a.value)
  }
  @inline(__always) static func / (a: Self, b: Self) -> Self {
    let inverse = 1 / b.value
    let quotient = a.value * inverse
    return Self(quotient, (a.tangent - b.tangent * quotient) * inverse)
  }
  @inline(__always) static func + (a: Self, b: Float) -> Self { Self(a.value + b, a.tangent) }
  @inline(__always) static func - (a: Self, b: Float) -> Self { Self(a.value - b, a.tangent) }
  @inline(__always) static func - (a: Float, b: Self) -> Self { Self(a - b.value, Tangent(repeating: 0) - b.tangent) }
  @inline(__always) static func * (a: Self, b: Float) -> Self { Self(a.value * b, a.tangent * b) }

  @inline(__always) func safeSquareRoot() -> Self {
    guard value > 0 else { return Self(0) }
    let root = value.squareRoot()
    return Self(root, tangent * (0.5 / root))
  }
  func exponential() -> Self {
    let e = exp(value)
    return Self(e, tangent * e)
  }
  func logarithm() -> Self { Self(log(value), tangent * (1 / value)) }
  func arcCosine() -> Self { Self(acos(value), tangent * (-1 / max(1 - value * value, 1e-12).squareRoot())) }
  func arcTangent(over x: Self) -> Self {
    let scale = 1 / max(value * value + x.value * x.value, 1e-30)
    return Self(atan2(value, x.value), (tangent * x.value - x.tangent * value) * scale)
  }
  func sine() -> Self { Self(sin(value), tangent * cos(value)) }
  func cosine() -> Self { Self(cos(value), tangent * -sin(value)) }
  func tangentFunction() -> Self {
    let t = tan(value)
    return Self(t, tangent * (1 + t * t))
  }
}

typealias Dual4 = Dual<SIMD4<Float>>
typealias Dual8 = Dual<SIMD8<Float>>
typealias Dual16 = Dual<SIMD16<Float>>
