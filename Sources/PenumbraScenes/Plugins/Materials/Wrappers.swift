import PenumbraTransport

/// Materials that wrap others.
extension SceneAssembler {
  /// One material for both sides, or one for each.
  mutating func twosided(_ reader: inout PropertyReader) throws(SceneError) -> Material {
    let allowsTransmission = try reader.boolean("allow_transmission", default: false)
    let nested = reader.objects(.bsdf)
    guard (1...2).contains(nested.count) else {
      throw reader.outOfRange("", "one or two bsdfs inside twosided", found: "\(nested.count)")
    }
    var sides: [MaterialID] = []
    for (index, side) in nested.enumerated() {
      let id = try material(side.node, slot: "brdf_\(index)")
      guard allowsTransmission || !builder.transmits(id) else {
        throw SceneError(
          .unsupported, at: side.property.location.description,
          expected: "a reflecting bsdf inside twosided, or 'allow_transmission' true", found: side.node.plugin)
      }
      sides.append(id)
    }
    return .twosided(front: sides[0], back: sides[sides.count - 1])
  }

  mutating func mask(_ reader: inout PropertyReader) throws(SceneError) -> Material {
    let opacity = try texture("opacity", of: &reader, default: [0.5, 0.5, 0.5], rule: .weight)
    return .mask(opacity: opacity, nested: try nestedMaterial(&reader))
  }

  mutating func blend(_ reader: inout PropertyReader) throws(SceneError) -> Material {
    guard reader.has("weight") else { throw reader.missing("'weight'") }
    let weight = try texture("weight", of: &reader, default: .zero, rule: .weight)
    let nested = reader.objects(.bsdf)
    guard nested.count == 2 else {
      throw reader.outOfRange("", "two bsdfs inside blendbsdf", found: "\(nested.count)")
    }
    return .blend(
      weight: weight, first: try material(nested[0].node, slot: "bsdf_0"),
      second: try material(nested[1].node, slot: "bsdf_1"))
  }

  mutating func normalMap(_ reader: inout PropertyReader) throws(SceneError) -> Material {
    guard reader.has("normalmap") else { throw reader.missing("a texture 'normalmap'") }
    let normals = try texture("normalmap", of: &reader, default: [0.5, 0.5, 1], rule: .any)
    let options = try perturbationOptions(&reader)
    return .normalMap(normals: normals, nested: try nestedMaterial(&reader), options: options)
  }

  /// The height texture may stand under any name.
  mutating func bumpMap(_ reader: inout PropertyReader) throws(SceneError) -> Material {
    let textures = reader.objects(.texture, .spectrum)
    guard textures.count == 1 else {
      throw reader.outOfRange("", "one texture inside bumpmap", found: "\(textures.count)")
    }
    let heights = try texture(textures[0].node, slot: "nested_texture", rule: .any)
    let value = Float(try reader.float("scale") ?? 1)
    let scale = try declare(Parameter(key: "scale"), values: [value], at: reader.node.location.description)
    bindings.bind(reader.node, "scale", .number(offset: scale))
    let options = try perturbationOptions(&reader)
    return .bumpMap(heights: heights, scale: scale, nested: try nestedMaterial(&reader), options: options)
  }

  private func perturbationOptions(_ reader: inout PropertyReader) throws(SceneError) -> Material.PerturbationOptions {
    Material.PerturbationOptions(
      flipsInvalidNormals: try reader.boolean("flip_invalid_normals", default: true),
      isShadowed: try reader.boolean("use_shadowing_function", default: true))
  }

  private mutating func nestedMaterial(_ reader: inout PropertyReader) throws(SceneError) -> MaterialID {
    let nested = reader.objects(.bsdf)
    guard nested.count == 1 else {
      throw reader.outOfRange("", "one bsdf inside \(reader.node.plugin)", found: "\(nested.count)")
    }
    return try material(nested[0].node, slot: "nested_bsdf")
  }
}
