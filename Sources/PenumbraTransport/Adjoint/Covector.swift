/// Partials of a pixel's red, green and blue with respect to a vector: one covector per channel.
struct Covector {
  var r: Vector3
  var g: Vector3
  var b: Vector3

  @inline(__always) init(_ r: Vector3, _ g: Vector3, _ b: Vector3) {
    self.r = r
    self.g = g
    self.b = b
  }

  /// The same covector for all channels, times a weight for each.
  @inline(__always) init(_ covector: Vector3, times weight: Spectrum) {
    self.init(covector * weight.x, covector * weight.y, covector * weight.z)
  }

  static var zero: Self { Self(.zero, .zero, .zero) }

  @inline(__always) static prefix func - (a: Self) -> Self { Self(-a.r, -a.g, -a.b) }
  @inline(__always) static func + (a: Self, b: Self) -> Self { Self(a.r + b.r, a.g + b.g, a.b + b.b) }
  @inline(__always) static func - (a: Self, b: Self) -> Self { Self(a.r - b.r, a.g - b.g, a.b - b.b) }
  @inline(__always) static func * (a: Self, s: Float) -> Self { Self(a.r * s, a.g * s, a.b * s) }
  @inline(__always) static func += (a: inout Self, b: Self) { a = a + b }
  @inline(__always) static func -= (a: inout Self, b: Self) { a = a - b }

  @inline(__always) func map(_ f: (Vector3) -> Vector3) -> Self { Self(f(r), f(g), f(b)) }

  /// What a motion `v` does to each channel.
  @inline(__always) func applied(to v: Vector3) -> Spectrum {
    Spectrum(dot(r, v), dot(g, v), dot(b, v))
  }

  /// Without the part along a unit vector, whose length does not change.
  @inline(__always) func across(_ unit: Vector3) -> Self { map { $0 - unit * dot($0, unit) } }

  /// Partials with respect to one component.
  @inline(__always) subscript(axis: Int) -> Spectrum { Spectrum(r[axis], g[axis], b[axis]) }

  var isZero: Bool { r.isZero && g.isZero && b.isZero }
}

extension DerivativeSink {
  /// The linear part of a row-major 3×4 matrix that maps `v` to a vector with this covector.
  @inline(__always) mutating func add(matrix offset: Int, _ covector: Covector, direction v: Vector3) {
    for row in 0..<3 { add(offset + 4 * row, v, times: covector[row]) }
  }

  /// The same for a point, which the translation moves too.
  @inline(__always) mutating func add(matrix offset: Int, _ covector: Covector, point p: Vector3) {
    add(matrix: offset, covector, direction: p)
    for row in 0..<3 { add(offset + 4 * row + 3, covector[row]) }
  }
}
