import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// A grid of parameters at their limits, seen from head on to grazing.
struct ScatteringGrid: Sendable, CustomStringConvertible {
  let description: String
  let cases: [ScatteringCase]

  /// Cosines from head on to 1.7° above the surface.
  static let cosines: [Float] = [1, 0.8, 0.4, 0.1, 0.03]

  static func direction(_ cosine: Float, _ azimuth: Float) -> Vector3 {
    let sine = (1 - cosine * cosine).squareRoot()
    return Vector3(sine * Float(cosSin(azimuth).0), sine * Float(cosSin(azimuth).1), cosine)
  }

  private static func cosSin(_ x: Float) -> (Double, Double) {
    // A few fixed azimuths, exact enough for a grid.
    let table: [Float: (Double, Double)] = [0: (1, 0), 1: (0.6, 0.8), 2: (-0.28, 0.96), 3: (-0.8, -0.6)]
    return table[x] ?? (1, 0)
  }

  private static func principled(_ roughness: Float, _ metallic: Float, _ transmission: Float, _ coat: Float)
    -> ScatteringCase
  {
    ScatteringCase(
      description: "roughness \(roughness), metallic \(metallic), spec_trans \(transmission), clearcoat \(coat)",
      model: .principled,
      inputs: [0.8, 0.5, 0.2, roughness, 0.3, metallic, transmission, 0.2, 0.3, 0.4, 0.1, coat, 0.5, 1.5],
      transmits: transmission > 0 && metallic < 1, eta: 1.5)
  }

  static let all: [ScatteringGrid] = [
    ScatteringGrid(
      description: "principled",
      cases: [Float(0.1), 0.5, 1].flatMap { roughness in
        [(Float(0), Float(0), Float(0)), (0, 0, 1), (1, 0, 0), (1, 1, 1), (0, 1, 0), (0.5, 0.5, 0.5)].map {
          principled(roughness, $0.0, $0.1, $0.2)
        }
      }),
    ScatteringGrid(
      description: "roughconductor",
      cases: [MicrofacetDistribution.beckmann, .ggx].flatMap { distribution in
        [Float(0.005), 0.05, 0.3, 1].map { alpha in
          ScatteringCase(
            description: "\(distribution) α = \(alpha)", model: .roughConductor(distribution),
            inputs: [0.2010, 0.9238, 1.1022, 3.913, 2.453, 2.142, 1, 0.9, 0.8, alpha, alpha])
        }
      }),
    ScatteringGrid(
      description: "roughdielectric",
      cases: [MicrofacetDistribution.beckmann, .ggx].flatMap { distribution in
        [Float(0.01), 0.1, 1].flatMap { alpha in
          [Float(0.75), 1.02, 1.5, 2.4].map { eta in
            ScatteringCase(
              description: "\(distribution) α = \(alpha), η = \(eta)", model: .roughDielectric(distribution),
              inputs: [1, 0.9, 0.8, 0.9, 0.8, 0.7, alpha, alpha, eta], transmits: true, eta: eta)
          }
        }
      }),
    ScatteringGrid(
      description: "plastic and diffuse",
      cases: [Float(0), 0.5, 1].flatMap { albedo in
        [
          ScatteringCase(description: "diffuse \(albedo)", model: .diffuse, inputs: [albedo, albedo, albedo]),
          ScatteringCase(
            description: "plastic \(albedo)", model: .plastic(isNonlinear: true),
            inputs: [albedo, albedo, albedo, 1, 1, 1, 1.3]),
        ]
      }),
    ScatteringGrid(
      description: "principledthin",
      cases: [Float(0.1), 0.5, 1].flatMap { roughness in
        [(Float(0), Float(0)), (1, 0), (0, 2), (0.5, 1)].map { transmission, diffuse in
          ScatteringCase(
            description: "roughness \(roughness), spec_trans \(transmission), diff_trans \(diffuse)",
            model: .principledThin,
            inputs: [0.8, 0.5, 0.2, roughness, 0.2, transmission, 1.5, 0.3, 0.4, 0.2, 0.3, diffuse],
            transmits: transmission > 0 || diffuse > 0, eta: 1, isSymmetric: true)
        }
      }),
  ]
}

private struct GridFunction: LocalFunction {
  let bsdf: ScatteringCase
  let wi: Vector3
  let wo: Vector3

  func callAsFunction<S: ShadingScalar>(_ x: [S]) -> [S] {
    let value = bsdf.bsdf(x).evaluate(wi: Vector(wi), wo: Vector(wo))
    return [value.r, value.g, value.b]
  }
}

struct BSDFGridTests {
  /// Directions that the BSDF itself sends light to, away from the borders of its lobes.
  private func draws(_ c: ScatteringCase, wi: Vector3, count: Int) -> [Vector3] {
    var sampler = testSampler(seed: 7)
    var result: [Vector3] = []
    for _ in 0..<40 where result.count < count {
      guard let s = c.value.sample(wi: wi, lobe: sampler.next1D(), u: sampler.next2D()), !s.isDirac, abs(s.wo.z) > 0.02
      else { continue }
      result.append(s.wo)
    }
    return result
  }

  @Test(
    "Over a grid of angles down to grazing, every input has its derivative at its limits", arguments: ScatteringGrid.all
  )
  func derivatives(_ grid: ScatteringGrid) {
    for c in grid.cases {
      for (index, cosine) in ScatteringGrid.cosines.enumerated() {
        let wi = ScatteringGrid.direction(cosine, Float(index % 4))
        for wo in draws(c, wi: wi, count: 2) {
          // Half vectors are known to a rounding, lobes are α wide: what float loses grows with 1 / α.
          expectPartialsMatchDifferences(
            of: GridFunction(bsdf: c, wi: wi, wo: wo), at: c.inputs, step: 1e-4, roundings: 4000 / Double(c.lobeWidth),
            "\(c) \(wi) \(wo)")
        }
      }
    }
  }

  @Test("Values are finite and not negative, head on to grazing, from both sides", arguments: ScatteringGrid.all)
  func finite(_ grid: ScatteringGrid) {
    for c in grid.cases {
      for a in ScatteringGrid.cosines + [1e-4] {
        for b in ScatteringGrid.cosines + [1e-4] {
          for side in [Float(1), -1] {
            let (wi, wo) = (ScatteringGrid.direction(a, 0), ScatteringGrid.direction(b, 2))
            let value = c.value.evaluate(wi: Vector(wi), wo: Vector(Vector3(wo.x, wo.y, side * wo.z))).value
            #expect(value.x.isFinite && value.y.isFinite && value.z.isFinite, "\(c)")
            #expect(min(value.x, value.y, value.z) >= 0, "\(c)")
          }
        }
      }
    }
  }

  @Test(
    "White furnace: no BSDF with colours of 1 sends out more than it receives, at any angle",
    arguments: ScatteringCase.white)
  func furnace(_ c: ScatteringCase) {
    for cosine in ScatteringGrid.cosines {
      let wi = ScatteringGrid.direction(cosine, 1)
      var sampler = testSampler(seed: 4)
      let albedo = Estimate(count: 20_000) {
        guard let s = c.value.sample(wi: wi, lobe: sampler.next1D(), u: sampler.next2D()) else { return 0 }
        // Radiance is compressed by η² on refraction; energy is not.
        return Double(s.value.largest / s.pdf * s.eta * s.eta)
      }
      #expect(albedo.mean <= 1 + 4 * albedo.standardError + 1e-4, "\(c), cos θ = \(cosine): \(albedo)")
    }
  }
}

extension ScatteringCase {
  /// The smallest α among its lobes.
  fileprivate var lobeWidth: Float {
    switch model {
    case .roughConductor: inputs[9]
    case .roughDielectric: inputs[6]
    case .principled, .principledThin: inputs[3] * inputs[3] * 0.7
    default: 1
    }
  }

  /// Colours and weights of 1. The diffuse, sheen and flatness terms of the principled models are not energy-conserving
  /// by their definition (Burley 2012), so their specular parts stand alone here.
  static let white: [ScatteringCase] = smoothWhite + roughWhite + coatedWhite

  private static let smoothWhite: [ScatteringCase] = [
    ScatteringCase(description: "diffuse", model: .diffuse, inputs: [1, 1, 1]),
    ScatteringCase(description: "plastic", model: .plastic(isNonlinear: false), inputs: [1, 1, 1, 1, 1, 1, 1.5]),
    ScatteringCase(
      description: "nonlinear plastic", model: .plastic(isNonlinear: true), inputs: [1, 1, 1, 1, 1, 1, 1.5]),
  ]

  private static var roughWhite: [ScatteringCase] {
    var cases: [ScatteringCase] = []
    for r: Float in [0.1, 0.5, 1] {
      let metal: [Float] = [1, 1, 1, r, 0.5, 1, 0, 0, 0, 0, 0, 0, 0, 1.5]
      cases.append(ScatteringCase(description: "principled metal, roughness \(r)", model: .principled, inputs: metal))
      let glass: [Float] = [1, 1, 1, r, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1.5]
      cases.append(
        ScatteringCase(
          description: "principled glass, roughness \(r)", model: .principled, inputs: glass, transmits: true, eta: 1.5)
      )
      let sheet: [Float] = [1, 1, 1, r, 0, 1, 1.5, 0, 0, 0, 0, 0]
      cases.append(
        ScatteringCase(
          description: "principledthin, roughness \(r)", model: .principledThin, inputs: sheet, transmits: true,
          isSymmetric: true))
      for distribution in [MicrofacetDistribution.beckmann, .ggx] {
        let mirror: [Float] = [0, 0, 0, 1, 1, 1, 1, 1, 1, r, r]
        cases.append(
          ScatteringCase(
            description: "roughconductor \(distribution), α = \(r)", model: .roughConductor(distribution),
            inputs: mirror))
        let boundary: [Float] = [1, 1, 1, 1, 1, 1, r, r, 1.5]
        cases.append(
          ScatteringCase(
            description: "roughdielectric \(distribution), α = \(r)", model: .roughDielectric(distribution),
            inputs: boundary, transmits: true, eta: 1.5))
      }
    }
    return cases
  }

  private static var coatedWhite: [ScatteringCase] {
    roughPlastics.map { coated in
      let inputs: [Float] = [1, 1, 1, 1, 1, 1] + Array(coated.inputs.suffix(2))
      return ScatteringCase(description: "white \(coated)", model: coated.model, inputs: inputs)
    }
  }
}
