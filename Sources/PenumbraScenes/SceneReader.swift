/// Reads scene files of Mitsuba 3.
///
/// Keys of parameters follow Mitsuba's `traverse()`: an object directly inside `<scene>` begins its keys with its id, or,
/// when it has none, with its tag (`shape`, `shape_1`, … in document order); nested objects are named by their slot.
public enum SceneReader {
  /// Reads a scene with everything it refers to: Mitsuba XML, glTF 2.0 (`.gltf`, `.glb`), or
  /// a mesh alone (`.obj`, `.ply`, `.serialized`, and with Assimp `.fbx`, `.dae`, `.3ds`, `.stl`, `.off` and more), which
  /// gets a camera and a sky where it has none.
  ///
  /// - Throws: the first fault, with the file and the place in it.
  public static func load(path: String, options: SceneLoadOptions = SceneLoadOptions()) throws(SceneError)
    -> LoadedScene
  {
    let (document, notes) = try document(path: path, defines: options.defines)
    var assembler = SceneAssembler(document, options: options)
    let scene = try assembler.assemble()
    return LoadedScene(
      scene: scene, source: SceneSource(path: path, document: document, bindings: assembler.bindings),
      warnings: notes + assembler.warnings)
  }

  /// Whether a file with this extension (small letters, no dot) is a scene or model rather than a picture.
  public static func reads(format: String) -> Bool {
    ["xml", "gltf", "glb", "obj", "ply", "serialized"].contains(format) || ForeignModel.canRead(format)
  }

  /// The description of a scene, whatever its format.
  private static func document(path: String, defines: [String: String]) throws(SceneError) -> (SceneDocument, [String])
  {
    let name = path.lowercased()
    let format = name.split(separator: ".").last.map(String.init) ?? ""
    let isOwn = ["gltf", "glb", "obj", "ply", "serialized"].contains(format)
    guard isOwn || ForeignModel.canRead(format) else {
      return (try DocumentReader.read(path: path, defines: defines), [])
    }
    if let define = defines.keys.min() {
      throw SceneError(.unknownName, at: path, found: "the scene has no default '\(define)'")
    }
    if !isOwn { return try ForeignModel.read(path: path) }
    if format != "gltf" && format != "glb" { return try MeshDocument.read(path: path, format: format) }
    var translation = try GLTFTranslation(GLTFFile(path: path))
    return (try translation.document(), translation.warnings)
  }
}
