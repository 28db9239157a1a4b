import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

struct BSDFSamplingTests {
  /// χ² tests in this suite, which share the significance.
  private static let tests = ScatteringCase.all.reduce(0) { $0 + $1.directions.count }

  @Test(
    "Directions are drawn with the density that is claimed, which integrates to at most 1",
    arguments: ScatteringCase.all)
  func drawsFollowDensity(_ c: ScatteringCase) {
    let bsdf = c.value
    for wi in c.directions {
      var sampler = testSampler()
      var histogram = SphereHistogram(rows: 32, columns: 24)
      for _ in 0..<100_000 {
        let sample = bsdf.sample(wi: wi, lobe: sampler.next1D(), u: sampler.next2D())
        // Dirac lobes have no density.
        histogram.add(sample.flatMap { $0.isDirac ? nil : $0.wo })
      }
      let (chi, mass) = histogram.test { bsdf.pdf(wi: wi, wo: $0) }
      #expect(mass <= 1.001, "wi = \(wi): ∫ pdf = \(mass)")
      #expect(chi.passes(cases: Self.tests), "wi = \(wi), ∫ pdf = \(mass): \(chi)")
    }
  }

  @Test("A sample carries the value and the density of its direction", arguments: ScatteringCase.all)
  func sampleIsConsistent(_ c: ScatteringCase) {
    let bsdf = c.value
    var sampler = testSampler(seed: 2)
    for wi in c.directions {
      for _ in 0..<200 {
        guard let s = bsdf.sample(wi: wi, lobe: sampler.next1D(), u: sampler.next2D()), !s.isDirac else { continue }
        let value = bsdf.evaluate(wi: Vector(wi), wo: Vector(s.wo)).value
        #expect((s.value - value).length <= 1e-5 * value.length)
        #expect(abs(s.pdf - bsdf.pdf(wi: wi, wo: s.wo)) <= 1e-5 * s.pdf)
        #expect(abs(s.wo.length - 1) < 1e-4)
        #expect((s.eta == 1) == (s.wo.z * wi.z > 0 || c.isSymmetric))
      }
    }
  }

  @Test("Importance sampling estimates the integral of the BSDF", arguments: ScatteringCase.all)
  func estimatesIntegral(_ c: ScatteringCase) {
    let bsdf = c.value
    for wi in c.directions.prefix(2) + c.directions.suffix(1) {
      var sampler = testSampler(seed: 3)
      let estimate = Estimate(count: 20_000) {
        guard let s = bsdf.sample(wi: wi, lobe: sampler.next1D(), u: sampler.next2D()), !s.isDirac else { return 0 }
        return Double(s.value.luminance / s.pdf)
      }
      let quadrature = SphereQuadrature { bsdf.evaluate(wi: Vector(wi), wo: Vector($0)).value.luminance }
      var integral = 0.0
      for z in [(-1.0, 0.0), (0.0, 1.0)] {
        integral += quadrature.integral(z: z, phi: (0, 2 * .pi), minimumDepth: 4, tolerance: 1e-4, maximumDepth: 7)
      }
      #expect(estimate.agrees(with: integral, sigmas: 4.5, rounding: 1e-3), "wi = \(wi): \(estimate), ∫ = \(integral)")
    }
  }

  @Test(
    "A white furnace never gives more than 1: facets that reflect everything, and glass",
    arguments: [MicrofacetDistribution.beckmann, .ggx], [Float(0.1), 0.4, 1])
  func whiteFurnace(_ distribution: MicrofacetDistribution, _ alpha: Float) {
    let mirror = ScatteringCase(
      description: "F = 1", model: .roughConductor(distribution),
      inputs: [0, 0, 0, 1, 1, 1, 1, 1, 1, alpha, alpha])
    let glass = ScatteringCase(
      description: "glass", model: .principled,
      inputs: [1, 1, 1, alpha.squareRoot(), 0, 0, 1, 0, 0, 0, 0, 0, 0, 1.5], transmits: true)
    for c in [mirror, glass] {
      let bsdf = c.value
      for wi in c.directions {
        var sampler = testSampler(seed: 4)
        let albedo = Estimate(count: 20_000) {
          guard let s = bsdf.sample(wi: wi, lobe: sampler.next1D(), u: sampler.next2D()) else { return 0 }
          // Radiance is compressed by η² on refraction; energy is not.
          return Double(s.value.largest / s.pdf * s.eta * s.eta)
        }
        #expect(albedo.mean <= 1 + 4 * albedo.standardError + 1e-4, "\(c), wi = \(wi): \(albedo)")
        #expect(albedo.mean > 0.2)
      }
    }
  }

  @Test(
    "A perfectly reflecting conductor of small roughness loses nothing",
    arguments: [MicrofacetDistribution.beckmann, .ggx])
  func smoothMirror(_ distribution: MicrofacetDistribution) {
    let c = ScatteringCase(
      description: "F = 1", model: .roughConductor(distribution),
      inputs: [0, 0, 0, 1, 1, 1, 1, 1, 1, 0.01, 0.01])
    let wi = Vector3(0.5, 0.3, 0.8).normalized
    var sampler = testSampler(seed: 4)
    let albedo = Estimate(count: 20_000) {
      guard let s = c.value.sample(wi: wi, lobe: 0, u: sampler.next2D()) else { return 0 }
      return Double(s.value.x / s.pdf)
    }
    #expect(albedo.agrees(with: 1, rounding: 1e-3), "\(albedo)")
  }

  @Test("Reflection is reciprocal, and refraction up to η²", arguments: ScatteringCase.all)
  func reciprocity(_ c: ScatteringCase) {
    let bsdf = c.value
    let eta = c.transmits ? c.eta : 1
    var sampler = testSampler(seed: 5)
    for _ in 0..<300 {
      let wi = Warp.cosineHemisphere(sampler.next2D())
      var wo = Warp.cosineHemisphere(sampler.next2D())
      if c.transmits && sampler.next1D() < 0.5 { wo.z = -wo.z }
      guard wi.z > 0.02, abs(wo.z) > 0.02 else { continue }
      // A thin sheet transmits by facets that both directions see from outside, which does not commute.
      if c.isSymmetric && wo.z < 0 { continue }
      let forward = bsdf.evaluate(wi: Vector(wi), wo: Vector(wo)).value * (1 / abs(wo.z))
      let backward = bsdf.evaluate(wi: Vector(wo), wo: Vector(wi)).value * (1 / wi.z)
      let factor = wo.z < 0 ? eta * eta : 1
      #expect((forward * factor - backward).length <= 3e-4 * backward.length + 1e-6, "\(wi) \(wo)")
    }
  }
}
