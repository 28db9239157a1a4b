import PenumbraImages
import PenumbraTransport

extension SceneAssembler {
  private enum FilterName: String, CaseIterable { case bilinear, nearest }
  private enum WrapName: String, CaseIterable { case `repeat`, mirror, clamp }
  private enum FormatName: String, CaseIterable { case auto, variant, fp16, uint8, float16, float32 }

  /// A picture file; its parameter is `data`, shape [height, width, 1 or 3].
  mutating func bitmap(_ reader: inout PropertyReader, rule: TextureRule) throws(SceneError) -> TextureID {
    let filter: TextureFilter =
      switch try reader.choice("filter_type", default: FilterName.bilinear) {
      case .bilinear: .bilinear
      case .nearest: .nearest
      }
    let wrap: TextureWrap =
      switch try reader.choice("wrap_mode", default: WrapName.repeat) {
      case .repeat: .repeat
      case .mirror: .mirror
      case .clamp: .clamp
      }
    _ = try reader.choice("format", default: FormatName.auto)
    _ = try reader.boolean("accel", default: true)
    let image = try picture(&reader)
    let offset = try declareTexels(image, bounds: rule.bounds, unit: rule.unit, at: reader.node.location)
    let uv = try uvTransform(&reader, isDifferentiable: filter == .bilinear)
    if rule.role == .reflectance, image.values.contains(where: { $0 > 1 || $0 < 0 }) {
      warnings.append("\(reader.node.location): texels of this reflectance are outside 0...1")
    }
    bindings.bind(
      reader.node, "filename",
      .texels(offset: offset, width: image.width, height: image.height, channels: image.channels.count, name: path))
    bindings.bind(reader.node, "raw", .boolean(true))
    bindings.bind(reader.node, "format", .omitted)
    return builder.add(
      .bitmap(
        offset: offset, width: image.width, height: image.height, channels: image.channels.count, filter: filter,
        wrap: wrap, uv: uv))
  }

  /// The picture that `filename` and `raw` name.
  func picture(_ reader: inout PropertyReader) throws(SceneError) -> Image {
    let raw = try reader.boolean("raw", default: false)
    if case .picture(let embedded)? = reader.take("filename")?.value { return embedded.image }
    guard let file = try reader.string("filename") else { throw reader.missing("'filename'") }
    return try TextureFile.read(file, raw: raw, at: reader.node.location)
  }

  mutating func declareTexels(_ image: Image, bounds: ClosedRange<Float>, unit: String, at location: SourceLocation)
    throws(SceneError) -> Int
  {
    let parameter = Parameter(
      key: "data", shape: [image.height, image.width, image.channels.count], bounds: bounds, unit: unit)
    return try declare(parameter, values: image.values, at: location.description)
  }
}
