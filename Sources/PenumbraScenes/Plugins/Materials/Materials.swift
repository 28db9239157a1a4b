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
    case .roughdielectric: material = try roughDielectric(&reader)
    case .thindielectric: material = try thinDielectric(&reader)
    case .plastic: material = try plastic(&reader)
    case .roughplastic: material = try roughPlastic(&reader)
    case .principledthin: material = .principledThin(try principledThin(&reader))
    case .null: material = .null
    case .twosided: material = try twosided(&reader)
    case .mask: material = try mask(&reader)
    case .blendbsdf: material = try blend(&reader)
    case .normalmap: material = try normalMap(&reader)
    case .bumpmap: material = try bumpMap(&reader)
    case .hair, .measured, .pplastic, .polarizer, .retarder, .circular, .measuredPolarized:
      throw node.unsupported
    }
    try reader.finish()
    close(node)
    let id = builder.add(material)
    if let fault = builder.nestingFault(id) {
      throw SceneError(.outOfRange, at: node.place, expected: fault.expected, found: fault.found)
    }
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
}
