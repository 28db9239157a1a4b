/// Directions and positions in the value path; 16 bytes.
typealias Vector3 = SIMD3<Float>
/// Linear RGB.
typealias Spectrum = SIMD3<Float>

// Fused multiply-adds: fewer instructions, and one rounding less per term.

@inline(__always) func dot(_ a: Vector3, _ b: Vector3) -> Float {
  (a.z * b.z).addingProduct(a.y, b.y).addingProduct(a.x, b.x)
}

@inline(__always) func cross(_ a: Vector3, _ b: Vector3) -> Vector3 {
  Vector3(
    (-a.z * b.y).addingProduct(a.y, b.z), (-a.x * b.z).addingProduct(a.z, b.x),
    (-a.y * b.x).addingProduct(a.x, b.y))
}

extension SIMD3<Float> {
  @inline(__always) var squaredLength: Float { dot(self, self) }
  @inline(__always) var length: Float { squaredLength.squareRoot() }
  @inline(__always) var normalized: Self { self * (1 / length) }
  @inline(__always) var largestMagnitude: Float { Swift.max(abs(x), Swift.max(abs(y), abs(z))) }
  @inline(__always) var largest: Float { Swift.max(x, Swift.max(y, z)) }
  @inline(__always) var isFinite: Bool { (x + y + z).isFinite }
  @inline(__always) var isZero: Bool { x == 0 && y == 0 && z == 0 }
  /// Rec. 709 luminance.
  @inline(__always) var luminance: Float { dot(self, Luminance.weights) }
}

enum Luminance {
  /// Second row of the linear sRGB to XYZ matrix.
  // Not stored: what is stored is looked up behind a check at every use.
  @inline(__always) static var weights: Spectrum { Spectrum(0.212671, 0.715160, 0.072169) }
}

/// A vector over any shading scalar.
struct Vector<S: ShadingScalar> {
  var x: S
  var y: S
  var z: S

  @inline(__always) init(_ x: S, _ y: S, _ z: S) {
    self.x = x
    self.y = y
    self.z = z
  }

  @inline(__always) init(_ v: Vector3) {
    x = S(v.x)
    y = S(v.y)
    z = S(v.z)
  }

  @inline(__always) var value: Vector3 { Vector3(x.value, y.value, z.value) }

  @inline(__always) static prefix func - (a: Self) -> Self { Self(-a.x, -a.y, -a.z) }
  @inline(__always) static func + (a: Self, b: Self) -> Self { Self(a.x + b.x, a.y + b.y, a.z + b.z) }
  @inline(__always) static func - (a: Self, b: Self) -> Self { Self(a.x - b.x, a.y - b.y, a.z - b.z) }
  @inline(__always) static func * (a: Self, s: S) -> Self { Self(a.x * s, a.y * s, a.z * s) }

  @inline(__always) func dot(_ b: Self) -> S { x * b.x + y * b.y + z * b.z }
  @inline(__always) func dot(_ b: Vector3) -> S { x * b.x + y * b.y + z * b.z }
  @inline(__always) func cross(_ b: Self) -> Self {
    Self(y * b.z - z * b.y, z * b.x - x * b.z, x * b.y - y * b.x)
  }
  @inline(__always) var squaredLength: S { dot(self) }
  @inline(__always) func normalized() -> Self { self * squaredLength.safeSquareRoot().reciprocal() }
}

/// Linear RGB over any shading scalar.
struct Color<S: ShadingScalar> {
  var r: S
  var g: S
  var b: S

  @inline(__always) init(_ r: S, _ g: S, _ b: S) {
    self.r = r
    self.g = g
    self.b = b
  }

  @inline(__always) init(_ all: S) { self.init(all, all, all) }
  @inline(__always) init(_ v: Spectrum) { self.init(S(v.x), S(v.y), S(v.z)) }

  static var zero: Self { Self(S(0)) }
  @inline(__always) var value: Spectrum { Spectrum(r.value, g.value, b.value) }

  @inline(__always) static func + (a: Self, b: Self) -> Self { Self(a.r + b.r, a.g + b.g, a.b + b.b) }
  @inline(__always) static func * (a: Self, b: Self) -> Self { Self(a.r * b.r, a.g * b.g, a.b * b.b) }
  @inline(__always) static func * (a: Self, s: S) -> Self { Self(a.r * s, a.g * s, a.b * s) }
  @inline(__always) func map(_ f: (S) -> S) -> Self { Self(f(r), f(g), f(b)) }
  /// (1 − t)·self + t·other.
  @inline(__always) func mixed(with other: Self, _ t: S) -> Self {
    Self(r.mixed(with: other.r, t), g.mixed(with: other.g, t), b.mixed(with: other.b, t))
  }
  @inline(__always) var luminance: S {
    r * Luminance.weights.x + g * Luminance.weights.y + b * Luminance.weights.z
  }
}
