import PenumbraTransport

extension SceneAssembler {
  /// A texture object: nested in `slot`, or shared.
  mutating func texture(_ node: SceneNode, slot: String, rule: TextureRule) throws(SceneError) -> TextureID {
    if let known = textures[ObjectIdentifier(node)] {
      reuse(node, slot: slot)
      return known
    }
    open(node, slot: slot)
    var reader = PropertyReader(node, in: document)
    let id: TextureID
    switch try node.plugin(TexturePlugin.self) {
    case .bitmap: id = try bitmap(&reader, rule: rule)
    case .checkerboard: id = try checkerboard(&reader, rule: rule)
    case .uniform: id = try nestedConstant("value", of: &reader, default: 1, rule: rule)
    case .srgb: id = try nestedConstant("color", of: &reader, default: nil, rule: rule)
    case .d65: id = try daylight(&reader, rule: rule)
    case .rawconstant: id = try rawConstant(&reader)
    case .meshAttribute: id = try meshAttribute(&reader)
    case .blackbody: id = try blackbody(&reader, rule: rule)
    case .regular, .irregular: id = try sampledSpectrum(&reader, rule: rule)
    case .volume: throw node.unsupported
    }
    try reader.finish()
    close(node)
    textures[ObjectIdentifier(node)] = id
    return id
  }

  private mutating func checkerboard(_ reader: inout PropertyReader, rule: TextureRule) throws(SceneError) -> TextureID
  {
    var cells: [(offset: Int, channels: Int)] = []
    for (name, fallback) in [("color0", 0.4), ("color1", 0.2)] {
      let property =
        reader.take(name)
        ?? SceneNode.Property(name: name, value: .float(fallback), location: reader.node.location)
      if let node = document.object(property) { throw node.unsupported }
      let cell = try declareConstant(property, of: reader, rule: rule)
      bindings.bind(reader.node, name, cell.channels == 1 ? .number(offset: cell.offset) : .color(offset: cell.offset))
      cells.append(cell)
    }
    return builder.add(
      Texture.checkerboard(
        offset0: cells[0].offset, channels0: cells[0].channels, offset1: cells[1].offset, channels1: cells[1].channels,
        uv: try uvTransform(&reader, isDifferentiable: false)))
  }

  /// A constant spelled as an object: its parameter is `slot.value`.
  private mutating func nestedConstant(
    _ name: String, of reader: inout PropertyReader, default fallback: Double?, rule: TextureRule
  ) throws(SceneError) -> TextureID {
    guard
      var property = reader.take(name)
        ?? fallback.map({ .init(name: name, value: .float($0), location: reader.node.location) })
    else { throw reader.missing("'\(name)'") }
    property.name = ""
    let (offset, channels) = try declareConstant(property, of: reader, rule: rule)
    bindings.bind(reader.node, name, channels == 1 ? .number(offset: offset) : .color(offset: offset))
    return builder.add(Texture.constant(offset: offset, channels: channels))
  }

  /// In RGB, daylight is white: 1 · scale.
  private mutating func daylight(_ reader: inout PropertyReader, rule: TextureRule) throws(SceneError) -> TextureID {
    let scale = try reader.float("scale") ?? 1
    let property = SceneNode.Property(name: "", value: .float(scale), location: reader.node.location)
    let (offset, _) = try declareConstant(property, of: reader, rule: rule)
    bindings.bind(reader.node, "scale", .number(offset: offset))
    return builder.add(Texture.constant(offset: offset, channels: 1))
  }

  /// `to_uv`, a parameter of shape [3, 3].
  mutating func uvTransform(_ reader: inout PropertyReader, isDifferentiable: Bool) throws(SceneError) -> UVTransform {
    let m = try reader.transform("to_uv") ?? .identity
    let values = [m.rows.0, m.rows.1, SIMD4(0, 0, 0, 1)].flatMap { [Float($0.x), Float($0.y), Float($0.w)] }
    let offset = try declare(
      Parameter(
        key: "to_uv", shape: [3, 3], isDifferentiable: isDifferentiable, movesDiscontinuities: !isDifferentiable),
      values: values, at: reader.node.location.description)
    bindings.bind(reader.node, "to_uv", .planarTransform(offset: offset))
    return UVTransform(
      u: [values[0], values[3]], v: [values[1], values[4]], translation: [values[2], values[5]], parameter: offset)
  }
}
