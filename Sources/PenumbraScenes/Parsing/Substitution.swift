/// `$name` in attributes: values of `<default>` elements and of `-D name=value`.
struct Substitution {
  private var values: [String: String]
  private let overrides: [String: String]
  private(set) var used: Set<String> = []

  init(overrides: [String: String]) { (values, self.overrides) = (overrides, overrides) }

  /// Names that may stand behind a `$` here.
  var names: [String] { Array(values.keys) }

  /// Overrides that no `$name` or `<default>` mentioned.
  var unusedOverrides: [String] { overrides.keys.filter { !used.contains($0) }.sorted() }

  /// A `<default>`: gives `name` a value unless it has one already.
  mutating func define(_ name: String, value: String) {
    used.insert(name)
    if values[name] == nil { values[name] = value }
  }

  /// Replaces every `$name`, longest known name first; `\$` is a plain dollar sign.
  ///
  /// Values are inserted as they are and never searched again, so definitions cannot be cyclic.
  mutating func expand(_ text: String, at location: SourceLocation) throws(SceneError) -> String {
    guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
    var (result, rest) = ("", Substring(text))
    while let character = rest.first {
      rest.removeFirst()
      if character == "\\", rest.first == "$" {
        result.append(rest.removeFirst())
      } else if character == "$" {
        var name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        let written = name
        while values[String(name)] == nil, !name.isEmpty { name.removeLast() }
        guard !name.isEmpty, let value = values[String(name)] else {
          let hint = suggestion(for: String(written), among: names)
          throw SceneError(.unknownName, at: location.description, found: "'$\(written)' has no value\(hint)")
        }
        used.insert(String(name))
        result += value
        rest.removeFirst(name.count)
      } else {
        result.append(character)
      }
    }
    return result
  }
}
