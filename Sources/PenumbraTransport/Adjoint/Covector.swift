/// A covector of what a pixel shows: of each of its channels, or of what they are worth together.
///
/// Everything that moves enters a path's contribution through one factor for each channel. Where an adjoint tells what the
/// channels are worth, their sum is all that has to be carried along the path: a third of the work.
protocol ChannelVector {
  /// The partial with respect to a single number.
  associatedtype Weight: ChannelWeight

  static var zero: Self { get }
  /// The same covector times a weight.
  init(_ covector: Vector3, times weight: Weight)
  /// A covector for red, green and blue each, times how much they count (`DerivativeSink.counted`).
  init(_ r: Vector3, _ g: Vector3, _ b: Vector3, counted: Spectrum)

  static prefix func - (a: Self) -> Self
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, s: Float) -> Self

  func map(_ f: (Vector3) -> Vector3) -> Self
  /// What a motion `v` does.
  func applied(to v: Vector3) -> Weight
  /// Partials with respect to one component.
  subscript(axis: Int) -> Weight { get }
  var isZero: Bool { get }
}

/// Named functions, not operators: those would make the compiler try every number of the module for each of them.
protocol ChannelWeight {
  /// How much red, green and blue count.
  init(counted: Spectrum)
  func adding(_ other: Self) -> Self
  func scaled(by factor: Float) -> Self
  var isZero: Bool { get }
}

extension ChannelVector {
  /// The same covector for all channels, times how much each counts.
  @inline(__always) init(_ covector: Vector3, counted: Spectrum) {
    self.init(covector, times: Weight(counted: counted))
  }

  @inline(__always) static func += (a: inout Self, b: Self) { a = a + b }
  @inline(__always) static func -= (a: inout Self, b: Self) { a = a - b }

  /// Without the part along a unit vector, whose length does not change.
  @inline(__always) func across(_ unit: Vector3) -> Self { map { $0 - unit * dot($0, unit) } }
}

extension SIMD3: ChannelWeight where Scalar == Float {
  @inline(__always) init(counted: Spectrum) { self = counted }
  @inline(__always) func adding(_ other: Self) -> Self { self + other }
  @inline(__always) func scaled(by factor: Float) -> Self { self * factor }
}

extension Float: ChannelWeight {
  @inline(__always) init(counted: Spectrum) { self = counted.x + counted.y + counted.z }
  @inline(__always) func adding(_ other: Self) -> Self { self + other }
  @inline(__always) func scaled(by factor: Float) -> Self { self * factor }
}

/// Partials of a pixel's red, green and blue with respect to a vector: one covector per channel.
struct Covector: ChannelVector {
  var r: Vector3
  var g: Vector3
  var b: Vector3

  @inline(__always) init(_ r: Vector3, _ g: Vector3, _ b: Vector3) {
    self.r = r
    self.g = g
    self.b = b
  }

  @inline(__always) init(_ covector: Vector3, times weight: Spectrum) {
    self.init(covector * weight.x, covector * weight.y, covector * weight.z)
  }

  @inline(__always) init(_ r: Vector3, _ g: Vector3, _ b: Vector3, counted: Spectrum) {
    self.init(r * counted.x, g * counted.y, b * counted.z)
  }

  @inline(__always) static var zero: Self { Self(.zero, .zero, .zero) }

  @inline(__always) static prefix func - (a: Self) -> Self { Self(-a.r, -a.g, -a.b) }
  @inline(__always) static func + (a: Self, b: Self) -> Self { Self(a.r + b.r, a.g + b.g, a.b + b.b) }
  @inline(__always) static func - (a: Self, b: Self) -> Self { Self(a.r - b.r, a.g - b.g, a.b - b.b) }
  @inline(__always) static func * (a: Self, s: Float) -> Self { Self(a.r * s, a.g * s, a.b * s) }

  @inline(__always) func map(_ f: (Vector3) -> Vector3) -> Self { Self(f(r), f(g), f(b)) }

  @inline(__always) func applied(to v: Vector3) -> Spectrum {
    Spectrum(dot(r, v), dot(g, v), dot(b, v))
  }

  @inline(__always) subscript(axis: Int) -> Spectrum { Spectrum(r[axis], g[axis], b[axis]) }

  var isZero: Bool { r.isZero && g.isZero && b.isZero }
}

/// Partials of a loss with respect to a vector: what the channels are worth is multiplied in already.
struct LossCovector: ChannelVector {
  var sum: Vector3

  @inline(__always) init(_ sum: Vector3) { self.sum = sum }
  @inline(__always) init(_ covector: Vector3, times weight: Float) { sum = covector * weight }
  @inline(__always) init(_ r: Vector3, _ g: Vector3, _ b: Vector3, counted: Spectrum) {
    sum = r * counted.x + g * counted.y + b * counted.z
  }

  @inline(__always) static var zero: Self { Self(.zero) }

  @inline(__always) static prefix func - (a: Self) -> Self { Self(-a.sum) }
  @inline(__always) static func + (a: Self, b: Self) -> Self { Self(a.sum + b.sum) }
  @inline(__always) static func - (a: Self, b: Self) -> Self { Self(a.sum - b.sum) }
  @inline(__always) static func * (a: Self, s: Float) -> Self { Self(a.sum * s) }

  @inline(__always) func map(_ f: (Vector3) -> Vector3) -> Self { Self(f(sum)) }
  @inline(__always) func applied(to v: Vector3) -> Float { dot(sum, v) }
  @inline(__always) subscript(axis: Int) -> Float { sum[axis] }

  var isZero: Bool { sum.isZero }
}

extension DerivativeSink {
  /// The linear part of a row-major 3×4 matrix that maps `v` to a vector with this covector.
  @inline(__always) mutating func add(matrix offset: Int, _ covector: Vectors, direction v: Vector3) {
    for row in 0..<3 { add(offset + 4 * row, v, counted: covector[row]) }
  }

  /// The same for a point, which the translation moves too.
  @inline(__always) mutating func add(matrix offset: Int, _ covector: Vectors, point p: Vector3) {
    add(matrix: offset, covector, direction: p)
    for row in 0..<3 { add(offset + 4 * row + 3, counted: covector[row]) }
  }
}
