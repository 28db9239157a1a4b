import Foundation

/// The Swift code of a text as a program: an enum with one function, `run`.
///
/// Blocks of a text follow one another. Each opens a scope within the scope of the one before, so it sees what earlier blocks
/// declared and may use their names again. Imports move to the top. `#sourceLocation` lets the compiler complain about the
/// line of the text.
struct Listing {
  var name: String
  /// Where the text is, for the compiler's messages.
  var path: String
  var blocks: [CodeBlock]

  var source: String {
    var imports: Set<String> = []
    var body = ""
    for (depth, block) in blocks.enumerated() {
      if depth > 0 { body += "do {\n" }
      body += "#sourceLocation(file: \"\(path)\", line: \(block.line))\n"
      for line in block.lines {
        if line.hasPrefix("import ") {
          imports.insert(line)
          body += "\n"
        } else {
          body += Self.placed(line) + "\n"
        }
      }
      body += "#sourceLocation()\n"
    }
    body += String(repeating: "}\n", count: max(0, blocks.count - 1))
    return """
      \(imports.sorted().joined(separator: "\n"))

      enum \(name) {
      /// - Parameters:
      ///   - package: the folder that the text is read in.
      ///   - output: the folder that stands for its `out`.
      static func run(package: String, output: String) async throws {
      \(body)}
      }

      """
  }

  /// Paths of a text are relative to the package, and what it writes goes to `out`.
  static func placed(_ line: String) -> String {
    line.replacingOccurrences(of: "\"Scenes/", with: "\"\\(package)/Scenes/")
      .replacingOccurrences(of: "\"out/", with: "\"\\(output)/")
  }
}
