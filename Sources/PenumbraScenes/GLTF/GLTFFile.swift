import Foundation

/// A glTF 2.0 asset: its JSON and its buffers.
struct GLTFFile {
  let path: String
  let root: JSONNode
  let buffers: [[UInt8]]
  let views: [JSONNode]

  /// Extensions that may be required by a file that is read right.
  private static let known: Set<String> = [
    "KHR_materials_clearcoat", "KHR_materials_transmission", "KHR_materials_ior", "KHR_materials_emissive_strength",
    "KHR_texture_transform", "KHR_lights_punctual", "KHR_mesh_quantization", "KHR_materials_unlit",
    "KHR_materials_specular",
  ]

  init(path: String) throws(SceneError) {
    self.path = path
    let bytes = try SourceFile.read(path, referrer: nil, maximumBytes: SourceFile.maximumMeshBytes)
    var embedded: [UInt8]?
    if bytes.starts(with: Array("glTF".utf8)) {
      let chunks = try Self.chunks(bytes, path)
      root = try JSONNode(JSONParser.parse(chunks.json, file: path), place: path)
      embedded = chunks.binary
    } else {
      root = try JSONNode(JSONParser.parse(bytes, file: path), place: path)
    }
    let version = try root.child("asset")?.string("version") ?? ""
    guard version.hasPrefix("2.") else {
      throw SceneError(.unsupported, at: "\(path).asset.version", expected: "glTF 2", found: "'\(version)'")
    }
    if case .array(let required)? = root.members["extensionsRequired"] {
      for case .string(let name) in required where !Self.known.contains(name) {
        throw SceneError(.unsupported, at: path, found: "the glTF extension '\(name)' is not supported")
      }
    }
    var buffers: [[UInt8]] = []
    for (index, buffer) in try root.children("buffers").enumerated() {
      let length = try buffer.integer("byteLength") ?? 0
      let data: [UInt8]
      if let uri = try buffer.string("uri") {
        data = try Self.resource(uri, of: path, place: buffer.place)
      } else if index == 0, let embedded {
        data = embedded
      } else {
        throw SceneError(.malformed, at: buffer.place, expected: "a uri", found: "none")
      }
      guard data.count >= length else {
        throw SceneError(.malformed, at: buffer.place, expected: "\(length) bytes", found: "\(data.count)")
      }
      buffers.append(data)
    }
    self.buffers = buffers
    views = try root.children("bufferViews")
  }

  /// The JSON and the binary chunk of a `.glb` container.
  private static func chunks(_ bytes: [UInt8], _ path: String) throws(SceneError) -> (json: [UInt8], binary: [UInt8]?) {
    func number(_ offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) } }
    guard bytes.count >= 20, number(4) == 2 else {
      throw SceneError(.malformed, at: path, expected: "a glTF 2 container", found: "another version or a short file")
    }
    var (json, binary): ([UInt8]?, [UInt8]?)
    var offset = 12
    let end = min(bytes.count, number(8))
    while offset + 8 <= end {
      let (length, type) = (number(offset), number(offset + 4))
      guard length <= end - offset - 8 else {
        throw SceneError(
          .malformed, at: path, expected: "a chunk of \(length) bytes", found: "\(end - offset - 8) bytes left")
      }
      let chunk = offset + 8..<offset + 8 + length
      if type == 0x4E4F_534A, json == nil { json = Array(bytes[chunk]) }
      if type == 0x004E_4942, binary == nil { binary = Array(bytes[chunk]) }
      offset += 8 + length
    }
    guard let json else { throw SceneError(.malformed, at: path, expected: "a JSON chunk", found: "none") }
    return (json, binary)
  }

  /// The bytes behind a URI: data in the URI itself, or a file relative to the asset.
  static func resource(_ uri: String, of path: String, place: String) throws(SceneError) -> [UInt8] {
    if uri.hasPrefix("data:") {
      guard let comma = uri.firstIndex(of: ","), uri[..<comma].hasSuffix(";base64"),
        let data = Data(base64Encoded: String(uri[uri.index(after: comma)...]))
      else { throw SceneError(.malformed, at: place, expected: "base64 data", found: "another data URI") }
      return [UInt8](data)
    }
    let isLocal = !uri.contains("://") && !uri.hasPrefix("file:") && !uri.hasPrefix("/")
    guard isLocal, let name = uri.removingPercentEncoding, !name.isEmpty, !name.contains("\0") else {
      throw SceneError(.unsupported, at: place, expected: "a file relative to the asset", found: "'\(uri)'")
    }
    let folder = SearchPath.folder(of: path)
    let file = folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
    return try SourceFile.read(
      file, referrer: SourceLocation(file: path), maximumBytes: SourceFile.maximumMeshBytes)
  }

  /// A range of a buffer, checked.
  func bytes(of view: JSONNode) throws(SceneError) -> (buffer: Int, range: Range<Int>) {
    guard let buffer = try view.integer("buffer"), buffer < buffers.count else {
      throw SceneError(.malformed, at: view.place, expected: "a buffer below \(buffers.count)", found: "another")
    }
    let (start, length) = (try view.integer("byteOffset") ?? 0, try view.integer("byteLength") ?? 0)
    guard start <= buffers[buffer].count, length <= buffers[buffer].count - start else {
      throw SceneError(
        .outOfRange, at: view.place, expected: "a range inside \(buffers[buffer].count) bytes",
        found: "\(length) bytes at \(start)")
    }
    return (buffer, start..<start + length)
  }
}
