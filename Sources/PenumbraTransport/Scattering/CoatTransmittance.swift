import Foundation

/// What a rough dielectric coat lets through, as tables over the cosine and, for textured roughness, over α.
///
/// Rows hold 64 transmittances over cos θ in 0...1 with their partials by α and η, then the mean reflectance from
/// inside with its partials. The nodes over cos θ and the rule for the mean are Mitsuba 3's, so that values agree.
struct CoatTransmittance: @unchecked Sendable {
  let rows: UnsafePointer<Float>
  let rowCount: Int

  static let resolution = 64
  static let rowSize = 3 * (resolution + 1)
  /// Rows of a table for all roughnesses.
  static let rowsForTexture = 17
  static let largestAlpha: Float = 1

  /// α of a row: finer towards smooth surfaces.
  static func alpha(ofRow row: Int) -> Float {
    let t = Float(row) / Float(rowsForTexture - 1)
    return max(largestAlpha * t * t, 1e-3)
  }

  /// Transmitted fraction of light from outside.
  func external<S: ShadingScalar>(_ cosine: S, alpha: S, eta: S) -> S {
    let x = min(cosine.value * Float(Self.resolution - 1), Float(Self.resolution - 1))
    let index = min(Int(x), Self.resolution - 2)
    let low = entry(3 * index, alpha.value)
    let high = entry(3 * (index + 1), alpha.value)
    let t = x - Float(index)
    let value = low.value + (high.value - low.value) * t
    guard S.carriesTangent else { return S(value) }
    let slope = (high.value - low.value) * Float(Self.resolution - 1)
    return S(value) + (cosine - cosine.value) * slope
      + (alpha - alpha.value) * (low.byAlpha + (high.byAlpha - low.byAlpha) * t)
      + (eta - eta.value) * (low.byEta + (high.byEta - low.byEta) * t)
  }

  /// Mean fraction of diffuse light from inside that is thrown back.
  func internalReflectance<S: ShadingScalar>(alpha: S, eta: S) -> S {
    let e = entry(3 * Self.resolution, alpha.value)
    guard S.carriesTangent else { return S(e.value) }
    return S(e.value) + (alpha - alpha.value) * e.byAlpha + (eta - eta.value) * e.byEta
  }

  /// One entry, over α by cubic Hermite interpolation of values and partials.
  @inline(__always)
  private func entry(_ offset: Int, _ alpha: Float) -> (value: Float, byAlpha: Float, byEta: Float) {
    let e = rows + offset
    if rowCount == 1 { return (e[0], e[1], e[2]) }
    let clamped = min(max(alpha, Self.alpha(ofRow: 0)), Self.largestAlpha)
    let position = (clamped / Self.largestAlpha).squareRoot() * Float(rowCount - 1)
    let row = min(Int(position), rowCount - 2)
    let (a0, a1) = (Self.alpha(ofRow: row), Self.alpha(ofRow: row + 1))
    let width = a1 - a0
    let t = (clamped - a0) / width
    let p = e + row * Self.rowSize
    let q = p + Self.rowSize
    let (t2, t3) = (t * t, t * t * t)
    let (h10, h01, h11) = (t3 - 2 * t2 + t, 3 * t2 - 2 * t3, t3 - t2)
    let value = p[0] + (q[0] - p[0]) * h01 + width * (p[1] * h10 + q[1] * h11)
    let slope =
      (q[0] - p[0]) * (6 * t - 6 * t2) / width + p[1] * (3 * t2 - 4 * t + 1) + q[1] * (3 * t2 - 2 * t)
    return (value, slope, p[2] + (q[2] - p[2]) * t)
  }
}

/// Fills rows of `CoatTransmittance` by quadrature over microfacet normals.
enum CoatIntegration {
  private typealias Dual2 = Dual<SIMD2<Float>>

  /// Half the interval of η over which partials by η are taken. Where total reflection begins, the integrand's derivative
  /// has a pole that moves over the nodes with η; the integral is smooth, so its difference is the better derivative.
  private static let etaStep: Float = 0.02

  static func fill(
    _ row: UnsafeMutablePointer<Float>, distribution: MicrofacetDistribution, alpha: Float, eta: Float
  ) {
    let here = entries(distribution, alpha, eta)
    let (low, high) = (entries(distribution, alpha, eta - etaStep), entries(distribution, alpha, eta + etaStep))
    for i in here.indices {
      row[3 * i] = here[i].value
      row[3 * i + 1] = here[i].tangent[0]
      row[3 * i + 2] = (high[i].value - low[i].value) / (2 * etaStep)
    }
  }

  /// Transmittances from outside over the cosines, then the mean reflectance from inside; lane 0 is α.
  private static func entries(_ distribution: MicrofacetDistribution, _ alpha: Float, _ eta: Float) -> [Dual2] {
    let n = CoatTransmittance.resolution
    let facets = Microfacets<Dual2>(distribution, alphaU: Dual2(alpha, lane: 0), alphaV: Dual2(alpha, lane: 0))
    let outside = Dual2(eta)
    var inside = Dual2(0)
    var result: [Dual2] = []
    result.reserveCapacity(n + 1)
    for i in 0..<n {
      let cosine = max(Float(i) / Float(n - 1), 1e-6)
      let wi = Vector3((1 - cosine * cosine).squareRoot(), 0, cosine)
      result.append(mean(wi, alpha, facets) { transmission(wi, $0, facets, outside) })
      let back = mean(wi, alpha, facets) { reflection(wi, $0, facets, outside.reciprocal()) }
      inside = inside + back * (cosine * 2 / Float(n))
    }
    return result + [inside]
  }

  /// Mean of a function of the microfacet normal over the normals visible from wi. The nodes are spread over those of a
  /// GGX surface, whose tails cover Beckmann's, and stay while α moves.
  private static func mean(
    _ wi: Vector3, _ alpha: Float, _ facets: Microfacets<Dual2>, _ f: (Vector3) -> Dual2
  ) -> Dual2 {
    let proposal = Microfacets<Float>(.ggx, alphaU: alpha, alphaV: alpha)
    var (sum, total) = (Dual2(0), Dual2(0))
    for x in 0..<radialNodes {
      // The midpoint rule; the smooth step gathers nodes at the centre and at the rim, where roots begin.
      let s = (Float(x) + 0.5) / Float(radialNodes)
      let radius2 = s * s * (3 - 2 * s)
      for y in 0..<angularNodes {
        let m = proposal.sampleVisible(wi, SIMD2(radius2, (Float(y) + 0.5) / Float(angularNodes)))
        let density = proposal.visibleDensity(wi, m)
        guard density > 0 else { continue }
        let visible = facets.density(Vector(m)) * (s * (1 - s) * dot(wi, m) / density)
        total = total + visible
        sum = sum + f(m) * visible
      }
    }
    return total.value > 0 ? sum / total : Dual2(0)
  }

  /// Many, for the kink where total reflection begins.
  private static let radialNodes = 64
  private static let angularNodes = 64

  private static func transmission(_ wi: Vector3, _ m: Vector3, _ facets: Microfacets<Dual2>, _ eta: Dual2) -> Dual2 {
    let cosine = dot(wi, m)
    let f = Fresnel.dielectric(Dual2(cosine), eta: eta)
    let wo = Vector<Dual2>(m) * (f.etaBackward * cosine + f.cosTransmitted) - Vector<Dual2>(wi) * f.etaBackward
    guard wo.z.value < 0 else { return Dual2(0) }
    return facets.shadowing(wo, Vector(m)) * (1 - f.reflectance)
  }

  private static func reflection(_ wi: Vector3, _ m: Vector3, _ facets: Microfacets<Dual2>, _ eta: Dual2) -> Dual2 {
    let wo = reflect(wi, about: m)
    guard wo.z > 0 else { return Dual2(0) }
    let f = Fresnel.dielectric(Dual2(dot(wi, m)), eta: eta).reflectance
    return facets.shadowing(Vector(wo), Vector(m)) * f
  }
}
