/// A position in UTF-8 text that knows its line and column.
struct MarkupCursor {
  let file: String
  let bytes: [UInt8]
  private(set) var offset = 0
  private var line = 1
  private var lineStart = 0

  init(file: String, bytes: [UInt8]) {
    (self.file, self.bytes) = (file, bytes)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { (offset, lineStart) = (3, 3) }
  }

  var isAtEnd: Bool { offset >= bytes.count }
  var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// The column counts bytes, which is what editors jump to.
  var location: SourceLocation { SourceLocation(file: file, line: line, column: offset - lineStart + 1) }

  func starts(with text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard offset + length <= bytes.count else { return false }
    return text.withUTF8Buffer { expected in
      for index in 0..<length where bytes[offset + index] != expected[index] { return false }
      return true
    }
  }

  mutating func advance(by count: Int = 1) {
    for _ in 0..<count where offset < bytes.count {
      if bytes[offset] == UInt8(ascii: "\n") { (line, lineStart) = (line + 1, offset + 1) }
      offset += 1
    }
  }

  /// - Returns: whether any whitespace was skipped.
  @discardableResult
  mutating func skipWhitespace() -> Bool {
    let start = offset
    while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { advance() }
    return offset > start
  }

  /// Moves behind `terminator`; `false` when the text ends first.
  mutating func skip(past terminator: StaticString) -> Bool {
    while !isAtEnd {
      if starts(with: terminator) {
        advance(by: terminator.utf8CodeUnitCount)
        return true
      }
      advance()
    }
    return false
  }

  func text(from start: Int) -> String { String(decoding: bytes[start..<offset], as: UTF8.self) }
}
