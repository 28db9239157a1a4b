import Foundation
public import PenumbraImages
public import PenumbraTransport

/// Writes scenes with their present θ as glTF 2.0.
///
/// Materials become metallic-roughness ones with clearcoat, transmission, index of refraction and emissive strength;
/// analytic shapes become meshes, instances nodes. Environments and projectors are beyond the format.
public enum GLTFWriter {
  /// Writes `.glb`, or `.gltf` with a `.bin` and PNG textures beside it. The asset itself is written last.
  ///
  /// - Returns: what the format cannot say, one line each.
  public static func write(_ scene: Scene, toFile path: String) throws(ImageError) -> [String] {
    let folder = SearchPath.folder(of: path)
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    let isBinary = path.lowercased().hasSuffix(".glb")
    let (files, losses) = try files(of: scene, name: name, isBinary: isBinary)
    try OutputFolder.write(files, to: folder.isEmpty ? "." : folder)
    return losses
  }

  /// The files that `write` makes: names and contents, the asset last.
  static func files(of scene: Scene, name: String, isBinary: Bool) throws(ImageError)
    -> (files: [(path: String, bytes: [UInt8])], losses: [String])
  {
    var writer = GLTFSceneWriter(scene)
    try writer.run()
    var files: [(path: String, bytes: [UInt8])] = []
    if isBinary {
      writer.embedPictures()
    } else {
      for file in writer.materials.textures.files {
        let path = "\(name)_textures/\(file.name).png"
        files.append((path, file.bytes))
        writer.document.images = (writer.document.images ?? []) + [.init(name: file.name, uri: escaped(path))]
      }
    }
    let bytes = writer.buffer.bytes
    if !bytes.isEmpty {
      writer.document.bufferViews = writer.buffer.views
      writer.document.buffers = [.init(byteLength: bytes.count, uri: isBinary ? nil : escaped("\(name).bin"))]
      if !isBinary { files.append(("\(name).bin", bytes)) }
    }
    let text = try json(writer.document, isPretty: !isBinary)
    files.append(isBinary ? ("\(name).glb", container(text, bytes)) : ("\(name).gltf", text))
    return (files, writer.losses)
  }

  private static func escaped(_ path: String) -> String {
    path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
  }

  private static func json(_ document: GLTFDocument, isPretty: Bool) throws(ImageError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      isPretty ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
    do {
      return [UInt8](try encoder.encode(document))
    } catch {
      throw ImageError(.unwritable, file: "glTF", place: "JSON", expected: "finite numbers", found: "others")
    }
  }

  /// A `.glb` container: a JSON chunk and a binary chunk, each filled up to four bytes.
  private static func container(_ json: [UInt8], _ binary: [UInt8]) -> [UInt8] {
    func little(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    let text = json + [UInt8](repeating: 0x20, count: (4 - json.count % 4) % 4)
    var body = little(text.count) + little(0x4E4F_534A) + text
    if !binary.isEmpty { body += little(binary.count) + little(0x004E_4942) + binary }
    return Array("glTF".utf8) + little(2) + little(12 + body.count) + body
  }
}
