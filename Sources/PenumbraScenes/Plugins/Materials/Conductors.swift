import PenumbraTransport

extension SceneAssembler {
  mutating func conductor(_ reader: inout PropertyReader) throws(SceneError) -> Material {
    let (eta, k) = try opticalConstants(&reader)
    let reflectance = try texture("specular_reflectance", of: &reader, default: [1, 1, 1], rule: .reflectance)
    return .conductor(eta: eta, k: k, specularReflectance: reflectance)
  }

  mutating func roughConductor(_ reader: inout PropertyReader) throws(SceneError) -> Material {
    let distribution = try microfacetDistribution(&reader)
    let (alphaU, alphaV) = try roughness(&reader)
    let (eta, k) = try opticalConstants(&reader)
    let reflectance = try optionalTexture("specular_reflectance", of: &reader, rule: .reflectance)
    return .roughConductor(
      distribution: distribution, alphaU: alphaU, alphaV: alphaV, eta: eta, k: k, specularReflectance: reflectance)
  }

  private enum DistributionName: String, CaseIterable { case beckmann, ggx }

  func microfacetDistribution(_ reader: inout PropertyReader) throws(SceneError) -> MicrofacetDistribution {
    _ = try reader.boolean("sample_visible", default: true)
    switch try reader.choice("distribution", default: DistributionName.beckmann) {
    case .beckmann: return .beckmann
    case .ggx: return .ggx
    }
  }

  /// `alpha`, or `alpha_u` and `alpha_v` together.
  mutating func roughness(_ reader: inout PropertyReader) throws(SceneError) -> (TextureID, TextureID) {
    guard reader.has("alpha_u") || reader.has("alpha_v") else {
      let alpha = try texture("alpha", of: &reader, default: [0.1, 0.1, 0.1], rule: .alpha)
      reader.ignore("alpha_u", "alpha_v")
      return (alpha, alpha)
    }
    guard reader.has("alpha_u"), reader.has("alpha_v"), !reader.has("alpha") else {
      throw reader.missing("either 'alpha' or both 'alpha_u' and 'alpha_v'")
    }
    return (
      try texture("alpha_u", of: &reader, default: [0.1, 0.1, 0.1], rule: .alpha),
      try texture("alpha_v", of: &reader, default: [0.1, 0.1, 0.1], rule: .alpha)
    )
  }

  /// A named `material`, or `eta` and `k`; without either, a perfect mirror.
  private mutating func opticalConstants(_ reader: inout PropertyReader) throws(SceneError) -> (TextureID, TextureID) {
    let rule = TextureRule.opticalConstant
    guard let name = try reader.string("material") else {
      return (
        try texture("eta", of: &reader, default: .zero, rule: rule),
        try texture("k", of: &reader, default: [1, 1, 1], rule: rule)
      )
    }
    guard !reader.has("eta"), !reader.has("k") else {
      throw reader.outOfRange("material", "either 'material' or 'eta' and 'k'", found: "both")
    }
    guard let preset = ConductorPreset.find(name) else {
      throw reader.outOfRange(
        "material", "the name of a conductor",
        found: "'\(name)'\(suggestion(for: name, among: ConductorPreset.all.map(\.name)))")
    }
    bindings.bind(reader.node, "material", .omitted)
    return (
      try texture("eta", of: &reader, default: preset.eta, rule: rule),
      try texture("k", of: &reader, default: preset.k, rule: rule)
    )
  }
}
