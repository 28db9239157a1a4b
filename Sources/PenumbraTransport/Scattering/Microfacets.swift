import Foundation

/// Beckmann and GGX distributions of microfacet normals (Walter et al. 2007), anisotropic, with Smith shadowing.
struct Microfacets<S: ShadingScalar> {
  let distribution: MicrofacetDistribution
  let alphaU: S
  let alphaV: S

  /// Below this roughness the distributions overflow single precision.
  static var smallestAlpha: Float { 1e-4 }

  @inline(__always) init(_ distribution: MicrofacetDistribution, alphaU: S, alphaV: S) {
    self.distribution = distribution
    self.alphaU = alphaU.atLeast(Self.smallestAlpha)
    self.alphaV = alphaV.atLeast(Self.smallestAlpha)
  }

  /// D(m) in sr⁻¹.
  func density(_ m: Vector<S>) -> S {
    let x = m.x / alphaU
    let y = m.y / alphaV
    let c2 = m.z * m.z
    let scale = alphaU * alphaV * .pi
    let tangents = x * x + y * y
    let d: S
    switch distribution {
    case .ggx:
      let sum = tangents + c2
      d = (scale * sum * sum).reciprocal()
    case .beckmann:
      guard c2.value > 0 else { return S(0) }
      d = (-(tangents / c2)).exponential() / (scale * c2 * c2)
    }
    return d.value * m.z.value > 1e-20 ? d : S(0)
  }

  /// Smith's shadowing of direction v, zero where v sees the back of the microfacet.
  func shadowing(_ v: Vector<S>, _ m: Vector<S>) -> S {
    if v.dot(m).value * v.z.value <= 0 { return S(0) }
    let x = alphaU * v.x
    let y = alphaV * v.y
    let slope2 = (x * x + y * y) / (v.z * v.z)
    if slope2.value == 0 { return S(1) }
    switch distribution {
    case .ggx: return ((slope2 + 1).safeSquareRoot() + 1).reciprocal() * 2
    case .beckmann:
      // Walter et al. 2007's rational approximation, relative error below 0.35 %.
      let a = slope2.safeSquareRoot().reciprocal()
      if a.value >= 1.6 { return S(1) }
      let a2 = a * a
      return (a * 3.535 + a2 * 2.181) / (a * 2.276 + a2 * 2.577 + 1)
    }
  }

  @inline(__always) func shadowing(_ wi: Vector<S>, _ wo: Vector<S>, _ m: Vector<S>) -> S {
    shadowing(wi, m) * shadowing(wo, m)
  }
}

/// The microfacet that sends light from one direction to another.
extension Microfacets {
  /// - Parameter eta: 1 for reflection, for refraction the index of refraction on the side of wo relative to that of wi.
  @inline(__always) static func halfVector(_ wi: Vector<S>, _ wo: Vector<S>, _ eta: S) -> Vector<S> {
    let h = (wi + wo * eta).normalized()
    return h.z.value < 0 ? -h : h
  }

  /// Whether the facet is seen from the same side as the surface by both directions (or opposite ones, refracting).
  @inline(__always)
  static func facesAgree(_ iM: Float, _ oM: Float, _ cosine: Float, _ isReflection: Bool) -> Bool {
    let sign: Float = cosine < 0 ? -1 : 1
    return iM * sign > 0 && (isReflection ? oM * sign > 0 : oM * sign < 0)
  }
}

extension Microfacets where S == Float {
  /// Density of `sampleVisible` producing m, in sr⁻¹, for wi above the surface.
  func visibleDensity(_ wi: Vector3, _ m: Vector3) -> Float {
    let cosine = dot(wi, m)
    guard cosine > 0 else { return 0 }
    return density(Vector(m)) * exactShadowing(wi) * cosine / wi.z
  }

  /// Smith's shadowing without the approximation of `shadowing`: only with it visible normals have density 1 in all.
  private func exactShadowing(_ v: Vector3) -> Float {
    let (x, y) = (alphaU * v.x, alphaV * v.y)
    let slope2 = (x * x + y * y) / (v.z * v.z)
    if slope2 == 0 { return 1 }
    switch distribution {
    case .ggx: return 2 / (1 + (1 + slope2).squareRoot())
    case .beckmann: return BeckmannSlopes.shadowing(1 / slope2.squareRoot())
    }
  }

  /// A microfacet normal in proportion to its visible area.
  func sampleVisible(_ wi: Vector3, _ u: SIMD2<Float>) -> Vector3 {
    let stretched = Vector3(alphaU * wi.x, alphaV * wi.y, wi.z).normalized
    let length2 = stretched.x * stretched.x + stretched.y * stretched.y
    switch distribution {
    case .beckmann:
      let scale = length2 > 0 ? 1 / length2.squareRoot() : 0
      let (c, s) = length2 > 0 ? (stretched.x * scale, stretched.y * scale) : (1, 0)
      let slope = BeckmannSlopes.sample(cosine: stretched.z, u)
      return Vector3(
        -(c * slope.x - s * slope.y) * alphaU, -(s * slope.x + c * slope.y) * alphaV, 1
      ).normalized
    case .ggx:
      // Heitz 2018.
      let t1 =
        length2 > 0 ? Vector3(-stretched.y, stretched.x, 0) * (1 / length2.squareRoot()) : Vector3(1, 0, 0)
      let t2 = cross(stretched, t1)
      let r = u.x.squareRoot()
      let phi = 2 * .pi * u.y
      let p1 = r * cos(phi)
      let s = 0.5 * (1 + stretched.z)
      let p2 = (1 - s) * max(1 - p1 * p1, 0).squareRoot() + s * (r * sin(phi))
      let n = t1 * p1 + t2 * p2 + stretched * max(1 - p1 * p1 - p2 * p2, 0).squareRoot()
      return Vector3(alphaU * n.x, alphaV * n.y, max(n.z, 1e-7)).normalized
    }
  }
}
