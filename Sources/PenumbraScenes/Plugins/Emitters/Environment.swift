import PenumbraImages
import PenumbraTransport

extension SceneAssembler {
  /// Light from a latitude-longitude picture: `filename`, or a nested bitmap texture.
  mutating func environment(_ reader: inout PropertyReader) throws(SceneError) -> (Emitter.Source, Pose) {
    let (node, here) = (reader.node, reader.node.location)
    let image = try environmentPicture(&reader)
    let data = try declareTexels(image, bounds: 0...Float.infinity, unit: TextureRule.radiance.unit, at: here)
    let factor = Float(try reader.float("scale", default: 1, in: 0...1e30))
    let scale = try declare(Parameter(key: "scale", bounds: 0...Float.infinity), values: [factor], at: here.description)
    let matrix = try reader.transform("to_world") ?? .identity
    guard matrix.isRigid(tolerance: 1e-3) else {
      throw reader.outOfRange("to_world", "a rotation or reflection", found: "a transform with scale or shear")
    }
    _ = try reader.boolean("mis_compensation", default: false)
    let toWorld = try declareToWorld(matrix, discontinuous: false, at: here.description)
    let pose = try declarePose(.environment, at: here.description)
    bindings.bind(
      node, "filename", .texels(offset: data, width: image.width, height: image.height, channels: 3, name: path))
    bindings.bind(node, "scale", .number(offset: scale))
    bindings.bind(node, "to_world", .transform(offset: toWorld, pose: Placement(pose, pivot: matrix.column(3))))
    return (
      .environment(data: data, width: image.width, height: image.height, scale: scale, toWorld: toWorld), pose
    )
  }

  private mutating func environmentPicture(_ reader: inout PropertyReader) throws(SceneError) -> Image {
    let nested = reader.objects(.texture)
    let image: Image
    if let texture = nested.first {
      guard nested.count == 1, !reader.has("filename") else {
        throw reader.outOfRange("filename", "either 'filename' or one nested bitmap", found: "both")
      }
      guard try texture.node.plugin(TexturePlugin.self) == .bitmap else { throw texture.node.unsupported }
      var inner = PropertyReader(texture.node, in: document)
      inner.ignore("filter_type", "wrap_mode", "format", "accel", "to_uv")
      image = try picture(&inner)
      try inner.finish()
      bindings.bind(reader.node, texture.property.name, .omitted)
    } else if case .picture(let embedded)? = reader.take("filename")?.value {
      image = embedded.image
    } else {
      guard let file = try reader.string("filename") else { throw reader.missing("'filename'") }
      image = try TextureFile.read(file, raw: false, at: reader.node.location)
    }
    guard image.width >= 2, image.height >= 2 else {
      throw reader.outOfRange("filename", "at least 2×2 pixels", found: "\(image.width)×\(image.height)")
    }
    do {
      return try image.rgb()
    } catch {
      throw SceneError(.malformed, at: reader.node.place, expected: error.expected, found: error.found)
    }
  }
}
