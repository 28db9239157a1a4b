import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

struct FacetCase: Sendable, CustomStringConvertible {
  let distribution: MicrofacetDistribution
  let u: Float
  let v: Float
  var facets: Microfacets<Float> { Microfacets(distribution, alphaU: u, alphaV: v) }
  var description: String { "\(distribution) α = (\(u), \(v))" }

  static let all: [FacetCase] = [MicrofacetDistribution.beckmann, .ggx].flatMap { distribution in
    [(0.15, 0.15), (0.5, 0.5), (1, 1), (0.2, 0.6)].map { FacetCase(distribution: distribution, u: $0.0, v: $0.1) }
  }
}

/// Inputs: the two roughnesses, then the normal's and the viewing direction's components.
private struct FacetFunction: LocalFunction {
  let distribution: MicrofacetDistribution

  func callAsFunction<S: ShadingScalar>(_ x: [S]) -> [S] {
    let facets = Microfacets(distribution, alphaU: x[0], alphaV: x[1])
    let m = Vector(x[2], x[3], x[4]).normalized()
    let v = Vector(x[5], x[6], x[7]).normalized()
    return [facets.density(m), facets.shadowing(v, m)]
  }
}

struct MicrofacetTests {
  static let directions: [Vector3] = [
    [0, 0, 1], Vector3(0.6, 0.3, 0.5).normalized, Vector3(-0.9, 0.4, 0.08).normalized,
  ]

  @Test("Facets cover the surface once: ∫ D(m) cos θ dm = 1", arguments: FacetCase.all)
  func normalised(_ c: FacetCase) {
    let quadrature = SphereQuadrature { c.facets.density(Vector($0)) * $0.z }
    let integral = quadrature.integral(z: (0, 1), phi: (0, 2 * .pi), minimumDepth: 4, tolerance: 1e-5)
    #expect(abs(integral - 1) < 1e-3, "\(integral)")
  }

  @Test("Visible facets cover the projected area: ∫ p(m) dm = 1, and draws follow p", arguments: FacetCase.all)
  func visible(_ c: FacetCase) {
    for wi in Self.directions {
      var histogram = SphereHistogram(rows: 40, columns: 24)
      var sampler = testSampler()
      for _ in 0..<100_000 { histogram.add(c.facets.sampleVisible(wi, sampler.next2D())) }
      let (chi, mass) = histogram.test { $0.z > 0 ? c.facets.visibleDensity(wi, $0) : 0 }
      #expect(abs(mass - 1) < 2e-3, "wi = \(wi): ∫ p = \(mass)")
      #expect(chi.passes(cases: FacetCase.all.count * 3), "wi = \(wi): \(chi)")
    }
  }

  @Test("The error function is undone, to a few roundings of its argument")
  func inverseErrorFunction() {
    for x: Float in [-0.999, -0.9, -0.3, -1e-3, 0, 1e-4, 0.5, 0.97, 0.9999] {
      #expect(abs(erf(BeckmannSlopes.inverseErrorFunction(x)) - x) <= 4e-7, "\(x)")
    }
  }

  @Test("Walter's approximation stays within 0.35 % of Beckmann's exact shadowing")
  func approximation() {
    let facets = Microfacets<Float>(.beckmann, alphaU: 0.5, alphaV: 0.5)
    for i in 1..<200 {
      let theta = Float(i) / 200 * .pi / 2
      let v = Vector<Float>(sin(theta), 0, cos(theta))
      let exact = BeckmannSlopes.shadowing(1 / (0.5 * tan(theta)))
      #expect(abs(facets.shadowing(v, Vector(0, 0, 1)) - exact) <= 3.5e-3 * exact, "θ = \(theta)")
    }
  }

  @Test("Shadowing lies in 0...1 and falls towards grazing directions", arguments: FacetCase.all)
  func shadowing(_ c: FacetCase) {
    // Beckmann's is a rational approximation with a relative error of 0.35 % (Walter et al. 2007).
    let slack: Float = c.distribution == .ggx ? 1e-6 : 3.5e-3
    var previous: Float = 1
    for i in 0..<200 {
      let theta = Float(i) / 200 * .pi / 2
      let v = Vector<Float>(sin(theta), 0, cos(theta))
      let g = c.facets.shadowing(v, Vector(0, 0, 1))
      #expect(g >= 0 && g <= 1 + slack)
      #expect(g <= previous * (1 + slack) + 1e-6)
      previous = g
    }
    #expect(c.facets.shadowing(Vector(0.8, 0, 0.6), Vector(-0.9, 0, 0.1)) == 0, "a facet seen from behind")
  }

  @Test("GGX's masking conserves visible area: ∫ G₁(v, m) max(v · m, 0) D(m) dm = cos θ", arguments: [Float(0.2), 0.7])
  func visibleArea(_ alpha: Float) {
    let facets = Microfacets<Float>(.ggx, alphaU: alpha, alphaV: alpha)
    for v in Self.directions {
      let quadrature = SphereQuadrature { m in
        facets.density(Vector(m)) * facets.shadowing(Vector(v), Vector(m)) * max(dot(v, m), 0)
      }
      let area = quadrature.integral(z: (0, 1), phi: (0, 2 * .pi), minimumDepth: 4, tolerance: 1e-5)
      #expect(abs(area - Double(v.z)) < 1e-3, "\(area) for cosine \(v.z)")
    }
  }

  @Test("Density and shadowing differentiate in roughness and directions", arguments: FacetCase.all)
  func derivatives(_ c: FacetCase) {
    for (m, v) in [
      (SIMD3<Float>(0.1, -0.2, 1), SIMD3<Float>(0.4, 0.2, 0.7)), ([-0.02, 0.05, 1], [0.9, -0.3, 0.2]),
      ([0.5, 0.4, 0.6], [0.1, 0.1, 1]),
    ] {
      expectPartialsMatchDifferences(
        of: FacetFunction(distribution: c.distribution), at: [c.u, c.v, m.x, m.y, m.z, v.x, v.y, v.z], step: 1e-3)
    }
  }
}
