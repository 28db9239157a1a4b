import PenumbraTransport

extension SceneAssembler {
  /// Burley's material; the index of refraction comes from `eta` or, by default, from `specular`.
  mutating func principled(_ reader: inout PropertyReader) throws(SceneError) -> Material.Principled {
    func weight(_ name: String, _ fallback: Double = 0) -> (String, SIMD3<Double>) {
      (name, SIMD3(repeating: fallback))
    }
    let baseColor = try texture("base_color", of: &reader, default: [0.5, 0.5, 0.5], rule: .reflectance)
    var scalars: [TextureID] = []
    for (name, fallback) in [
      weight("roughness", 0.5), weight("anisotropic"), weight("metallic"), weight("spec_trans"), weight("spec_tint"),
      weight("sheen"), weight("sheen_tint"), weight("flatness"), weight("clearcoat"), weight("clearcoat_gloss"),
    ] {
      scalars.append(try texture(name, of: &reader, default: fallback, rule: .weight))
    }
    let (etaOffset, isSpecular) = try principledEta(&reader)
    var rates: [Float] = []
    for name in ["main_specular_sampling_rate", "clearcoat_sampling_rate", "diffuse_reflectance_sampling_rate"] {
      rates.append(Float(try reader.float(name, default: 1, in: 0...1e6)))
    }
    return Material.Principled(
      baseColor: baseColor, roughness: scalars[0], anisotropic: scalars[1], metallic: scalars[2],
      specTrans: scalars[3], specTint: scalars[4], sheen: scalars[5], sheenTint: scalars[6], flatness: scalars[7],
      clearcoat: scalars[8], clearcoatGloss: scalars[9], etaOffset: etaOffset, etaIsSpecular: isSpecular,
      mainSpecularSamplingRate: rates[0], clearcoatSamplingRate: rates[1], diffuseReflectanceSamplingRate: rates[2])
  }

  private mutating func principledEta(_ reader: inout PropertyReader) throws(SceneError) -> (Int, Bool) {
    let isSpecular = !reader.has("eta")
    guard isSpecular || !reader.has("specular") else {
      throw reader.outOfRange("eta", "either 'eta' or 'specular'", found: "both")
    }
    let name = isSpecular ? "specular" : "eta"
    let value = Float(try reader.float(name) ?? 0.5)
    reader.ignore("eta", "specular")
    let bounds: ClosedRange<Float> = isSpecular ? 0...1 : 1e-2...Float.infinity
    guard bounds.contains(value) else {
      throw reader.outOfRange(name, "\(name) in \(bounds.lowerBound)...\(bounds.upperBound)", found: "\(value)")
    }
    let offset = try declare(
      Parameter(key: name, bounds: bounds), values: [value], at: reader.node.location.description)
    bindings.bind(reader.node, name, .number(offset: offset))
    return (offset, isSpecular)
  }

  /// The thin variant; here `eta` is a texture.
  mutating func principledThin(_ reader: inout PropertyReader) throws(SceneError) -> Material.PrincipledThin {
    let baseColor = try texture("base_color", of: &reader, default: [0.5, 0.5, 0.5], rule: .reflectance)
    var scalars: [TextureID] = []
    for (name, fallback) in [("roughness", 0.5), ("anisotropic", 0), ("spec_trans", 0)] {
      scalars.append(try texture(name, of: &reader, default: SIMD3(repeating: fallback), rule: .weight))
    }
    let eta = try texture("eta", of: &reader, default: SIMD3(repeating: 1.5), rule: .indexOfRefraction)
    for name in ["spec_tint", "sheen", "sheen_tint", "flatness"] {
      scalars.append(try texture(name, of: &reader, default: .zero, rule: .weight))
    }
    let diffTrans = try texture("diff_trans", of: &reader, default: .zero, rule: .diffuseTransmission)
    var rates = SIMD4<Float>(repeating: 1)
    for (i, name) in ["specular_reflectance", "specular_transmittance", "diffuse_reflectance", "diffuse_transmittance"]
      .enumerated()
    {
      rates[i] = Float(try reader.float("\(name)_sampling_rate", default: 1, in: 0...1e6))
    }
    return Material.PrincipledThin(
      baseColor: baseColor, roughness: scalars[0], anisotropic: scalars[1], specTrans: scalars[2], eta: eta,
      specTint: scalars[3], sheen: scalars[4], sheenTint: scalars[5], flatness: scalars[6], diffTrans: diffTrans,
      samplingRates: rates)
  }
}
