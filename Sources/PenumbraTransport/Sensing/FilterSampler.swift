import Foundation

/// Draws film positions in proportion to the reconstruction filter, so that pixels stay independent and nothing
/// is splatted (filter importance sampling, Ernst et al. 2006). Weights are 1, or of both signs for filters with negative
/// lobes.
struct FilterSampler: Sendable {
  private let filter: ReconstructionFilter
  /// For the gaussian: distance from the centre at which a tail of w² / 2 is left, at w = i / (count − 1). Linear in w
  /// where the filter ends, so that interpolation is accurate there too.
  private let inverse: [Float]
  /// Filters with negative lobes.
  private let signed: SignedFilter?
  /// Width of a box inside its pixel, 0 for other filters.
  let boxWidth: Float

  init(_ filter: ReconstructionFilter) {
    self.filter = filter
    if case .gaussian(let sigma) = filter { inverse = Self.gaussianInverse(sigma) } else { inverse = [] }
    signed = SignedFilter(filter)
    if case .box(let radius) = filter, radius <= 0.5 { boxWidth = 2 * radius } else { boxWidth = 0 }
  }

  /// Offset from the pixel centre, in pixels.
  @inline(__always) func offset(_ u: SIMD2<Float>) -> SIMD2<Float> {
    switch filter {
    case .box(let radius): return (u - SIMD2(repeating: 0.5)) * (2 * radius)
    case .tent(let radius): return SIMD2(Self.tent(u.x), Self.tent(u.y)) * radius
    case .gaussian: return SIMD2(gaussian(u.x), gaussian(u.y))
    case .mitchell, .catmullRom, .lanczos: return sample(u).offset
    }
  }

  /// Offset from the pixel centre and the weight of its radiance.
  @inline(__always) func sample(_ u: SIMD2<Float>) -> (offset: SIMD2<Float>, weight: Float) {
    guard let signed else { return (offset(u), 1) }
    let (x, y) = (signed.sample(u.x), signed.sample(u.y))
    return (SIMD2(x.offset, y.offset), x.weight * y.weight)
  }

  /// Whether weights are 1.
  var isPositive: Bool { signed == nil }

  /// Offsets along one axis of eight samples, if weights are 1.
  @inline(__always) func offsets(_ u: Packet) -> Packet {
    switch filter {
    case .box(let radius): return (u - 0.5) * (2 * radius)
    case .tent(let radius): return Self.onSide(of: u, 1 - Self.tail(u)) * radius
    default: return gaussian(u)
    }
  }

  /// Inverse cumulative of 1 − |x|.
  @inline(__always) private static func tent(_ u: Float) -> Float {
    onSide(of: u, 1 - tail(u))
  }

  @inline(__always) private func gaussian(_ u: Float) -> Float {
    let scaled = Self.tail(u) * Float(inverse.count - 1)
    let i = min(Int(scaled), inverse.count - 2)
    return Self.onSide(of: u, inverse[i] + (inverse[i + 1] - inverse[i]) * (scaled - Float(i)))
  }

  @inline(__always) private func gaussian(_ u: Packet) -> Packet {
    let scaled = Self.tail(u) * Float(inverse.count - 1)
    let whole = scaled.atMost(Float(inverse.count - 2)).integers
    var (low, high) = (Packet(repeating: 0), Packet(repeating: 0))
    for lane in 0..<8 { (low[lane], high[lane]) = (inverse[Int(whole[lane])], inverse[Int(whole[lane]) + 1]) }
    return Self.onSide(of: u, low + (high - low) * (scaled - Packet(integers: whole)))
  }

  // Without branches, which half of all samples would take.

  /// The root of twice what is left of [0, 1) on u's side of the middle.
  @inline(__always) private static func tail(_ u: Float) -> Float { (2 * min(u, 1 - u)).squareRoot() }

  /// A distance from the middle, negative below it.
  @inline(__always) private static func onSide(of u: Float, _ distance: Float) -> Float {
    Float(signOf: u - 0.5, magnitudeOf: distance)
  }

  @inline(__always) private static func tail(_ u: Packet) -> Packet {
    let other = 1 - u
    return (2 * u.replacing(with: other, where: other .< u)).squareRoots
  }

  @inline(__always) private static func onSide(of u: Packet, _ distance: Packet) -> Packet {
    distance.replacing(with: -distance, where: u .< 0.5)
  }

  /// exp(−x² / 2σ²) − exp(−8), cut at 4σ, integrated in closed form and inverted by bisection.
  private static func gaussianInverse(_ sigma: Float) -> [Float] {
    let s = Double(sigma)
    let floor = exp(-8.0)
    func integral(_ x: Double) -> Double { s * (.pi / 2).squareRoot() * erf(x / (s * 2.0.squareRoot())) - floor * x }
    let end = integral(4 * s)
    let count = 1025
    return (0..<count).map { i in
      let w = Double(i) / Double(count - 1)
      let target = (1 - w * w) * end
      var (low, high) = (0.0, 4 * s)
      for _ in 0..<60 {
        let middle = 0.5 * (low + high)
        if integral(middle) < target { low = middle } else { high = middle }
      }
      return Float(0.5 * (low + high))
    }
  }
}
