import Foundation
import Testing

/// Compares a text with `Snapshots/NAME.txt`; with `PENUMBRA_UPDATE_SNAPSHOTS` set, writes the file instead.
func expectSnapshot(_ text: String, named name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Snapshots")
  let file = folder.appendingPathComponent("\(name).txt")
  if ProcessInfo.processInfo.environment["PENUMBRA_UPDATE_SNAPSHOTS"] != nil {
    return try Data(text.utf8).write(to: file)
  }
  let expected = try String(contentsOf: file, encoding: .utf8)
  #expect(text == expected, "\(name).txt differs", sourceLocation: sourceLocation)
}
