/// Checks that a document is UTF-8 without control characters, before anything else looks at it.
enum MarkupEncoding {
  static func check(_ bytes: [UInt8], file: String) throws(SceneError) {
    if String(validating: bytes, as: UTF8.self) == nil {
      let offset = firstInvalidOffset(bytes)
      throw fault(bytes, offset, file: file, found: "byte 0x\(String(bytes[offset], radix: 16)), which is not UTF-8")
    }
    if let offset = bytes.firstIndex(where: { $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }) {
      throw fault(bytes, offset, file: file, found: "control character 0x\(String(bytes[offset], radix: 16))")
    }
  }

  private static func firstInvalidOffset(_ bytes: [UInt8]) -> Int {
    var (offset, decoder, iterator) = (0, UTF8(), bytes.makeIterator())
    while case .scalarValue(let scalar) = decoder.decode(&iterator) { offset += UTF8.width(scalar) }
    return min(offset, bytes.count - 1)
  }

  private static func fault(_ bytes: [UInt8], _ offset: Int, file: String, found: String) -> SceneError {
    var cursor = MarkupCursor(file: file, bytes: bytes)
    cursor.advance(by: max(0, offset - cursor.offset))
    return SceneError(.malformed, at: cursor.location.description, expected: "UTF-8 text", found: found)
  }
}
