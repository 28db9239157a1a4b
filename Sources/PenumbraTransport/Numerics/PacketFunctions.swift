import CPacket

/// Elementary functions of eight numbers at once, with polynomials of Moshier's Cephes library. Errors are a few units in
/// the last place where nothing else is said.
extension SIMD8<Float> {
  /// Lane by lane as `min` of two numbers.
  @inline(__always) func atMost(_ other: Self) -> Self { replacing(with: other, where: other .<= self) }

  @inline(__always) func atLeast(_ other: Float) -> Self { atLeast(Self(repeating: other)) }
  @inline(__always) func atMost(_ other: Float) -> Self { atMost(Self(repeating: other)) }

  /// The numbers where `mask` holds, 0 elsewhere.
  @inline(__always) func kept(where mask: PacketMask) -> Self { Self(repeating: 0).replacing(with: self, where: mask) }

  /// self where t = 0, `other` where t = 1.
  @inline(__always) func mixed(with other: Self, _ t: Self) -> Self { self + (other - self) * t }

  /// The nearest integers not above.
  @inline(__always) var floors: Self { cpacket_floor(self) }

  /// Integers towards 0, for numbers of less than 32 bits.
  @inline(__always) var integers: SIMD8<Int32> { cpacket_to_integers(self) }

  @inline(__always) init(integers: SIMD8<Int32>) { self = cpacket_from_integers(integers) }

  /// −1 where the number is below 0, else 1.
  @inline(__always) var signs: Self { Self(repeating: 1).replacing(with: -1, where: self .< 0) }

  /// eˣ; as at −87 below it, and as at 88 above.
  @inline(__always) var exponentials: Self {
    let x = atLeast(-87).atMost(88)
    let n = cpacket_nearest(x * 1.442_695_04)
    let r = x.addingProduct(n, Self(repeating: -0.693_359_375)).addingProduct(n, Self(repeating: 2.121_944_4e-4))
    let p = r.polynomial(
      1.987_569_15e-4, 1.398_199_95e-3, 8.333_451_9e-3, 4.166_579_6e-2, 1.666_666_5e-1, 5.000_000_1e-1)
    let scale = unsafeBitCast((n.integers &+ 127) &<< 23, to: Self.self)
    return (p * r * r + r + 1) * scale
  }

  /// Natural logarithms of positive numbers.
  @inline(__always) var logarithms: Self {
    let bits = unsafeBitCast(self, to: SIMD8<Int32>.self)
    var e = Self(integers: (bits &>> 23) &- 126)
    var m = unsafeBitCast((bits & 0x007f_ffff) | 0x3f00_0000, to: Self.self)
    let isLow = m .< 0.707_106_78
    e = e.replacing(with: e - 1, where: isLow)
    m = (m - 1).replacing(with: m + m - 1, where: isLow)
    let squared = m * m
    let p = m.polynomial(
      7.037_683_6e-2, -1.151_461_03e-1, 1.167_699_87e-1, -1.242_014_08e-1, 1.424_932_28e-1, -1.666_805_77e-1,
      2.000_071_48e-1, -2.499_999_4e-1, 3.333_333_1e-1)
    let tail = p * m * squared - e * 2.121_944_4e-4 - squared * 0.5
    return m + tail + e * 0.693_359_375
  }

  /// Sines and cosines of 2π · x, for x of any sign below 2²⁰.
  @inline(__always) var sinesAndCosinesOfTurns: (sine: Self, cosine: Self) {
    let quarters = self * 4
    let nearest = cpacket_nearest(quarters)
    let angle = (quarters - nearest) * (.pi / 2)
    let squared = angle * angle
    let s = angle * squared.polynomial(-1.951_529_59e-4, 8.332_160_9e-3, -1.666_665_46e-1, 1)
    let c = squared.polynomial(2.443_315_7e-5, -1.388_731_6e-3, 4.166_664_6e-2, -0.5, 1)
    // Compared as numbers: comparisons of integers compile to loops.
    let quadrant = nearest - 4 * (nearest * 0.25).floors
    let isOdd = (quadrant - 2).magnitudes .== 1
    let sine = s.replacing(with: c, where: isOdd)
    let cosine = c.replacing(with: s, where: isOdd)
    let isSineNegative = quadrant .>= 2
    let isCosineNegative = (quadrant - 1.5).magnitudes .< 1
    return (
      sine.replacing(with: -sine, where: isSineNegative), cosine.replacing(with: -cosine, where: isCosineNegative)
    )
  }

  /// Angles of the points (x, self) in −π...π; 0 for the origin.
  @inline(__always) func arcTangents(over x: Self) -> Self {
    let (ay, ax) = (magnitudes, x.magnitudes)
    let isSteep = ay .> ax
    let (least, most) = (ay.replacing(with: ax, where: isSteep), ax.replacing(with: ay, where: isSteep))
    let ratio = least / most.atLeast(.leastNormalMagnitude)
    let isBeyond = ratio .> 0.414_213_56
    let t = ratio.replacing(with: (ratio - 1) / (ratio + 1), where: isBeyond)
    let squared = t * t
    let p = squared.polynomial(8.053_744_5e-2, -1.387_768_56e-1, 1.997_771_06e-1, -3.333_294_9e-1)
    var angle = p * squared * t + t
    angle = angle.replacing(with: angle + .pi / 4, where: isBeyond)
    angle = angle.replacing(with: .pi / 2 - angle, where: isSteep)
    angle = angle.replacing(with: .pi - angle, where: x .< 0)
    return angle.replacing(with: -angle, where: self .< 0)
  }

  /// Error functions (Abramowitz & Stegun 7.1.26), absolute error below 5 · 10⁻⁷: the formula's 1.5 · 10⁻⁷
  /// and six roundings.
  @inline(__always) var errorFunctions: Self {
    let x = magnitudes
    let t = 1 / (x * 0.327_591_1 + 1)
    let p = t.polynomial(1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592)
    let y = 1 - p * t * (-(x * x)).exponentials
    return y.replacing(with: -y, where: self .< 0)
  }

  /// Horner's rule, the highest power first.
  @inline(__always) func polynomial(_ a: Float, _ b: Float, _ c: Float, _ d: Float) -> Self {
    func all(_ x: Float) -> Self { Self(repeating: x) }
    return all(d).addingProduct(self, all(c).addingProduct(self, all(b).addingProduct(self, all(a))))
  }

  @inline(__always) func polynomial(_ a: Float, _ b: Float, _ c: Float, _ d: Float, _ e: Float) -> Self {
    Self(repeating: e).addingProduct(self, polynomial(a, b, c, d))
  }

  @inline(__always) func polynomial(_ a: Float, _ b: Float, _ c: Float, _ d: Float, _ e: Float, _ f: Float) -> Self {
    Self(repeating: f).addingProduct(self, polynomial(a, b, c, d, e))
  }

  @inline(__always)
  func polynomial(
    _ a: Float, _ b: Float, _ c: Float, _ d: Float, _ e: Float, _ f: Float, _ g: Float, _ h: Float, _ i: Float
  ) -> Self {
    let high = polynomial(a, b, c, d, e, f)
    func all(_ x: Float) -> Self { Self(repeating: x) }
    return all(i).addingProduct(self, all(h).addingProduct(self, all(g).addingProduct(self, high)))
  }
}
