public import PenumbraTransport

/// What the caller may change while a scene is read.
public struct SceneLoadOptions: Sendable {
  /// Values of `$name` that replace the scene's `<default>` elements.
  public var defines: [String: String]
  /// Replaces every film's size; `fov_axis` is resolved after it.
  public var filmSize: (width: Int, height: Int)?

  public init(defines: [String: String] = [:], filmSize: (width: Int, height: Int)? = nil) {
    (self.defines, self.filmSize) = (defines, filmSize)
  }
}

/// A scene and where it came from.
public struct LoadedScene: Sendable {
  /// Its θ may be changed; the writer takes the values from here.
  public var scene: Scene
  /// What the writer needs beside θ.
  public let source: SceneSource
  /// Things worth telling the user, one line each.
  public let warnings: [String]
}

/// The description that a scene was built from.
public struct SceneSource: Sendable {
  /// The file that was read.
  public let path: String
  let document: SceneDocument
  let bindings: SceneBindings
}
