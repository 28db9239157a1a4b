extension MarkupParser {
  mutating func readName() throws(SceneError) -> String {
    let start = cursor.offset
    while let byte = cursor.current, Self.isNameByte(byte, first: cursor.offset == start) { cursor.advance() }
    guard cursor.offset > start else { throw fault("a name", found()) }
    return cursor.text(from: start)
  }

  mutating func readAttribute() throws(SceneError) -> MarkupElement.Attribute {
    let here = cursor.location
    let name = try readName()
    cursor.skipWhitespace()
    guard cursor.current == UInt8(ascii: "=") else { throw fault("'=' after '\(name)'", found()) }
    cursor.advance()
    cursor.skipWhitespace()
    guard let quote = cursor.current, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
      throw fault("a quoted value for '\(name)'", found())
    }
    cursor.advance()
    var value: [UInt8] = []
    while let byte = cursor.current, byte != quote {
      switch byte {
      case UInt8(ascii: "<"): throw fault("the value of '\(name)' to end before the next tag", "'<'")
      case UInt8(ascii: "&"): value += try readReference()
      case 0x09, 0x0A, 0x0D:
        value.append(0x20)
        cursor.advance()
      default:
        value.append(byte)
        cursor.advance()
      }
    }
    guard !cursor.isAtEnd else { throw fault("the closing quote of '\(name)'", "the end of the file", at: here) }
    cursor.advance()
    return MarkupElement.Attribute(name: name, value: String(decoding: value, as: UTF8.self), location: here)
  }

  /// `&amp;` and its like, or a character number.
  private mutating func readReference() throws(SceneError) -> [UInt8] {
    let here = cursor.location
    cursor.advance()
    let start = cursor.offset
    while let byte = cursor.current, byte != UInt8(ascii: ";"), cursor.offset - start < 16 { cursor.advance() }
    let name = cursor.text(from: start)
    guard cursor.current == UInt8(ascii: ";") else { throw fault("'&amp;' or a character reference", "'&'", at: here) }
    cursor.advance()
    switch name {
    case "lt": return [UInt8(ascii: "<")]
    case "gt": return [UInt8(ascii: ">")]
    case "amp": return [UInt8(ascii: "&")]
    case "quot": return [UInt8(ascii: "\"")]
    case "apos": return [UInt8(ascii: "'")]
    default: break
    }
    let number =
      name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
    guard let scalar = number.flatMap(Unicode.Scalar.init), scalar.value >= 0x20 else {
      throw fault("a predefined entity such as '&amp;'", "'&\(name);'", at: here)
    }
    return Array(String(Character(scalar)).utf8)
  }

  private static func isNameByte(_ byte: UInt8, first: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...: true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"): !first
    default: false
    }
  }
}
