import Foundation

/// Reads whole input files, with limits.
enum SourceFile {
  /// Scene descriptions above this size are refused.
  static let maximumSceneBytes = 256 << 20
  /// Meshes above this size are refused.
  static let maximumMeshBytes = 8 << 30

  /// The bytes of a file.
  ///
  /// - Parameters:
  ///   - referrer: where another file refers to it; `nil` for the file the user named.
  static func read(_ path: String, referrer: SourceLocation?, maximumBytes: Int) throws(SceneError) -> [UInt8] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      guard let referrer else { throw SceneError(.missingScene, at: path, found: "no such file") }
      throw SceneError(.missingFile, at: referrer.description, found: "file '\(path)' does not exist")
    }
    func unreadable(_ found: String) -> SceneError {
      SceneError(.unreadable, at: path, expected: "a readable file", found: found)
    }
    guard !isDirectory.boolValue else { throw unreadable("a directory") }
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      let type = attributes[.type] as? FileAttributeType
      guard type == .typeRegular || type == .typeSymbolicLink else { throw unreadable("a special file") }
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
      guard bytes.count <= maximumBytes else {
        throw SceneError(
          .unreadable, at: path, expected: "at most \(maximumBytes >> 20) MiB", found: "\(bytes.count >> 20) MiB")
      }
      return [UInt8](bytes)
    } catch let error as SceneError {
      throw error
    } catch {
      throw unreadable(error.localizedDescription)
    }
  }
}
