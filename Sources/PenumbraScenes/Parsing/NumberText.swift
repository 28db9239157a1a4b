/// Numbers as scene files write them, separated by commas or whitespace.
enum NumberText {
  static func double(_ text: some StringProtocol, at location: SourceLocation) throws(SceneError) -> Double {
    let digits = trimmed(text)
    guard let value = isDecimal(digits) ? Double(digits) : nil else {
      throw SceneError(.wrongType, at: location.description, expected: "a number", found: "'\(text)'")
    }
    guard value.isFinite, abs(value) <= Double(Float.greatestFiniteMagnitude) else {
      throw SceneError(.outOfRange, at: location.description, expected: "a finite number", found: "'\(text)'")
    }
    return value
  }

  static func integer(_ text: some StringProtocol, at location: SourceLocation) throws(SceneError) -> Int {
    guard let value = Int64(trimmed(text)) else {
      throw SceneError(.wrongType, at: location.description, expected: "an integer", found: "'\(text)'")
    }
    return Int(value)
  }

  /// - Parameter counts: how many numbers are allowed.
  static func list(_ text: String, counts: [Int], at location: SourceLocation) throws(SceneError) -> [Double] {
    let parts = text.split { $0 == "," || $0.isWhitespace }
    guard counts.contains(parts.count) else {
      let allowed = counts.map(String.init).joined(separator: " or ")
      throw SceneError(.wrongType, at: location.description, expected: "\(allowed) numbers", found: "'\(text)'")
    }
    var values: [Double] = []
    for part in parts { values.append(try double(part, at: location)) }
    return values
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    var result = text.drop { $0.isWhitespace }[...]
    while let last = result.last, last.isWhitespace { result.removeLast() }
    return String(result)
  }

  /// `Double.init` also reads hexadecimal; `nan` and `inf` pass here and are refused as not finite.
  private static func isDecimal(_ text: String) -> Bool {
    !text.isEmpty && !text.utf8.contains { $0 | 0x20 == UInt8(ascii: "x") || $0 | 0x20 == UInt8(ascii: "p") }
  }
}
