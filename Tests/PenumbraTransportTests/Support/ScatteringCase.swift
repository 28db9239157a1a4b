@testable import PenumbraTransport

/// A BSDF with fixed inputs, listed once for every law.
struct ScatteringCase: Sendable, CustomStringConvertible {
  enum Model: Sendable {
    case diffuse
    case roughConductor(MicrofacetDistribution)
    case principled
    case roughDielectric(MicrofacetDistribution)
    case plastic(isNonlinear: Bool)
    case roughPlastic(MicrofacetDistribution, coat: KeptCoat)
    case principledThin
  }
  let description: String
  let model: Model
  /// In the lanes of `MaterialInput`.
  let inputs: [Float]
  var transmits = false
  /// Index of refraction by which radiance is compressed on the way through.
  var eta: Float = 1
  /// Whether it is the same from both sides.
  var isSymmetric = false

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
    case .roughDielectric(let distribution):
      .roughDielectric(
        RoughDielectric(
          microfacets: Microfacets(distribution, alphaU: x[6], alphaV: x[7]), eta: x[8],
          specularReflectance: Color(x[0], x[1], x[2]), specularTransmittance: Color(x[3], x[4], x[5])))
    case .plastic(let isNonlinear):
      .plastic(
        Plastic(
          eta: x[6], diffuseReflectance: Color(x[0], x[1], x[2]), specularReflectance: Color(x[3], x[4], x[5]),
          isNonlinear: isNonlinear))
    case .roughPlastic(let distribution, let coat):
      .roughPlastic(
        RoughPlastic(
          microfacets: Microfacets(distribution, alphaU: x[6], alphaV: x[6]), eta: x[7],
          diffuseReflectance: Color(x[0], x[1], x[2]), specularReflectance: Color(x[3], x[4], x[5]),
          isNonlinear: true, coat: coat.table))
    case .principledThin:
      .principledThin(
        PrincipledThinBSDF(
          baseColor: Color(x[0], x[1], x[2]), roughness: x[3], anisotropic: x[4], specTrans: x[5], eta: x[6],
          specTint: x[7], sheen: x[8], sheenTint: x[9], flatness: x[10], diffTrans: x[11], rates: [1, 1, 1, 1]))
    }
  }

  var value: Scattering<Float> { bsdf(inputs) }

  /// Directions from which it is seen: head on, oblique, grazing, and from inside for transmitters.
  var directions: [Vector3] {
    let outside: [Vector3] = [
      [0, 0, 1], Vector3(0.5, 0.3, 0.8).normalized, Vector3(-0.7, 0.6, 0.35).normalized,
      Vector3(0.2, -0.98, 0.1).normalized,
    ]
    return transmits || isSymmetric ? outside + outside.prefix(3).map { Vector3($0.x, $0.y, -$0.z) } : outside
  }
}

/// A table that nobody changes.
struct KeptCoat: Sendable {
  let table: CoatTransmittance
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
      ], transmits: specTrans > 0 && metallic < 1, eta: eta)
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

  private static func glass(_ distribution: MicrofacetDistribution, _ u: Float, _ v: Float, eta: Float = 1.5)
    -> ScatteringCase
  {
    ScatteringCase(
      description: "roughdielectric \(distribution) α = (\(u), \(v)), η = \(eta)",
      model: .roughDielectric(distribution),
      inputs: [1, 0.9, 0.8, 0.9, 0.8, 0.7, u, v, eta], transmits: true, eta: eta)
  }

  static let roughDielectrics: [ScatteringCase] = [
    glass(.beckmann, 0.15, 0.15), glass(.ggx, 0.5, 0.5), glass(.ggx, 0.2, 0.6, eta: 1.33),
    glass(.beckmann, 0.45, 0.45, eta: 0.8),
  ]

  static let plastics: [ScatteringCase] = [false, true].map {
    ScatteringCase(
      description: "plastic \($0 ? "nonlinear" : "linear")", model: .plastic(isNonlinear: $0),
      inputs: [0.1, 0.5, 0.8, 1, 0.9, 0.8, 1.49])
  }

  /// Kept for as long as the tests run.
  private static func coat(_ distribution: MicrofacetDistribution, alpha: Float, eta: Float) -> KeptCoat {
    let rows = UnsafeMutablePointer<Float>.allocate(capacity: CoatTransmittance.rowSize)
    CoatIntegration.fill(rows, distribution: distribution, alpha: alpha, eta: eta)
    return KeptCoat(table: CoatTransmittance(rows: UnsafePointer(rows), rowCount: 1))
  }

  static let roughPlastics: [ScatteringCase] = [(MicrofacetDistribution.beckmann, Float(0.1)), (.ggx, 0.5)].map {
    ScatteringCase(
      description: "roughplastic \($0) α = \($1)",
      model: .roughPlastic($0, coat: coat($0, alpha: $1, eta: 1.49)), inputs: [0.1, 0.5, 0.8, 1, 0.9, 0.8, $1, 1.49])
  }

  private static func thin(
    _ name: String, roughness: Float = 0.5, anisotropic: Float = 0, specTrans: Float = 0, specTint: Float = 0,
    sheen: Float = 0, sheenTint: Float = 0, flatness: Float = 0, diffTrans: Float = 0
  ) -> ScatteringCase {
    ScatteringCase(
      description: "principledthin \(name)", model: .principledThin,
      inputs: [
        0.8, 0.5, 0.2, roughness, anisotropic, specTrans, 1.5, specTint, sheen, sheenTint, flatness, diffTrans,
      ], transmits: specTrans > 0 || diffTrans > 0, eta: 1, isSymmetric: true)
  }

  static let thinSheets: [ScatteringCase] = [
    thin("default"), thin("leaf", roughness: 0.7, sheen: 0.4, flatness: 0.5, diffTrans: 1.2),
    thin("bubble", roughness: 0.4, specTrans: 1, specTint: 0.5),
    thin(
      "everything", roughness: 0.5, anisotropic: 0.4, specTrans: 0.5, specTint: 0.3, sheen: 0.5, sheenTint: 0.4,
      flatness: 0.3, diffTrans: 0.6),
  ]

  /// Those written out over the shading scalar alone, without tables.
  static let closedForm = [diffuse] + roughConductors + principleds + roughDielectrics + plastics + thinSheets
  static let all = closedForm + roughPlastics
}
