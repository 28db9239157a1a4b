import PenumbraImages
import PenumbraTransport

/// One pass over a scene's description that writes it back with the values of θ.
struct SceneEmission {
  let source: SceneSource
  let scene: Scene
  /// Meshes and textures found on the way.
  private(set) var files: [(path: String, bytes: [UInt8])] = []
  private var fileNames: Set<String> = []
  private var xml = MarkupWriter()

  init(_ loaded: LoadedScene) { (source, scene) = (loaded.source, loaded.scene) }

  mutating func sceneText() throws(ImageError) -> String {
    xml.open("scene", [("version", "3.0.0")])
    for property in source.document.root.properties { try write(property) }
    for alias in source.document.allAliases { xml.empty("alias", [("id", alias.id), ("as", alias.name)]) }
    xml.close("scene")
    return xml.text
  }

  private mutating func write(_ node: SceneNode, name: String) throws(ImageError) {
    let bindings = source.bindings[node]
    for case (_, .asColor(let offset)) in bindings {
      let value = scene.theta[offset..<(offset + 3)].map { "\($0)" }.joined(separator: ", ")
      let id = node.id.map { [("id", $0)] } ?? []
      return xml.empty("rgb", (name.isEmpty ? [] : [("name", name)]) + id + [("value", value)])
    }
    var meshIndex: Int?
    for case (_, .mesh(let shape)) in bindings { meshIndex = shape }
    var attributes = [("type", meshIndex == nil ? node.plugin : ShapePlugin.ply.rawValue)]
    if let id = node.id { attributes.append(("id", id)) }
    if !name.isEmpty { attributes.append(("name", name)) }
    xml.open(node.kind.rawValue, attributes)
    // An unnamed binding adds an object that the file left out; unnamed properties stay unless one says otherwise.
    var replaced = Set(bindings.map(\.name))
    replaced.remove("")
    for case ("", .omitted) in bindings { replaced.insert("") }
    for (name, binding) in bindings { try write(binding, name: name) }
    for property in node.properties where !replaced.contains(property.name) {
      try write(property)
    }
    xml.close(node.kind.rawValue)
  }

  private mutating func write(_ property: SceneNode.Property) throws(ImageError) {
    let name = property.name
    switch property.value {
    case .boolean(let value): xml.property("boolean", name, "\(value)")
    case .integer(let value): xml.property("integer", name, "\(value)")
    case .float(let value): xml.property("float", name, "\(value)")
    case .string(let value): xml.property("string", name, value)
    case .point(let v): xml.property("point", name, "\(v.x), \(v.y), \(v.z)")
    case .vector(let v): xml.property("vector", name, "\(v.x), \(v.y), \(v.z)")
    case .rgb(let v): xml.property("rgb", name, "\(v.x), \(v.y), \(v.z)")
    case .uniformSpectrum(let value): xml.property("spectrum", name, "\(value)")
    case .sampledSpectrum(let samples):
      xml.property("spectrum", name, samples.map { "\($0.wavelength):\($0.value)" }.joined(separator: ", "))
    case .transform(let matrix): xml.transform(name, matrix.elements.map { "\($0)" })
    case .object(let node): try write(node, name: name)
    // Objects that hold data are bound to their numbers in θ.
    case .mesh, .picture: break
    case .reference(let id): xml.empty("ref", (name.isEmpty ? [] : [("name", name)]) + [("id", id)])
    }
  }

  private mutating func write(_ binding: SceneBindings.Binding, name: String) throws(ImageError) {
    let theta = scene.theta
    switch binding {
    case .number(let offset): xml.property("float", name, "\(theta[offset])")
    case .numberUnlessZero(let offset):
      if theta[offset] != 0 { xml.property("float", name, "\(theta[offset])") }
    case .note(let text): xml.comment(text)
    case .uniformSpectrum(let offset):
      xml.open("spectrum", [("type", "uniform"), ("name", name)])
      xml.property("float", "value", "\(theta[offset])")
      xml.close("spectrum")
    case .vector(let offset):
      xml.property("vector", name, theta[offset..<(offset + 3)].map { "\($0)" }.joined(separator: ", "))
    case .asColor: break
    case .color(let offset):
      xml.property("rgb", name, theta[offset..<(offset + 3)].map { "\($0)" }.joined(separator: ", "))
    case .transform(let offset, let pose):
      xml.transform(name, PosedValues.matrix(offset, pose, theta: theta).map { "\($0)" })
    case .planarTransform(let offset):
      let m = theta[offset..<(offset + 9)].map { "\($0)" }
      if m != ["1.0", "0.0", "0.0", "0.0", "1.0", "0.0", "0.0", "0.0", "1.0"] {
        xml.transform(
          name, [m[0], m[1], "0", m[2], m[3], m[4], "0", m[5], "0", "0", "1", "0", "0", "0", "0", "1"])
      }
    case .point(let offset, let pose):
      xml.property("point", name, PosedValues.point(offset, pose, theta: theta).map { "\($0)" }.joined(separator: ", "))
    case .texels(let offset, let width, let height, let channels, let path):
      let values = Array(theta[offset..<(offset + width * height * channels)])
      let image = Image(
        width: width, height: height, channels: channels == 1 ? ["Y"] : ["R", "G", "B"], values: values)
      let file = freeFileName("textures", path, "exr")
      files.append((file, try image.encoded(as: .exr, name: file)))
      xml.property("string", name, file)
    case .mesh(let index):
      let shape = scene.structure.shapes[index]
      let file = freeFileName("meshes", shape.id, "ply")
      files.append((file, PLYWriter.bytes(of: shape, theta: theta)))
      xml.property("string", name, file)
    case .integer(let value): xml.property("integer", name, "\(value)")
    case .float(let value): xml.property("float", name, "\(value)")
    case .string(let value): xml.property("string", name, value)
    case .boolean(let value): xml.property("boolean", name, "\(value)")
    case .object(let node): try write(node, name: name)
    case .omitted: break
    }
  }

  /// `folder/name.extension` with characters that every file system takes, numbered when taken.
  private mutating func freeFileName(_ folder: String, _ name: String, _ fileExtension: String) -> String {
    let safe = String(
      name.prefix(80).map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" })
    var (candidate, number) = ("\(folder)/\(safe).\(fileExtension)", 0)
    while !fileNames.insert(candidate.lowercased()).inserted {
      number += 1
      candidate = "\(folder)/\(safe)_\(number).\(fileExtension)"
    }
    return candidate
  }
}
