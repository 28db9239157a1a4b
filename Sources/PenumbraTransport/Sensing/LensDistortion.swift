/// How a lens bends the picture, by the coefficients of OpenCV.
///
/// With (x, y) = (X / Z, Y / Z) for x right, y down, Z forward, and r² = x² + y² (Brown 1966, Conrady 1919):
///
///     x′ = x q + 2 p₁ x y + p₂ (r² + 2x²),   y′ = y q + p₁ (r² + 2y²) + 2 p₂ x y,
///     q = (1 + k₁ r² + k₂ r⁴ + k₃ r⁶) / (1 + k₄ r² + k₅ r⁴ + k₆ r⁶)
///
/// An equidistant lens has θ′ = θ (1 + k₁ θ² + k₂ θ⁴ + k₃ θ⁶ + k₄ θ⁸) instead, along the same meridian.
struct LensDistortion<S: ShadingScalar> {
  /// k₁ … k₆.
  var radial: (S, S, S, S, S, S)
  var p1: S
  var p2: S
  /// Largest r, or θ, up to which the radial part grows: beyond it the model folds the picture over itself.
  var limit: Float

  /// Numbers of a rectilinear lens, in the order k₁ … k₆, p₁, p₂; an equidistant one has the first four.
  static var count: Int { 8 }

  static var none: Self {
    let zero = S(0)
    return Self(radial: (zero, zero, zero, zero, zero, zero), p1: zero, p2: zero, limit: .infinity)
  }

  /// The value alone, over another scalar.
  func still<T: ShadingScalar>(as _: T.Type = T.self) -> LensDistortion<T> {
    LensDistortion<T>(
      radial: (
        T(radial.0.value), T(radial.1.value), T(radial.2.value), T(radial.3.value), T(radial.4.value),
        T(radial.5.value)
      ), p1: T(p1.value), p2: T(p2.value), limit: limit)
  }

  // MARK: - Rectilinear

  /// Where a straight line through (x, y) meets the film.
  func distorted(_ x: S, _ y: S) -> (x: S, y: S) {
    let r2 = x * x + y * y
    let above = ((radial.2 * r2 + radial.1) * r2 + radial.0) * r2 + 1
    let below = ((radial.5 * r2 + radial.4) * r2 + radial.3) * r2 + 1
    let q = above / below
    let xy = x * y * 2
    return (x * q + p1 * xy + p2 * (r2 + x * x * 2), y * q + p1 * (r2 + y * y * 2) + p2 * xy)
  }

  /// The inverse, by Newton's method; its derivative by the implicit function theorem: one step more, in which the
  /// Jacobian is a constant, since at the solution the residual's value is 0 and its tangent is what matters.
  ///
  /// Beyond `limit` no point has this image: the outermost one along the iteration is returned.
  func undistorted(_ x: S, _ y: S) -> (x: S, y: S) {
    let fixed: LensDistortion<Dual<SIMD2<Float>>> = still()
    let target = SIMD2(x.value, y.value)
    var point = fixed.clamped(target)
    var inverse = fixed.inverseJacobian(at: point)
    for _ in 0..<Self.largestNewtonCount {
      let residual = inverse.image - target
      let step = SIMD2((inverse.rows.0 * residual).sum(), (inverse.rows.1 * residual).sum())
      let next = fixed.clamped(point - step)
      let moved = abs(next.x - point.x) + abs(next.y - point.y)
      point = next
      inverse = fixed.inverseJacobian(at: point)
      if !(moved > 1e-7 * (1 + abs(point.x) + abs(point.y))) { break }
    }
    let image = distorted(S(point.x), S(point.y))
    let (dx, dy) = (image.x - x, image.y - y)
    // A Jacobian that vanishes on the fold would make the last step wild there.
    guard abs(dx.value) + abs(dy.value) < 1e-3 else { return (S(point.x), S(point.y)) }
    return (
      S(point.x) - dx * inverse.rows.0.x - dy * inverse.rows.0.y,
      S(point.y) - dx * inverse.rows.1.x - dy * inverse.rows.1.y
    )
  }

  private static var largestNewtonCount: Int { 24 }

  /// Strictly inside the range in which the model is one to one.
  private func clamped(_ p: SIMD2<Float>) -> SIMD2<Float> {
    let r = (p * p).sum().squareRoot()
    return r < limit ? p : p * (0.9999 * limit / r)
  }

  // MARK: - Equidistant

  func distorted(angle: S) -> S {
    let t = angle * angle
    return angle * ((((radial.3 * t + radial.2) * t + radial.1) * t + radial.0) * t + 1)
  }

  /// The inverse of `distorted(angle:)`, in the same way.
  func undistorted(angle target: S) -> S {
    let fixed: LensDistortion<Dual<SIMD2<Float>>> = still()
    var angle = min(target.value, 0.9999 * limit)
    var slope: Float = 1
    for _ in 0..<Self.largestNewtonCount {
      let image = fixed.distorted(angle: Dual(angle, lane: 0))
      slope = image.tangent[0]
      let next = min(max(angle - (image.value - target.value) / slope, 0), 0.9999 * limit)
      let moved = abs(next - angle)
      angle = next
      if !(moved > 1e-7 * (1 + angle)) { break }
    }
    let residual = distorted(angle: S(angle)) - target
    guard abs(residual.value) < 1e-3 else { return S(angle) }
    return S(angle) - residual * (1 / slope)
  }
}

extension LensDistortion where S == Dual<SIMD2<Float>> {
  fileprivate struct Linearisation {
    var image: SIMD2<Float>
    var rows: (SIMD2<Float>, SIMD2<Float>)
  }

  /// The image of a point and the inverse of the Jacobian there.
  fileprivate func inverseJacobian(at p: SIMD2<Float>) -> Linearisation {
    let image = distorted(Dual(p.x, lane: 0), Dual(p.y, lane: 1))
    let (a, b) = (image.x.tangent, image.y.tangent)
    let scale = 1 / (a.x * b.y - a.y * b.x)
    return Linearisation(
      image: SIMD2(image.x.value, image.y.value),
      rows: (SIMD2(b.y, -a.y) * scale, SIMD2(-b.x, a.x) * scale))
  }
}

extension LensDistortion where S == Float {
  /// - Parameter first: the coefficients, `LensDistortion.count` of them or four of an equidistant lens.
  init(_ first: UnsafePointer<Float>, isEquidistant: Bool) {
    self = .none
    radial.0 = first[0]
    radial.1 = first[1]
    radial.2 = first[2]
    radial.3 = first[3]
    if !isEquidistant {
      (radial.4, radial.5, p1, p2) = (first[4], first[5], first[6], first[7])
    }
    limit = fold(isEquidistant: isEquidistant)
  }

  /// The first radius at which the radial part stops growing; π for angles, infinite when it never does.
  private func fold(isEquidistant: Bool) -> Float {
    typealias Scalar = Dual<SIMD2<Float>>
    var moving: LensDistortion<Scalar> = still()
    (moving.p1, moving.p2) = (Scalar(0), Scalar(0))
    func slope(_ r: Float) -> Float {
      isEquidistant
        ? moving.distorted(angle: Scalar(r, lane: 0)).tangent[0]
        : moving.distorted(Scalar(r, lane: 0), Scalar(0)).x.tangent[0]
    }
    // Radii up to 85° off the axis for a rectilinear lens, in steps that no plausible lens folds within.
    let (end, steps): (Float, Int) = isEquidistant ? (.pi, 512) : (11.5, 2048)
    var low: Float = 0
    for i in 1...steps {
      let r = end * Float(i) / Float(steps)
      if !(slope(r) > 0) {
        var (inside, outside) = (low, r)
        for _ in 0..<24 {
          let middle = 0.5 * (inside + outside)
          if slope(middle) > 0 { inside = middle } else { outside = middle }
        }
        return inside
      }
      low = r
    }
    return isEquidistant ? .pi : .infinity
  }
}
