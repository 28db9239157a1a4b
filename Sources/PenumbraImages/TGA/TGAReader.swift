/// Reads Truevision TGA pictures, plain or run-length encoded: grey of 8 bits, colours of 15, 16, 24 and 32 bits, and
/// palettes of these.
struct TGAReader {
  private let source: ImageSource

  private struct Header {
    var width = 0, height = 0
    /// Bytes of a stored pixel, and of a palette's entry.
    var pixelBytes = 0, entryBytes = 0
    var isGrey = false, isCoded = false, isPalette = false
    var isTopDown = false, isMirrored = false
    /// First byte of the palette, number of its first entry, and its entries.
    var palette = (start: 0, first: 0, count: 0)
    /// First byte of the pixels.
    var pixels = 0
  }

  init(_ source: ImageSource) { self.source = source }

  func image(encoding: Encoding) throws(ImageError) -> Image {
    let header = try header()
    let stored = try pixels(header)
    let light = encoding == .linear ? TransferCurve.linear.table(bits: 8) : SRGB.decoded8
    let size = header.isPalette ? header.entryBytes : header.pixelBytes
    let channels = header.isGrey ? ["Y"] : size == 4 ? ["R", "G", "B", "A"] : ["R", "G", "B"]
    var image = Image(width: header.width, height: header.height, channels: channels, repeating: 0)
    for y in 0..<header.height {
      let row = header.isTopDown ? y : header.height - 1 - y
      for x in 0..<header.width {
        let column = header.isMirrored ? header.width - 1 - x : x
        var at = (row * header.width + column) * header.pixelBytes
        var bytes = stored
        if header.isPalette {
          at = try entry(header, stored, at: at)
          bytes = source.bytes
        }
        write(bytes, at: at, size: size, light: light, into: &image.values, (y * header.width + x) * channels.count)
      }
    }
    return image
  }

  private func write(
    _ bytes: [UInt8], at: Int, size: Int, light: [Float], into values: inout [Float], _ target: Int
  ) {
    switch size {
    case 1: values[target] = light[Int(bytes[at])]
    case 2:
      let word = Int(bytes[at]) | Int(bytes[at + 1]) << 8
      for c in 0..<3 { values[target + c] = light[(((word >> (10 - 5 * c)) & 31) * 255 + 15) / 31] }
    default:
      for c in 0..<3 { values[target + c] = light[Int(bytes[at + 2 - c])] }
      if size == 4 { values[target + 3] = Float(bytes[at + 3]) / 255 }
    }
  }

  /// Where the palette's entry for the pixel at `at` begins.
  private func entry(_ header: Header, _ stored: [UInt8], at: Int) throws(ImageError) -> Int {
    let index = (0..<header.pixelBytes).reduce(0) { $0 | Int(stored[at + $1]) << (8 * $1) } - header.palette.first
    guard index >= 0, index < header.palette.count else {
      throw source.malformed(
        "TGA palette", expected: "an index below \(header.palette.first + header.palette.count)",
        found: "\(index + header.palette.first)")
    }
    return header.palette.start + index * header.entryBytes
  }

  /// The pixels in the file's order, runs written out.
  private func pixels(_ header: Header) throws(ImageError) -> [UInt8] {
    let (size, total) = (header.pixelBytes, header.width * header.height * header.pixelBytes)
    let bytes = source.bytes
    guard header.isCoded else {
      guard total <= bytes.count - header.pixels else {
        throw source.truncated("TGA pixels", needs: header.pixels + total)
      }
      return Array(bytes[header.pixels..<header.pixels + total])
    }
    var result: [UInt8] = []
    result.reserveCapacity(total)
    var at = header.pixels
    while result.count < total {
      guard at < bytes.count else { throw source.truncated("TGA pixels", needs: at + 1) }
      let (count, isRun) = (Int(bytes[at] & 127) + 1, bytes[at] > 127)
      let needed = (isRun ? 1 : count) * size
      guard needed < bytes.count - at else { throw source.truncated("TGA pixels", needs: at + 1 + needed) }
      let packet = bytes[(at + 1)..<(at + 1 + needed)]
      for _ in 0..<(isRun ? count : 1) { result += packet }
      at += 1 + needed
    }
    return result
  }

  private func header() throws(ImageError) -> Header {
    let b = source.bytes
    guard b.count >= 18 else { throw source.truncated("TGA header", needs: 18) }
    func number(_ at: Int) -> Int { Int(b[at]) | Int(b[at + 1]) << 8 }
    let type = b[2]
    guard [1, 2, 3, 9, 10, 11].contains(type), b[1] <= 1 else {
      throw source.unsupported("TGA image type", expected: "1 to 3 or 9 to 11", found: "\(type)")
    }
    var header = Header()
    (header.width, header.height) = (number(12), number(14))
    (header.isGrey, header.isPalette, header.isCoded) = (type & 3 == 3, type & 3 == 1, type > 8)
    (header.isTopDown, header.isMirrored) = (b[17] & 32 != 0, b[17] & 16 != 0)
    header.pixelBytes = (Int(b[16]) + 7) / 8
    header.entryBytes = (Int(b[7]) + 7) / 8
    let paletteBytes = b[1] == 1 ? number(5) * header.entryBytes : 0
    header.palette = (18 + Int(b[0]), number(3), number(5))
    header.pixels = 18 + Int(b[0]) + paletteBytes
    let bits: Set<UInt8> = header.isGrey ? [8] : header.isPalette ? [8, 16] : [15, 16, 24, 32]
    guard bits.contains(b[16]), !header.isPalette || (b[1] == 1 && [15, 16, 24, 32].contains(b[7])) else {
      throw source.unsupported("TGA depth", expected: "8, 15, 16, 24 or 32 bits", found: "\(b[16]) bits")
    }
    // A run of 128 pixels takes two bytes at least.
    let left = b.count - header.pixels
    let capacity = header.isCoded ? 64 * max(left, 0) : max(left, 0) / header.pixelBytes
    try source.check(
      width: header.width, height: header.height, channels: header.isGrey ? 1 : 4, place: "TGA header",
      isPlausible: left >= 0 && header.width * header.height <= capacity)
    return header
  }
}
