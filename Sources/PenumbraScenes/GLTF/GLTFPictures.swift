import PenumbraImages

/// Pictures of a glTF asset, decoded once each.
struct GLTFPictures {
  private let file: GLTFFile
  private let textures: [JSONNode]
  private let samplers: [JSONNode]
  private let images: [JSONNode]
  private var decoded: [Key: Image] = [:]

  private struct Key: Hashable {
    var image: Int
    var raw: Bool
  }

  init(_ file: GLTFFile) throws(SceneError) {
    self.file = file
    textures = try file.root.children("textures")
    samplers = try file.root.children("samplers")
    images = try file.root.children("images")
  }

  /// The picture that a texture reference shows.
  ///
  /// - Parameter raw: stored numbers are used as they are, without undoing the sRGB encoding.
  mutating func picture(_ reference: JSONNode, raw: Bool) throws(SceneError) -> Image {
    guard let texture = try reference.target("index", in: textures), let source = try texture.integer("source"),
      source < images.count
    else { throw SceneError(.malformed, at: reference.place, expected: "a texture with a source", found: "none") }
    let key = Key(image: source, raw: raw)
    if let known = decoded[key] { return known }
    let image = try decode(images[source], raw: raw)
    decoded[key] = image
    return image
  }

  private func decode(_ node: JSONNode, raw: Bool) throws(SceneError) -> Image {
    let bytes: [UInt8]
    if let view = try node.target("bufferView", in: file.views) {
      let (buffer, range) = try file.bytes(of: view)
      bytes = Array(file.buffers[buffer][range])
    } else if let uri = try node.string("uri") {
      bytes = try GLTFFile.resource(uri, of: file.path, place: node.place)
    } else {
      throw SceneError(.malformed, at: node.place, expected: "a uri or a buffer view", found: "none")
    }
    do {
      return try Image.decode(bytes, name: node.place, encoding: raw ? .linear : .sRGB)
    } catch {
      throw SceneError(.malformed, at: node.place, expected: error.expected, found: error.found)
    }
  }

  /// A raw bitmap texture with the filter, wrap mode and placement of a texture reference.
  func bitmap(_ image: Image, like reference: JSONNode, name: String) throws(SceneError) -> SceneNode {
    let location = SourceLocation(file: file.path)
    var properties: [SceneNode.Property] = []
    func add(_ name: String, _ value: PropertyValue) {
      properties.append(SceneNode.Property(name: name, value: value, location: location))
    }
    add("filename", .picture(EmbeddedPicture(image)))
    add("raw", .boolean(true))
    if let texture = try reference.target("index", in: textures),
      let sampler = try texture.target("sampler", in: samplers)
    {
      if try sampler.integer("magFilter") == 9728 { add("filter_type", .string("nearest")) }
      switch try sampler.integer("wrapS") {
      case 33071: add("wrap_mode", .string("clamp"))
      case 33648: add("wrap_mode", .string("mirror"))
      default: break
      }
    }
    if let placement = try reference.addition("KHR_texture_transform") {
      add("to_uv", .transform(try Self.matrix(placement)))
    }
    return SceneNode(kind: .texture, plugin: "bitmap", location: location, properties: properties)
  }

  /// uv' = T R S uv; R turns counter-clockwise as seen with v pointing down.
  private static func matrix(_ node: JSONNode) throws(SceneError) -> Matrix4 {
    let offset = try node.numbers("offset", count: 2) ?? [0, 0]
    let scale = try node.numbers("scale", count: 2) ?? [1, 1]
    let angle = try node.number("rotation") ?? 0
    return .translation([offset[0], offset[1], 0]) * .rotation(axis: [0, 0, -1], radians: angle)
      * .scale([scale[0], scale[1], 1])
  }
}

extension Image {
  /// A picture of one channel; missing colours come from grey, a missing alpha is 1.
  func channel(_ name: String, _ change: (Float) -> Float = { $0 }) -> Image {
    let index = channels.firstIndex(of: name) ?? (name == "A" ? nil : channels.firstIndex(of: "Y"))
    let values = (0..<pixelCount).map { pixel in
      change(index.map { self.values[pixel * channels.count + $0] } ?? 1)
    }
    return Image(width: width, height: height, channels: ["Y"], values: values)
  }

  /// A picture of three channels, each times a factor.
  func colors(times factor: SIMD3<Double>) -> Image {
    let indices = ["R", "G", "B"].map { channels.firstIndex(of: $0) ?? channels.firstIndex(of: "Y") }
    var values = [Float](repeating: 1, count: 3 * pixelCount)
    for pixel in 0..<pixelCount {
      for c in 0..<3 {
        let stored = indices[c].map { self.values[pixel * channels.count + $0] } ?? 1
        values[3 * pixel + c] = stored * Float(factor[c])
      }
    }
    return Image(width: width, height: height, channels: ["R", "G", "B"], values: values)
  }
}
