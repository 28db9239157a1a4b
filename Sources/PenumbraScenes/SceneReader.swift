/// Reads scene files of Mitsuba 3.
///
/// Keys of parameters follow Mitsuba's `traverse()`: an object directly inside `<scene>` begins its keys with its id, or,
/// when it has none, with its tag (`shape`, `shape_1`, … in document order); nested objects are named by their slot.
public enum SceneReader {
  /// Reads a scene with everything it refers to.
  ///
  /// - Throws: the first fault, with the file and the place in it.
  public static func load(path: String, options: SceneLoadOptions = SceneLoadOptions()) throws(SceneError)
    -> LoadedScene
  {
    let document = try DocumentReader.read(path: path, defines: options.defines)
    var assembler = SceneAssembler(document, options: options)
    let scene = try assembler.assemble()
    return LoadedScene(
      scene: scene, source: SceneSource(path: path, document: document, bindings: assembler.bindings),
      warnings: assembler.warnings)
  }
}
