import CHugePages
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
    func tooLarge(_ size: Int) -> SceneError {
      SceneError(.unreadable, at: path, expected: "at most \(maximumBytes >> 20) MiB", found: "\(size >> 20) MiB")
    }
    guard !isDirectory.boolValue else { throw unreadable("a directory") }
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      let type = attributes[.type] as? FileAttributeType
      guard type == .typeRegular || type == .typeSymbolicLink else { throw unreadable("a special file") }
      let size = (attributes[.size] as? NSNumber)?.intValue ?? 0
      if type == .typeRegular {
        guard size <= maximumBytes else { throw tooLarge(size) }
        if let bytes = bytes(of: path, count: size) { return bytes }
      }
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
      guard bytes.count <= maximumBytes else { throw tooLarge(bytes.count) }
      return [UInt8](bytes)
    } catch let error as SceneError {
      throw error
    } catch {
      throw unreadable(error.localizedDescription)
    }
  }

  /// The bytes of a regular file, read where they stay; `nil` if they are not as many as its size says.
  private static func bytes(of path: String, count: Int) -> [UInt8]? {
    guard let stream = InputStream(fileAtPath: path) else { return nil }
    stream.open()
    defer { stream.close() }
    let result = [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
      chugepages_advise(output.baseAddress, count)
      while initialized < count, let base = output.baseAddress {
        let read = stream.read(base + initialized, maxLength: count - initialized)
        guard read > 0 else { break }
        initialized += read
      }
    }
    return result.count == count && !result.isEmpty ? result : nil
  }
}
