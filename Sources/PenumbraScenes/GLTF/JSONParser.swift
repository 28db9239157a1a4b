import Foundation

/// Reads JSON (RFC 8259) with a limit on nesting, and says where it is wrong.
struct JSONParser {
  private var scanner: ByteScanner
  private var depth = 0

  /// glTF files nest a few levels; thousands would exhaust the stack.
  private static let maximumDepth = 128

  static func parse(_ bytes: [UInt8], file: String) throws(SceneError) -> JSONValue {
    var parser = JSONParser(scanner: ByteScanner(file: file, bytes: bytes))
    let value = try parser.value()
    parser.scanner.skipWhitespace()
    // Containers pad their JSON with spaces, some writers with zeros.
    while parser.peek == 0 { parser.scanner.offset += 1 }
    guard parser.scanner.isAtEnd else { throw parser.fault("the end of the file") }
    return value
  }

  private init(scanner: ByteScanner) { self.scanner = scanner }

  private var peek: UInt8? { scanner.isAtEnd ? nil : scanner.bytes[scanner.offset] }

  private func fault(_ expected: String) -> SceneError {
    let found = peek.map { "'\(String(decoding: [$0], as: UTF8.self))'" } ?? "the end of the file"
    return scanner.fault(expected, found: found)
  }

  private mutating func value() throws(SceneError) -> JSONValue {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw scanner.fault("at most \(Self.maximumDepth) levels of nesting", found: "more", .outOfRange)
    }
    scanner.skipWhitespace()
    switch peek {
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws(SceneError) -> JSONValue {
    let end = scanner.offset + text.utf8CodeUnitCount
    guard end <= scanner.bytes.count, scanner.equals(scanner.offset..<end, text) else { throw fault("a JSON value") }
    scanner.offset = end
    return value
  }

  private mutating func number() throws(SceneError) -> Double {
    let start = scanner.offset
    while let byte = peek, (0x30...0x39).contains(byte) || "+-.eE".utf8.contains(byte) { scanner.offset += 1 }
    let text = String(decoding: scanner.bytes[start..<min(scanner.offset, start + 400)], as: UTF8.self)
    guard scanner.offset > start, let value = Double(text), value.isFinite else {
      scanner.offset = start
      throw fault("a JSON value")
    }
    return value
  }

  /// Moves past `separator`, or past `end`, which it reports.
  private mutating func isLast(_ separator: StaticString, _ end: UInt8) throws(SceneError) -> Bool {
    scanner.skipWhitespace()
    if peek == UInt8(ascii: ",") {
      scanner.offset += 1
      return false
    }
    guard peek == end else { throw fault("',' or '\(String(decoding: [end], as: UTF8.self))'") }
    scanner.offset += 1
    return true
  }

  private mutating func array() throws(SceneError) -> [JSONValue] {
    scanner.offset += 1
    scanner.skipWhitespace()
    var elements: [JSONValue] = []
    if peek == UInt8(ascii: "]") {
      scanner.offset += 1
      return elements
    }
    repeat { elements.append(try value()) } while try !isLast(",", UInt8(ascii: "]"))
    return elements
  }

  private mutating func object() throws(SceneError) -> [String: JSONValue] {
    scanner.offset += 1
    scanner.skipWhitespace()
    var members: [String: JSONValue] = [:]
    if peek == UInt8(ascii: "}") {
      scanner.offset += 1
      return members
    }
    repeat {
      scanner.skipWhitespace()
      guard peek == UInt8(ascii: "\"") else { throw fault("a name in quotation marks") }
      let name = try string()
      scanner.skipWhitespace()
      guard peek == UInt8(ascii: ":") else { throw fault("':'") }
      scanner.offset += 1
      members[name] = try value()
    } while try !isLast(",", UInt8(ascii: "}"))
    return members
  }

  private mutating func string() throws(SceneError) -> String {
    scanner.offset += 1
    var bytes: [UInt8] = []
    while let byte = peek {
      scanner.offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: bytes, as: UTF8.self) else { throw fault("UTF-8 text") }
        return text
      case UInt8(ascii: "\\"): try escape(&bytes)
      case 0..<0x20: throw fault("text without control characters")
      default: bytes.append(byte)
      }
    }
    throw fault("a closing quotation mark")
  }

  private mutating func escape(_ bytes: inout [UInt8]) throws(SceneError) {
    guard let byte = peek else { throw fault("an escaped character") }
    scanner.offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(byte)
    case UInt8(ascii: "b"): bytes.append(0x08)
    case UInt8(ascii: "f"): bytes.append(0x0C)
    case UInt8(ascii: "n"): bytes.append(0x0A)
    case UInt8(ascii: "r"): bytes.append(0x0D)
    case UInt8(ascii: "t"): bytes.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code), scanner.offset + 1 < scanner.bytes.count,
        scanner.equals(scanner.offset..<(scanner.offset + 2), "\\u")
      {
        scanner.offset += 2
        code = 0x10000 + (code - 0xD800) << 10 + (try hexadecimal() &- 0xDC00) & 0x3FF
      }
      bytes += Array(String(UnicodeScalar(code) ?? "\u{FFFD}").utf8)
    default: throw fault("a JSON escape")
    }
  }

  private mutating func hexadecimal() throws(SceneError) -> UInt32 {
    let end = scanner.offset + 4
    guard end <= scanner.bytes.count,
      let code = UInt32(String(decoding: scanner.bytes[scanner.offset..<end], as: UTF8.self), radix: 16)
    else { throw fault("four hexadecimal digits") }
    scanner.offset = end
    return code
  }
}

/// A value of a JSON file.
enum JSONValue {
  case null
  case boolean(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  var typeName: String {
    switch self {
    case .null: "null"
    case .boolean: "a boolean"
    case .number(let value): "\(value)"
    case .string(let text): "'\(text)'"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
