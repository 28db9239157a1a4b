import Foundation
import Testing

@testable import PenumbraCLI

@Suite("Commands in documentation") struct DocumentedCommandTests {
  struct Line: Sendable, CustomTestStringConvertible {
    var text: String
    var place: String
    var testDescription: String { "\(place): \(text)" }
  }

  /// Every command line that begins with `penumbra` in a block of the README or of an article.
  static let lines: [Line] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let catalogue = root.appending(path: "Sources/Penumbra/Penumbra.docc")
    let articles = (try? FileManager.default.contentsOfDirectory(at: catalogue, includingPropertiesForKeys: nil)) ?? []
    let texts = [root.appending(path: "README.md")] + articles.filter { $0.pathExtension == "md" }
    return texts.sorted { $0.path < $1.path }.flatMap { text in
      commands(of: (try? String(contentsOf: text, encoding: .utf8)) ?? "", name: text.lastPathComponent)
    }
  }()

  /// Lines that end with a backslash go on in the next.
  private static func commands(of text: String, name: String) -> [Line] {
    var result: [Line] = []
    var isCode = false
    var begun: Line?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.hasPrefix("```") {
        isCode.toggle()
        continue
      }
      guard isCode else { continue }
      var command = begun ?? Line(text: "", place: "\(name):\(index + 1)")
      command.text += line
      if line.hasSuffix("\\") {
        command.text.removeLast()
        begun = command
        continue
      }
      begun = nil
      if command.text.hasPrefix("penumbra ") { result.append(command) }
    }
    return result
  }

  /// Words as a shell takes them: single quotes keep, `#` begins a comment, `>` names where the output goes.
  private static func words(_ line: String) -> [String] {
    var words: [String] = []
    for (index, part) in line.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
      if index % 2 == 1 {
        words.append(String(part))
        continue
      }
      for word in part.split(separator: " ") {
        if word == "#" || word == ">" { return words }
        words.append(String(word))
      }
    }
    return words
  }

  @Test("Are accepted by the parser", arguments: lines) func parses(line: Line) {
    let words = Array(Self.words(line.text).dropFirst())
    do {
      _ = try Session.parse(words)
    } catch {
      let outcome = Session.outcome(of: error, arguments: words)
      #expect(outcome.status == .success, "\(outcome.text)")
    }
  }

  @Test("Are found: the README and the articles show commands") func found() {
    #expect(Self.lines.contains { $0.place.hasPrefix("README.md") })
    #expect(Self.lines.count > 10)
  }
}
