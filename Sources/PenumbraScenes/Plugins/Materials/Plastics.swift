import PenumbraTransport

extension SceneAssembler {
  /// A diffuse base under a smooth coat.
  mutating func plastic(_ reader: inout PropertyReader) throws(SceneError) -> Material {
    let coat = try coatedBase(&reader)
    return .plastic(
      eta: coat.eta, diffuseReflectance: coat.diffuse, specularReflectance: coat.specular,
      isNonlinear: coat.isNonlinear)
  }

  /// A diffuse base under a rough coat. A plain `alpha` is a parameter of that name, a texture of its own kind.
  mutating func roughPlastic(_ reader: inout PropertyReader) throws(SceneError) -> Material {
    let distribution = try microfacetDistribution(&reader)
    if reader.has("alpha_u") || reader.has("alpha_v") {
      throw reader.outOfRange("alpha_u", "'alpha' (a coat has no direction)", found: "'alpha_u' or 'alpha_v'")
    }
    let alpha = try bareTexture("alpha", of: &reader, default: 0.1, rule: .alpha)
    let coat = try coatedBase(&reader, mustDiffer: true)
    return .roughPlastic(
      distribution: distribution, alpha: alpha, eta: coat.eta, diffuseReflectance: coat.diffuse,
      specularReflectance: coat.specular, isNonlinear: coat.isNonlinear)
  }

  private mutating func coatedBase(_ reader: inout PropertyReader, mustDiffer: Bool = false) throws(SceneError)
    -> (eta: Int, diffuse: TextureID, specular: TextureID, isNonlinear: Bool)
  {
    let eta = try relativeIndex(&reader, interior: "polypropylene", mustDiffer: mustDiffer)
    return (
      eta, try texture("diffuse_reflectance", of: &reader, default: [0.5, 0.5, 0.5], rule: .reflectance),
      try optionalTexture("specular_reflectance", of: &reader, rule: .reflectance),
      try reader.boolean("nonlinear", default: false)
    )
  }

  /// A number whose key is the slot's name alone, or a texture.
  private mutating func bareTexture(
    _ slot: String, of reader: inout PropertyReader, default fallback: Double, rule: TextureRule
  ) throws(SceneError) -> TextureID {
    if let property = reader.node.properties.first(where: { $0.name == slot }), document.object(property) != nil {
      return try texture(slot, of: &reader, default: SIMD3(repeating: fallback), rule: rule)
    }
    let value = Float(try reader.float(slot) ?? fallback)
    guard rule.bounds.contains(value) else {
      throw reader.outOfRange(
        slot, "'\(slot)' in \(rule.bounds.lowerBound)...\(rule.bounds.upperBound)", found: "\(value)")
    }
    let offset = try declare(
      Parameter(key: slot, bounds: rule.bounds), values: [value], at: reader.node.location.description)
    bindings.bind(reader.node, slot, .number(offset: offset))
    return builder.add(Texture.constant(offset: offset, channels: 1))
  }
}
