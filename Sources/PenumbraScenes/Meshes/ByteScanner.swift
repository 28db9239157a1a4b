/// Reads words and numbers from text in memory, without making strings.
struct ByteScanner {
  let file: String
  let bytes: [UInt8]
  var offset: Int
  var line: Int

  init(file: String, bytes: [UInt8], offset: Int = 0, line: Int = 1) {
    (self.file, self.bytes, self.offset, self.line) = (file, bytes, offset, line)
    // A byte order mark, which editors leave in UTF-8.
    if offset == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { self.offset = 3 }
  }

  var isAtEnd: Bool { offset >= bytes.count }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

  mutating func skipBlanks() {
    while offset < bytes.count, Self.isBlank(bytes[offset]) { offset += 1 }
  }

  /// Whether nothing but blanks is left in this line.
  mutating func isAtLineEnd() -> Bool {
    skipBlanks()
    return offset >= bytes.count || bytes[offset] == 0x0A
  }

  /// Moves past a backslash at the end of the line, where there is one.
  mutating func continuesOnNextLine() -> Bool {
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\\") else { return false }
    let start = offset
    offset += 1
    guard isAtLineEnd() else {
      offset = start
      return false
    }
    nextLine()
    return true
  }

  mutating func nextLine() {
    while offset < bytes.count, bytes[offset] != 0x0A { offset += 1 }
    if offset < bytes.count { offset += 1 }
    line += 1
  }

  /// Blanks and line ends.
  mutating func skipWhitespace() {
    while offset < bytes.count, Self.isBlank(bytes[offset]) || bytes[offset] == 0x0A {
      if bytes[offset] == 0x0A { line += 1 }
      offset += 1
    }
  }

  /// The next word of this line; empty at its end.
  mutating func word() -> Range<Int> {
    skipBlanks()
    let start = offset
    while offset < bytes.count, !Self.isBlank(bytes[offset]), bytes[offset] != 0x0A { offset += 1 }
    return start..<offset
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range.prefix(40)], as: UTF8.self) }

  func equals(_ range: Range<Int>, _ word: StaticString) -> Bool {
    guard range.count == word.utf8CodeUnitCount else { return false }
    return word.withUTF8Buffer { expected in
      for (index, byte) in expected.enumerated() where bytes[range.lowerBound + index] != byte { return false }
      return true
    }
  }

  /// A finite number; `what` says which, without an article.
  mutating func float(_ what: String) throws(SceneError) -> Float {
    let range = word()
    guard let value = number(range) else { throw fault("a \(what)", found: describe(range)) }
    guard value.isFinite else { throw fault("a finite \(what)", found: describe(range)) }
    return value
  }

  mutating func integer(_ what: String) throws(SceneError) -> Int {
    let range = word()
    var scanner = self
    scanner.offset = range.lowerBound
    guard let value = scanner.signedInteger(), scanner.offset == range.upperBound else {
      throw fault(what, found: describe(range))
    }
    return value
  }

  /// Digits with an optional sign, at the cursor; `nil` when there are none or too many.
  mutating func signedInteger() -> Int? {
    var isNegative = false
    if offset < bytes.count, bytes[offset] == UInt8(ascii: "-") || bytes[offset] == UInt8(ascii: "+") {
      isNegative = bytes[offset] == UInt8(ascii: "-")
      offset += 1
    }
    let start = offset
    var value = 0
    while offset < bytes.count, case let digit = bytes[offset] &- 0x30, digit <= 9 {
      guard offset - start < 18 else { return nil }
      value = value * 10 + Int(digit)
      offset += 1
    }
    return offset > start ? (isNegative ? -value : value) : nil
  }

  func fault(_ expected: String, found: String, _ code: SceneError.Code = .malformed) -> SceneError {
    SceneError(code, at: "\(file):\(line)", expected: expected, found: found)
  }

  func describe(_ range: Range<Int>) -> String {
    if !range.isEmpty { return "'\(text(range))'" }
    return offset >= bytes.count ? "the end of the file" : "the end of the line"
  }
}
