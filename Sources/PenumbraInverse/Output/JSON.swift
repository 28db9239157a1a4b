/// A JSON document whose objects keep their order, so that equal results give equal bytes.
public indirect enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  /// Written as the shortest decimal that reads back as the same `Float`.
  case float(Float)
  /// Written as the shortest decimal that reads back as the same `Double`.
  case double(Double)
  case string(String)
  case array([JSON])
  case object([(String, JSON)])

  /// A scalar for one value, an array otherwise.
  public static func numbers(_ values: some Collection<Float>, scalar: Bool) -> JSON {
    if scalar, let value = values.first { return .float(value) }
    return .array(values.map(JSON.float))
  }

  public static func == (left: JSON, right: JSON) -> Bool { left.text == right.text }

  /// The document, indented by two spaces, without a final newline; arrays of plain values stay on one line.
  public var text: String {
    var text = ""
    write(to: &text, indent: "")
    return text
  }

  private func write(to text: inout String, indent: String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .float(let value): text += Self.number(value)
    case .double(let value): text += Self.number(value)
    case .string(let value): text += Self.quoted(value)
    case .array(let items):
      if items.allSatisfy(\.isPlain) {
        text += "[" + items.map(\.text).joined(separator: ", ") + "]"
      } else {
        Self.writeBlock("[", items.map { (nil, $0) }, "]", to: &text, indent: indent)
      }
    case .object(let members):
      guard !members.isEmpty else { return text += "{}" }
      Self.writeBlock("{", members.map { ($0.0, $0.1) }, "}", to: &text, indent: indent)
    }
  }

  private var isPlain: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }

  private static func writeBlock(
    _ open: String, _ members: [(name: String?, value: JSON)], _ close: String, to text: inout String, indent: String
  ) {
    text += open
    for (index, member) in members.enumerated() {
      text += (index == 0 ? "\n" : ",\n") + indent + "  "
      if let name = member.name { text += quoted(name) + ": " }
      member.value.write(to: &text, indent: indent + "  ")
    }
    text += "\n" + indent + close
  }

  /// JSON has no infinity, but a decimal out of range reads back as one; NaN becomes null.
  private static func number(_ value: some BinaryFloatingPoint & CustomStringConvertible) -> String {
    if value.isNaN { return "null" }
    if value.isInfinite { return value < 0 ? "-1e999" : "1e999" }
    return value.description
  }

  private static func quoted(_ string: String) -> String {
    var quoted = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\r": quoted += "\\r"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
