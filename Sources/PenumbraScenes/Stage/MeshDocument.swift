import Foundation

/// A mesh file as a scene: its surfaces with the materials it names, a camera and a sky.
enum MeshDocument {
  static func read(path: String, format: String) throws(SceneError) -> (SceneDocument, [String]) {
    let bytes = try SourceFile.read(path, referrer: nil, maximumBytes: SourceFile.maximumMeshBytes)
    var stage = Stage(file: path)
    var warnings: [String] = []
    var shared: [SceneNode] = []
    switch format {
    case "obj":
      let model = try OBJReader.readModel(bytes, file: path)
      let materials = try library(of: model, path, &warnings)
      var names: Set<String> = []
      for (name, mesh) in model.parts() {
        let id = SceneAssembler.freeName(safe(name ?? "mesh"), &names)
        let material = name.flatMap { materials[$0] }
        if let name, material == nil { warnings.append("\(path): no file describes the material '\(name)'") }
        let bsdf = bsdf(material, id: SceneAssembler.freeName("\(id)_material", &names), path)
        shared.append(bsdf)
        add(mesh.flipped, id: id, bsdf: bsdf, emission: material?.emission ?? .zero, to: &stage, path)
      }
    default:
      let mesh =
        format == "ply"
        ? try PLYReader.read(bytes, file: path) : try SerializedReader.read(bytes, index: 0, file: path)
      let bsdf = bsdf(nil, id: "material", path)
      shared.append(bsdf)
      add(mesh, id: "mesh", bsdf: bsdf, emission: .zero, to: &stage, path)
    }
    return (try stage.document(shared: shared, warnings: &warnings), warnings)
  }

  private static func safe(_ name: String) -> String {
    let text = name.prefix(60).map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "_" }
    return text.isEmpty ? "mesh" : String(text)
  }

  /// The materials of all MTL files; the file names are relative to the mesh.
  private static func library(of model: OBJModel, _ path: String, _ warnings: inout [String]) throws(SceneError)
    -> [String: MTLMaterial]
  {
    var materials: [String: MTLMaterial] = [:]
    for library in model.libraries {
      let file = neighbour(library, of: path)
      let bytes: [UInt8]
      do throws(SceneError) {
        bytes = try SourceFile.read(
          file, referrer: SourceLocation(file: path), maximumBytes: SourceFile.maximumSceneBytes)
      } catch {
        guard error.code == .missingFile else { throw error }
        warnings.append(error.description)
        continue
      }
      for (name, material) in try MTLReader.read(bytes, file: file) {
        var material = material
        if let map = material.diffuseMap.map({ neighbour($0, of: file) }) {
          let isThere = FileManager.default.fileExists(atPath: map)
          if !isThere {
            warnings.append("\(file): the texture '\(map)' does not exist, '\(name)' has its colour alone")
          }
          material.diffuseMap = isThere ? map : nil
        }
        materials[name] = material
      }
    }
    return materials
  }

  private static func neighbour(_ name: String, of path: String) -> String {
    let folder = SearchPath.folder(of: path)
    return name.hasPrefix("/") || folder.isEmpty ? name : folder + "/" + name
  }

  private static func node(
    _ kind: ObjectKind, _ plugin: String, id: String? = nil, _ properties: [(String, PropertyValue)], _ file: String
  ) -> SceneNode {
    let location = SourceLocation(file: file)
    return SceneNode(
      kind: kind, plugin: plugin, id: id, location: location,
      properties: properties.map { SceneNode.Property(name: $0, value: $1, location: location) })
  }

  private static func add(
    _ mesh: MeshData, id: String, bsdf: SceneNode, emission: SIMD3<Double>, to stage: inout Stage, _ file: String
  ) {
    var properties: [(String, PropertyValue)] = [
      ("filename", .mesh(EmbeddedMesh(mesh))), ("", .reference(id: bsdf.id ?? "")),
    ]
    if emission.max() > 0 {
      properties.append(("", .object(node(.emitter, "area", [("radiance", .rgb(emission))], file))))
    }
    stage.add(.shape, "ply", id: id, properties)
    stage.extend(by: mesh, .identity)
  }

  /// Diffuse, or `principled` where the material shines; seen from both sides.
  private static func bsdf(_ material: MTLMaterial?, id: String, _ file: String) -> SceneNode {
    let material = material ?? MTLMaterial()
    var color = PropertyValue.rgb(material.diffuse)
    if let map = material.diffuseMap {
      color = .object(node(.texture, "bitmap", [("filename", .string(map))], file))
    }
    var inner: SceneNode
    if material.roughness != nil || material.metallic != nil || material.specular.max() > 0 {
      // Phong's exponent n is about α² = 2 / (n + 2), and α = roughness².
      let roughness = material.roughness ?? (2 / (material.exponent + 2)).squareRoot().squareRoot()
      inner = node(
        .bsdf, "principled",
        [
          ("base_color", color), ("roughness", .float(roughness)), ("metallic", .float(material.metallic ?? 0)),
          ("eta", .float(min(max(material.indexOfRefraction, 1.01), 10))),
        ], file)
    } else {
      inner = node(.bsdf, "diffuse", [("reflectance", color)], file)
    }
    let isOpaque = material.opacity >= 1
    inner = node(.bsdf, "twosided", id: isOpaque ? id : nil, [("", .object(inner))], file)
    if isOpaque { return inner }
    return node(.bsdf, "mask", id: id, [("opacity", .float(material.opacity)), ("", .object(inner))], file)
  }
}

extension MeshData {
  /// With v counted from the other side, as OBJ files count it.
  fileprivate var flipped: MeshData {
    var mesh = self
    mesh.flipTexcoords()
    return mesh
  }
}
