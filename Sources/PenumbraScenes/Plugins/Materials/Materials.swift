import PenumbraTransport

extension SceneAssembler {
  /// A BSDF: nested in `slot`, or shared.
  mutating func material(_ node: SceneNode, slot: String) throws(SceneError) -> MaterialID {
    if let known = materials[ObjectIdentifier(node)] {
      reuse(node, slot: slot)
      return known
    }
    open(node, slot: slot)
    var reader = PropertyReader(node, in: document)
    let material: Material
    switch try node.plugin(BSDFPlugin.self) {
    case .diffuse:
      material = .diffuse(
        reflectance: try texture("reflectance", of: &reader, default: [0.5, 0.5, 0.5], rule: .reflectance))
    case .conductor: material = try conductor(&reader)
    case .roughconductor: material = try roughConductor(&reader)
    case .dielectric: material = try dielectric(&reader)
    case .principled: material = .principled(try principled(&reader))
    case .twosided: material = try twosided(&reader)
    case .thindielectric, .roughdielectric, .plastic, .roughplastic, .principledthin, .mask, .blendbsdf, .bumpmap,
      .normalmap, .null, .hair, .measured, .pplastic, .polarizer, .retarder, .circular, .measuredPolarized:
      throw node.unsupported
    }
    try reader.finish()
    close(node)
    let id = builder.add(material)
    materials[ObjectIdentifier(node)] = id
    return id
  }

  /// The material of a shape that names none: diffuse under `bsdf.reflectance.value` of the shape, albedo ½, or 0 when
  /// the shape emits light.
  mutating func defaultMaterial(of shape: SceneNode, isLight: Bool) throws(SceneError) -> MaterialID {
    let black = SceneNode.Property(name: "reflectance", value: .float(0), location: shape.location)
    let node = SceneNode(
      kind: .bsdf, plugin: BSDFPlugin.diffuse.rawValue, location: shape.location, properties: isLight ? [black] : [])
    bindings.bind(shape, "", .object(node))
    return try material(node, slot: "bsdf")
  }

  /// One reflective material for both sides, or one for each.
  private mutating func twosided(_ reader: inout PropertyReader) throws(SceneError) -> Material {
    guard try !reader.boolean("allow_transmission", default: false) else {
      throw reader.outOfRange(
        "allow_transmission", "false (materials that transmit are not supported here yet)", found: "true")
    }
    let nested = reader.objects(.bsdf)
    guard (1...2).contains(nested.count) else {
      throw reader.outOfRange("", "one or two bsdfs inside twosided", found: "\(nested.count)")
    }
    var sides: [MaterialID] = []
    for (index, side) in nested.enumerated() {
      let plugin = try side.node.plugin(BSDFPlugin.self)
      guard plugin != .twosided, plugin != .dielectric else {
        throw SceneError(
          .unsupported, at: side.property.location.description, expected: "a reflecting bsdf inside twosided",
          found: plugin.rawValue)
      }
      sides.append(try material(side.node, slot: "brdf_\(index)"))
    }
    return .twosided(front: sides[0], back: sides[sides.count - 1])
  }
}
