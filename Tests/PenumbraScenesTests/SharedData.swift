import Foundation

/// Scenes that lie beside the package on development machines and are not part of it.
enum SharedData {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("shared").path

  static let isPresent = FileManager.default.fileExists(atPath: root)

  /// Every scene file below `folder`.
  static func scenes(in folder: String) -> [String] {
    let base = root + "/" + folder
    let files = FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".xml") }.sorted().map { base + "/" + $0 }
  }
}
