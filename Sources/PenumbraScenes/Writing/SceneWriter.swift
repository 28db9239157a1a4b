public import PenumbraImages

/// Writes a scene with its present θ as files that load again here and in Mitsuba 3.
public enum SceneWriter {
  /// Writes `scene.xml`, `meshes/*.ply` and `textures/*.exr` below `directory`, which is made when absent.
  ///
  /// Poses are applied: the written scene begins with poses of zero. Includes and defaults are resolved; keys stay the
  /// same. Every file is replaced as a whole, `scene.xml` last.
  public static func write(_ loaded: LoadedScene, to directory: String) throws(ImageError) {
    try OutputFolder.write(files(of: loaded), to: directory)
  }

  /// Writes the scene under another name than `scene.xml`, with its meshes and textures beside it.
  public static func write(_ loaded: LoadedScene, toFile path: String) throws(ImageError) {
    var files = try files(of: loaded)
    let folder = SearchPath.folder(of: path)
    files[files.count - 1].path = String(
      path.dropFirst(folder.isEmpty ? 0 : folder.hasSuffix("/") ? 1 : folder.count + 1))
    try OutputFolder.write(files, to: folder.isEmpty ? "." : folder)
  }

  /// The files that `write` makes: relative paths and contents, `scene.xml` last.
  public static func files(of loaded: LoadedScene) throws(ImageError) -> [(path: String, bytes: [UInt8])] {
    var emitter = SceneEmission(loaded)
    let text = try emitter.sceneText()
    return emitter.files + [("scene.xml", Array(text.utf8))]
  }
}
