import CPNG

/// What the reader needs of a PNG file's chunks, with the compressed pixels joined.
struct PNGChunks {
  let header: PNGHeader
  /// Compressed pixels: the IDAT chunks in file order.
  private(set) var compressed: [UInt8] = []
  /// Red, green and blue of each palette entry, 3 bytes each.
  private(set) var palette: [UInt8] = []
  /// The tRNS chunk: palette alphas, or the sample values that are transparent.
  private(set) var transparency: [UInt8] = []
  /// Whether the file says that its colours are sRGB; a colour profile counts, because none are interpreted.
  private(set) var isSRGB = false
  /// The gAMA chunk: encoded = linear ^ gamma; `nil` where absent or senseless.
  private(set) var gamma: Double?

  init(_ source: ImageSource) throws(ImageError) {
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    guard source.bytes.starts(with: signature) else {
      throw source.malformed(
        "PNG signature", expected: signature.map(hexadecimal).joined(separator: " "),
        found: source.bytes.prefix(8).map(hexadecimal).joined(separator: " "))
    }
    var reader = ByteReader(source.bytes, at: signature.count)
    let first = try Chunk(&reader, of: source)
    guard first.type == "IHDR" else {
      throw source.malformed("PNG first chunk", expected: "IHDR", found: first.type)
    }
    header = try PNGHeader(source, payload: first.payload)
    var chunk = first
    repeat {
      chunk = try Chunk(&reader, of: source)
      try take(chunk, of: source)
    } while chunk.type != "IEND"
    guard !compressed.isEmpty else {
      throw source.malformed("PNG chunks", expected: "an IDAT chunk", found: "none")
    }
    guard header.colorType != .palette || !palette.isEmpty else {
      throw source.malformed("PNG chunks", expected: "a PLTE chunk", found: "none")
    }
  }

  private mutating func take(_ chunk: Chunk, of source: ImageSource) throws(ImageError) {
    let payload = source.bytes[chunk.payload]
    switch chunk.type {
    case "IDAT": compressed += payload
    case "PLTE":
      guard payload.count % 3 == 0, (3...768).contains(payload.count), palette.isEmpty else {
        throw source.malformed("PNG PLTE", expected: "one palette of 1 to 256 colors", found: "\(payload.count) bytes")
      }
      palette = Array(payload)
    case "tRNS": transparency = Array(payload)
    case "sRGB", "iCCP": isSRGB = true
    case "gAMA":
      let value = payload.reduce(0) { $0 << 8 | UInt64($1) & 0xFF }
      if payload.count == 4, (100...10_000_000).contains(value) { gamma = Double(value) / 100_000 }
    case "IEND": break
    default:
      guard chunk.isAncillary else {
        throw source.unsupported("PNG chunks", expected: "IHDR, PLTE, IDAT or IEND", found: "critical \(chunk.type)")
      }
    }
  }
}

/// One chunk: type and where its payload is. Critical chunks must match their checksum; damaged others are emptied.
private struct Chunk {
  let type: String
  let payload: Range<Int>
  let isAncillary: Bool

  init(_ reader: inout ByteReader, of source: ImageSource) throws(ImageError) {
    let start = reader.position
    guard let length = reader.bigEndian32(), let typeRange = reader.take(4) else {
      throw source.truncated("PNG chunk at byte \(start)", needs: start + 12)
    }
    let type = String(decoding: source.bytes[typeRange], as: UTF8.self)
    guard source.bytes[typeRange].allSatisfy({ (65...90).contains($0) || (97...122).contains($0) }) else {
      throw source.malformed(
        "PNG chunk at byte \(start)", expected: "four letters as type",
        found: source.bytes[typeRange].map(hexadecimal).joined(separator: " "))
    }
    guard let payload = reader.take(Int(length)), let checksum = reader.bigEndian32() else {
      throw source.truncated("PNG chunk \(type) at byte \(start)", needs: start + 12 + Int(length))
    }
    isAncillary = source.bytes[typeRange.lowerBound] & 0x20 != 0
    let computed = source.bytes.withUnsafeBufferPointer {
      crc32(0, $0.baseAddress! + typeRange.lowerBound, UInt32(4 + payload.count))
    }
    let isIntact = computed == UInt(checksum)
    guard isIntact || isAncillary else {
      throw source.malformed(
        "PNG chunk \(type) at byte \(start)", expected: "checksum \(String(computed, radix: 16))",
        found: String(checksum, radix: 16))
    }
    self.type = type
    self.payload = isIntact ? payload : payload.lowerBound..<payload.lowerBound
  }
}
