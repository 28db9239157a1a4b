import Foundation
import PenumbraScenes
import PenumbraTransport

/// A temporary folder with the files of one scene; removed with the object.
final class SceneFolder {
  let path: String

  init(_ files: [String: String] = [:]) {
    path = NSTemporaryDirectory() + "penumbra-scenes-" + UUID().uuidString
    for (name, text) in files { write(name, Data(text.utf8)) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ data: Data) {
    let file = path + "/" + name
    let folder = (file as NSString).deletingLastPathComponent
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    _ = FileManager.default.createFile(atPath: file, contents: data)
  }

  func load(_ name: String = "scene.xml", options: SceneLoadOptions = SceneLoadOptions()) throws(SceneError)
    -> LoadedScene
  {
    try SceneReader.load(path: path + "/" + name, options: options)
  }
}

/// Loads a scene that has `content` inside `<scene version="3.0.0">`.
func loadScene(_ content: String, version: String = "3.0.0", options: SceneLoadOptions = SceneLoadOptions())
  throws(SceneError) -> LoadedScene
{
  try SceneFolder(["scene.xml": wrapped(content, version: version)]).load(options: options)
}

func wrapped(_ content: String, version: String = "3.0.0") -> String {
  "<scene version=\"\(version)\">\n\(content)\n</scene>\n"
}

/// The error of a load that must fail.
func refusal(_ load: () throws -> LoadedScene) -> SceneError? {
  do {
    _ = try load()
    return nil
  } catch {
    return error as? SceneError
  }
}

extension Scene {
  /// Values of a parameter by key or alias; empty when there is none.
  func values(_ key: String) -> [Float] { structure.parameters[key].map { Array(theta[$0.range]) } ?? [] }
}
