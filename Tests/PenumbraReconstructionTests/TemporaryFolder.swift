import Foundation

/// Folders of the tests of one suite, removed when it is done with, however a test ends.
final class TemporaryFolder: Sendable {
  let path: String

  init(_ name: String) throws {
    path = NSTemporaryDirectory() + "\(name) \(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A new folder inside.
  func folder() throws -> String {
    let inner = "\(path)/\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
    return inner
  }
}
