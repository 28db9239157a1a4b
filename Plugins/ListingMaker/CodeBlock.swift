/// A fenced block of Swift code in a text.
struct CodeBlock {
  /// Number of the first line of code, from 1.
  var line: Int
  var lines: [String]

  /// All blocks of a Markdown text, or of the documentation comments of a Swift file.
  ///
  /// - Returns: `nil` for a block without an end.
  static func all(in text: String, isSwift: Bool) -> [CodeBlock]? {
    var blocks: [CodeBlock] = []
    var open: CodeBlock?
    for (index, var line) in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).enumerated()
    {
      if isSwift {
        guard line.hasPrefix("///") else { continue }
        line.removeFirst(line.hasPrefix("/// ") ? 4 : 3)
      }
      if let block = open {
        if line == "```" {
          blocks.append(block)
          open = nil
        } else {
          open?.lines.append(line)
        }
      } else if line == "```swift" {
        open = CodeBlock(line: index + 2, lines: [])
      }
    }
    return open == nil ? blocks : nil
  }
}
