import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// Inputs: cosine, η.
private struct DielectricFresnel: LocalFunction {
  func callAsFunction<S: ShadingScalar>(_ x: [S]) -> [S] {
    let f = Fresnel.dielectric(x[0], eta: x[1])
    return [f.reflectance, f.cosTransmitted, f.etaForward, f.etaBackward]
  }
}

/// Inputs: cosine, η, k.
private struct ConductorFresnel: LocalFunction {
  func callAsFunction<S: ShadingScalar>(_ x: [S]) -> [S] { [Fresnel.conductor(x[0], eta: x[1], k: x[2])] }
}

struct FresnelTests {
  @Test("Glass of η = 1.5 reflects 4 % head on, 100 % at grazing, and no p-polarised light at Brewster's angle")
  func glass() {
    #expect(abs(Fresnel.dielectric(Float(1), eta: 1.5).reflectance - 0.04) < 1e-6)
    #expect(abs(Fresnel.dielectric(Float(1e-6), eta: 1.5).reflectance - 1) < 1e-4)
    // tan θ = η: the p part vanishes, the s part is ((1 − η²) / (1 + η²))², half of which is unpolarised reflectance.
    let brewster = cos(atan(Float(1.5)))
    let s = (1 - 1.5 * 1.5) / (1 + 1.5 * 1.5)
    #expect(abs(Fresnel.dielectric(brewster, eta: 1.5).reflectance - Float(0.5 * s * s)) < 1e-6)
    // Hecht, Optics: η = 1.5 at 60° gives R = ½ (0.1766 + 0.0018).
    #expect(abs(Fresnel.dielectric(Float(0.5), eta: 1.5).reflectance - 0.0892) < 1e-4)
  }

  @Test("Light inside glass is totally reflected beyond arcsin(1 / η)") func totalReflection() {
    let critical = (1 - 1 / Float(1.5 * 1.5)).squareRoot()
    #expect(Fresnel.dielectric(-(critical - 1e-3), eta: 1.5).reflectance == 1)
    #expect(Fresnel.dielectric(-(critical + 1e-3), eta: 1.5).reflectance < 1)
  }

  @Test("Reflectance is the same from both sides of the refracted ray, which obeys Snell's law")
  func reversible() {
    for cosine: Float in [0.1, 0.35, 0.7, 0.99] {
      let f = Fresnel.dielectric(cosine, eta: 1.33)
      #expect(f.cosTransmitted < 0)
      let sines = ((1 - cosine * cosine).squareRoot(), (1 - f.cosTransmitted * f.cosTransmitted).squareRoot())
      #expect(abs(sines.0 - 1.33 * sines.1) < 1e-6)
      let back = Fresnel.dielectric(f.cosTransmitted, eta: 1.33)
      #expect(abs(back.reflectance - f.reflectance) < 1e-5)
      #expect(abs(back.cosTransmitted - cosine) < 1e-5)
    }
  }

  @Test("A conductor with k = 0 is a dielectric; η = 0 or a large k reflects everything; head on is the closed form")
  func conductor() {
    for cosine: Float in [0.05, 0.3, 0.8, 1] {
      let dielectric = Fresnel.dielectric(cosine, eta: 1.7).reflectance
      #expect(abs(Fresnel.conductor(cosine, eta: 1.7, k: 0) - dielectric) < 2e-6)
      #expect(abs(Fresnel.conductor(cosine, eta: 0, k: 1) - 1) < 1e-6)
    }
    // Copper, red: ((η − 1)² + k²) / ((η + 1)² + k²).
    let (eta, k) = (Float(0.2010), Float(3.913))
    let headOn = ((eta - 1) * (eta - 1) + k * k) / ((eta + 1) * (eta + 1) + k * k)
    #expect(abs(Fresnel.conductor(Float(1), eta: eta, k: k) - headOn) < 1e-6)
  }

  @Test("Dielectric reflectance and refraction differentiate in angle and η")
  func dielectricDerivatives() {
    for (cosine, eta) in [
      (Float(0.9), Float(1.5)), (0.2, 1.33), (-0.9, 1.5), (-0.8, 1.33), (0.6, 0.7), (0.5, 1.001), (-0.5, 1.001),
    ] {
      expectPartialsMatchDifferences(
        of: DielectricFresnel(), at: [cosine, eta], step: 1e-4, roundings: 2000, "cosine \(cosine), η \(eta)")
    }
  }

  @Test("Conductor reflectance differentiates in angle, η and k, at η = 0 too") func conductorDerivatives() {
    for (cosine, eta, k) in [
      (Float(0.9), Float(0.2), Float(3.9)), (0.1, 1.44, 1.6), (0.5, 4.4, 5.2), (0.7, 1.5, 0.3), (0.6, 1e-3, 1),
    ] {
      expectPartialsMatchDifferences(
        of: ConductorFresnel(), at: [cosine, eta, k], step: min(1e-3, Double(eta) / 4), roundings: 2000)
    }
    let mirror = ConductorFresnel()([Dual4(0.6, lane: 0), Dual4(0, lane: 1), Dual4(1, lane: 2)])[0]
    let near = Double(Fresnel.conductor(Float(0.6), eta: 1e-3, k: 1))
    #expect(mirror.tangent.x.isFinite && abs(mirror.tangent.z) < 1e-5)
    #expect(abs(Double(mirror.tangent.y) - (near - 1) / 1e-3) < 0.01 * abs(Double(mirror.tangent.y)))
  }
}
