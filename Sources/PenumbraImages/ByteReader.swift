/// A cursor over bytes that cannot run past their end.
struct ByteReader {
  let bytes: [UInt8]
  private(set) var position: Int

  init(_ bytes: [UInt8], at position: Int = 0) {
    (self.bytes, self.position) = (bytes, position)
  }

  var remaining: Int { bytes.count - position }

  /// The next byte, or `nil` at the end.
  mutating func byte() -> UInt8? {
    guard position < bytes.count else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  /// The range of the next `count` bytes, or `nil` where fewer remain.
  mutating func take(_ count: Int) -> Range<Int>? {
    guard count >= 0, count <= remaining else { return nil }
    defer { position += count }
    return position..<position + count
  }

  /// The next run of bytes that are not white space, skipping white space before it; `nil` beyond `limit` bytes.
  mutating func word(limit: Int = 64) -> String? {
    while position < bytes.count, isSpace(bytes[position]) { position += 1 }
    let start = position
    while position < bytes.count, !isSpace(bytes[position]) { position += 1 }
    guard start < position, position - start <= limit else { return nil }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// The bytes up to the next line feed, which is skipped; `nil` where none follows within `limit` bytes.
  mutating func line(limit: Int = 4096) -> String? {
    guard let end = bytes[position..<min(position + limit, bytes.count)].firstIndex(of: 10) else { return nil }
    defer { position = end + 1 }
    return String(decoding: bytes[position..<end], as: UTF8.self)
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
}
