import Foundation
import Testing

/// Input files beside the checkout, which are not part of the repository.
struct SharedData {
  let folder: String

  static let pngSuite = SharedData(folder: "torture/pngsuite/png")
  static let openEXR = SharedData(folder: "torture/openexr_test_suite")
  static let all = SharedData(folder: "")

  var url: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("shared/data/\(folder)")
  }

  var isPresent: Bool { FileManager.default.fileExists(atPath: url.path) }

  var absence: Comment { "needs the folder ../shared/data/\(folder)" }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Names of the files with the given extension, sorted.
  func names(_ type: String) -> [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    return all.filter { $0.hasSuffix("." + type) }.sorted()
  }
}
