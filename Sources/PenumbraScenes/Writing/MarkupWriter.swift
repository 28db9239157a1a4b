/// Indented XML text.
struct MarkupWriter {
  private(set) var text = ""
  private var depth = 0

  mutating func open(_ name: String, _ attributes: [(String, String)]) {
    line("<\(name)\(Self.list(attributes))>")
    depth += 1
  }

  mutating func close(_ name: String) {
    depth -= 1
    line("</\(name)>")
  }

  mutating func empty(_ name: String, _ attributes: [(String, String)]) { line("<\(name)\(Self.list(attributes))/>") }

  mutating func property(_ tag: String, _ name: String, _ value: String) {
    empty(tag, [("name", name), ("value", value)])
  }

  /// - Parameter text: without two hyphens in a row.
  mutating func comment(_ text: String) { line("<!-- \(text) -->") }

  /// - Parameter elements: 16 numbers, row-major.
  mutating func transform(_ name: String, _ elements: [String]) {
    open("transform", [("name", name)])
    empty("matrix", [("value", elements.joined(separator: " "))])
    close("transform")
  }

  private mutating func line(_ content: String) {
    text += String(repeating: "  ", count: depth) + content + "\n"
  }

  private static func list(_ attributes: [(String, String)]) -> String {
    attributes.map { " \($0)=\"\(escaped($1))\"" }.joined()
  }

  /// A `$` would be read as a parameter, so it is escaped as well.
  private static func escaped(_ value: String) -> String {
    var result = ""
    for character in value {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "$": result += "\\$"
      default: result.append(character)
      }
    }
    return result
  }
}
