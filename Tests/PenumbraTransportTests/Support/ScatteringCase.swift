@testable import PenumbraTransport

/// A BSDF with fixed inputs, listed once for every law.
struct ScatteringCase: Sendable, CustomStringConvertible {
  enum Model: Sendable {
    case diffuse
    case roughConductor(MicrofacetDistribution)
    case principled
  }
  let description: String
  let model: Model
  /// In the lanes of `MaterialInput`.
  let inputs: [Float]
  var transmits = false

  /// The BSDF over any scalar, from its inputs.
  func bsdf<S: ShadingScalar>(_ x: [S]) -> Scattering<S> {
    switch model {
    case .diffuse: .diffuse(Diffuse(reflectance: Color(x[0], x[1], x[2])))
    case .roughConductor(let distribution):
      .roughConductor(
        RoughConductor(
          microfacets: Microfacets(distribution, alphaU: x[9], alphaV: x[10]), eta: Color(x[0], x[1], x[2]),
          k: Color(x[3], x[4], x[5]), specularReflectance: Color(x[6], x[7], x[8])))
    case .principled:
      .principled(
        PrincipledBSDF(
          baseColor: Color(x[0], x[1], x[2]), roughness: x[3], anisotropic: x[4], metallic: x[5], specTrans: x[6],
          specTint: x[7], sheen: x[8], sheenTint: x[9], flatness: x[10], clearcoat: x[11], clearcoatGloss: x[12],
          eta: x[13], rates: Vector3(1, 1, 1)))
    }
  }

  var value: Scattering<Float> { bsdf(inputs) }

  /// Directions from which it is seen: head on, oblique, grazing, and from inside for transmitters.
  var directions: [Vector3] {
    let outside: [Vector3] = [
      [0, 0, 1], Vector3(0.5, 0.3, 0.8).normalized, Vector3(-0.7, 0.6, 0.35).normalized,
      Vector3(0.2, -0.98, 0.1).normalized,
    ]
    return transmits ? outside + outside.prefix(3).map { Vector3($0.x, $0.y, -$0.z) } : outside
  }
}

extension ScatteringCase {
  static let diffuse = ScatteringCase(description: "diffuse", model: .diffuse, inputs: [0.8, 0.5, 0.2])

  /// Copper.
  private static func rough(_ distribution: MicrofacetDistribution, _ u: Float, _ v: Float) -> ScatteringCase {
    ScatteringCase(
      description: "roughconductor \(distribution) α = (\(u), \(v))", model: .roughConductor(distribution),
      inputs: [0.2010, 0.9238, 1.1022, 3.913, 2.453, 2.142, 1, 0.9, 0.8, u, v])
  }

  static let roughConductors: [ScatteringCase] = [MicrofacetDistribution.beckmann, .ggx].flatMap {
    [rough($0, 0.15, 0.15), rough($0, 0.5, 0.5), rough($0, 0.2, 0.6)]
  }

  /// Keys not named are those of the material's defaults.
  private static func principled(
    _ name: String, roughness: Float = 0.5, anisotropic: Float = 0, metallic: Float = 0, specTrans: Float = 0,
    specTint: Float = 0, sheen: Float = 0, sheenTint: Float = 0, flatness: Float = 0, clearcoat: Float = 0,
    clearcoatGloss: Float = 0, eta: Float = 1.5
  ) -> ScatteringCase {
    ScatteringCase(
      description: "principled \(name)", model: .principled,
      inputs: [
        0.8, 0.5, 0.2, roughness, anisotropic, metallic, specTrans, specTint, sheen, sheenTint, flatness, clearcoat,
        clearcoatGloss, eta,
      ], transmits: specTrans > 0 && metallic < 1)
  }

  static let principleds: [ScatteringCase] = [
    principled("default"), principled("smooth plastic", roughness: 0.3, specTint: 0.4),
    principled("rough", roughness: 1), principled("metal", roughness: 0.4, metallic: 1),
    principled("brushed metal", roughness: 0.5, anisotropic: 0.8, metallic: 1),
    principled("half metal", roughness: 0.6, metallic: 0.5, specTint: 1),
    principled("cloth", roughness: 0.8, sheen: 1, sheenTint: 0.5),
    principled("skin", roughness: 0.5, flatness: 0.7),
    principled("clearcoat", roughness: 0.6, clearcoat: 1, clearcoatGloss: 0.3),
    principled("lacquered brushed paint", roughness: 0.7, anisotropic: 0.6, clearcoat: 0.5, clearcoatGloss: 0.6),
    principled("frosted glass", roughness: 0.5, specTrans: 1),
    principled("half transmitting", roughness: 0.6, specTrans: 0.5, eta: 1.33),
    principled(
      "everything", roughness: 0.45, anisotropic: 0.3, metallic: 0.3, specTrans: 0.4, specTint: 0.3, sheen: 0.5,
      sheenTint: 0.2, flatness: 0.3, clearcoat: 0.6, clearcoatGloss: 0.2, eta: 1.6),
  ]

  static let all = [diffuse] + roughConductors + principleds
}

extension Scattering where S == Float {
  /// The continuous BSDF inside, by its law; `nil` for Dirac lobes.
  private var sampled: (any SampledBSDF)? {
    switch self {
    case .diffuse(let bsdf): bsdf
    case .roughConductor(let bsdf): bsdf
    case .principled(let bsdf): bsdf
    case .conductor, .dielectric: nil
    }
  }

  func pdf(wi: Vector3, wo: Vector3) -> Float { sampled?.pdf(wi: wi, wo: wo) ?? 0 }

  func sample(wi: Vector3, lobe: Float, u: SIMD2<Float>) -> BSDFSample? {
    sampled?.sample(wi: wi, lobe: lobe, u: u)
  }
}
