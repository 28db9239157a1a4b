import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// Inputs: cosine-bearing direction (3), η, colours (6).
private struct DielectricFunction: LocalFunction {
  func callAsFunction<S: ShadingScalar>(_ x: [S]) -> [S] {
    let d = Dielectric(
      eta: x[3], specularReflectance: Color(x[4], x[5], x[6]), specularTransmittance: Color(x[7], x[8], x[9]))
    let wi = Vector(x[0], x[1], x[2]).normalized()
    let wo = d.refracted(wi)
    let (r, t) = (d.energy(cosine: wi.z, isReflection: true), d.energy(cosine: wi.z, isReflection: false))
    return [wo.x, wo.y, wo.z, r.r, r.g, r.b, t.r, t.g, t.b]
  }
}

struct DielectricTests {
  private let glass = Dielectric<Float>(
    eta: 1.5, specularReflectance: Color(1), specularTransmittance: Color(1))

  @Test("Reflected energy plus refracted energy · η² is 1, from both sides")
  func energy() {
    for cosine: Float in [1, 0.7, 0.2, -0.2, -0.7, -0.8, -1] {
      let forward: Float = cosine > 0 ? 1.5 : 1 / 1.5
      let sum =
        glass.energy(cosine: cosine, isReflection: true).r
        + glass.energy(cosine: cosine, isReflection: false).r * forward * forward
      #expect(abs(sum - 1) < 1e-6)
    }
  }

  @Test("Lobes are chosen in proportion to the energy and both directions obey their laws")
  func samples() {
    var sampler = testSampler()
    for wi in [Vector3(0.5, 0.3, 0.8).normalized, Vector3(0.2, 0.1, -0.95).normalized] {
      let f = Fresnel.dielectric(wi.z, eta: 1.5)
      let reflected = Estimate(count: 20_000) {
        guard let s = glass.sample(wi: wi, lobe: sampler.next1D(), u: .zero) else { return 0 }
        #expect(abs(s.wo.length - 1) < 1e-5)
        // Either lobe's weight is 1 for energy.
        #expect(abs(s.value.x / s.pdf * s.eta * s.eta - 1) < 1e-5)
        if s.wo.z * wi.z > 0 {
          #expect((s.wo - Vector3(-wi.x, -wi.y, wi.z)).length < 1e-6)
          return 1
        }
        #expect(abs(s.wo.x * s.eta + wi.x) < 1e-5 && abs(s.wo.y * s.eta + wi.y) < 1e-5)
        return 0
      }
      #expect(reflected.agrees(with: Double(f.reflectance)), "\(reflected)")
    }
  }

  @Test("Direction and energies differentiate in η, in the direction and in the colours")
  func derivatives() {
    for wi in [Vector3(0.5, 0.3, 0.8), [0.1, -0.05, 1], [0.2, 0.1, -0.95], [0.9, 0.2, 0.3]] {
      for eta: Float in [1.5, 1.33, 0.8] where !(eta < 1 && wi.z > 0 && wi.z < 0.7) {
        expectPartialsMatchDifferences(
          of: DielectricFunction(), at: [wi.x, wi.y, wi.z, eta, 1, 0.5, 0.2, 0.9, 0.4, 0.1], step: 1e-4,
          roundings: 2000)
      }
    }
  }

  @Test("A mirror reflects about the normal with its Fresnel energy, and nothing from behind") func mirror() throws {
    let silver = Conductor<Float>(eta: Color(0.15), k: Color(4.8), specularReflectance: Color(0.9))
    let wi = Vector3(0.5, -0.3, 0.8).normalized
    let s = try #require(silver.sample(wi: wi, lobe: 0, u: .zero))
    #expect(s.pdf == 1 && s.wo == Vector3(-wi.x, -wi.y, wi.z))
    #expect(abs(s.value.x - 0.9 * Fresnel.conductor(wi.z, eta: 0.15, k: 4.8)) < 1e-6)
    let behind = silver.sample(wi: -wi, lobe: 0, u: .zero)
    #expect(behind?.pdf == nil)
  }
}
