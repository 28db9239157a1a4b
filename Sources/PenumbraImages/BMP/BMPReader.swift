/// Reads Windows and OS/2 bitmaps without compression: palettes of 1, 4 and 8 bits, 16 bits (5 each), 24 and 32 bits,
/// and 32 bits with masks of whole bytes.
struct BMPReader {
  private let source: ImageSource

  /// What the headers say.
  private struct Header {
    var width = 0
    var height = 0
    var isTopDown = false
    var bits = 0
    /// Byte offset of the first stored row.
    var pixels = 0
    /// First byte of the palette, its entries and the size of one.
    var palette = (start: 0, count: 0, stride: 4)
    /// Position of red, green, blue and, where the file has it, alpha in a pixel of 4 bytes.
    var bytes: [Int] = [2, 1, 0]
    /// Bytes of a stored row, a multiple of 4.
    var rowBytes: Int { (width * bits + 31) / 32 * 4 }
  }

  init(_ source: ImageSource) { self.source = source }

  func image(encoding: Encoding) throws(ImageError) -> Image {
    let header = try header()
    let light = encoding == .linear ? TransferCurve.linear.table(bits: 8) : SRGB.decoded8
    let colors = try paletteColors(header, light: light)
    let channels = header.bytes.count == 4 ? ["R", "G", "B", "A"] : ["R", "G", "B"]
    var image = Image(width: header.width, height: header.height, channels: channels, repeating: 0)
    for y in 0..<header.height {
      let stored = header.isTopDown ? y : header.height - 1 - y
      let row = header.pixels + stored * header.rowBytes
      for x in 0..<header.width {
        let target = (y * header.width + x) * channels.count
        if header.bits <= 8 {
          let index = paletteIndex(header, row: row, x: x)
          guard index < colors.count else {
            throw source.malformed(
              "BMP pixel \(x), \(y)", expected: "a palette index below \(colors.count)", found: "\(index)")
          }
          for c in 0..<3 { image.values[target + c] = colors[index][c] }
        } else {
          write(header, row: row, x: x, light: light, into: &image.values, at: target)
        }
      }
    }
    return image
  }

  // MARK: - Pixels

  private func paletteIndex(_ header: Header, row: Int, x: Int) -> Int {
    let bit = x * header.bits
    let shift = 8 - header.bits - bit % 8
    return Int(source.bytes[row + bit / 8] >> UInt8(shift)) & ((1 << header.bits) - 1)
  }

  private func write(_ header: Header, row: Int, x: Int, light: [Float], into values: inout [Float], at target: Int) {
    if header.bits == 16 {
      let word = Int(source.bytes[row + 2 * x]) | Int(source.bytes[row + 2 * x + 1]) << 8
      for c in 0..<3 {
        let five = (word >> (10 - 5 * c)) & 31
        values[target + c] = light[(five * 255 + 15) / 31]
      }
      return
    }
    let pixel = row + x * (header.bits / 8)
    for (c, byte) in header.bytes.enumerated() {
      let sample = source.bytes[pixel + byte]
      values[target + c] = c == 3 ? Float(sample) / 255 : light[Int(sample)]
    }
  }

  private func paletteColors(_ header: Header, light: [Float]) throws(ImageError) -> [[Float]] {
    let (start, count, stride) = header.palette
    guard start + count * stride <= source.bytes.count else {
      throw source.truncated("BMP palette", needs: start + count * stride)
    }
    return (0..<count).map { i in (0..<3).map { light[Int(source.bytes[start + i * stride + 2 - $0])] } }
  }

  // MARK: - Headers

  private func header() throws(ImageError) -> Header {
    let size = Int(try number(14, 4, "header size"))
    guard [12, 16, 40, 52, 56, 64, 108, 124].contains(size) else {
      throw source.malformed("BMP header size", expected: "12, 40, 52, 56, 108 or 124", found: "\(size)")
    }
    var header = Header()
    header.pixels = Int(try number(10, 4, "pixel offset"))
    let isCore = size == 12
    if isCore {
      header.width = Int(try number(18, 2, "width"))
      header.height = Int(try number(20, 2, "height"))
      header.bits = Int(try number(24, 2, "bit count"))
    } else {
      header.width = Int(Int32(bitPattern: try number(18, 4, "width")))
      let height = Int(Int32(bitPattern: try number(22, 4, "height")))
      header.isTopDown = height < 0
      header.height = abs(height)
      header.bits = Int(try number(28, 2, "bit count"))
    }
    let compression = size >= 40 ? try number(30, 4, "compression") : 0
    guard [1, 4, 8, 16, 24, 32].contains(header.bits) else {
      throw source.malformed("BMP bit count", expected: "1, 4, 8, 16, 24 or 32", found: "\(header.bits)")
    }
    guard compression == 0 || (compression == 3 && header.bits == 32) else {
      throw source.unsupported("BMP compression", expected: "an uncompressed bitmap", found: "method \(compression)")
    }
    if compression == 3 { header.bytes = try masks(size) }
    if header.bits <= 8 { header.palette = try palette(header, size: size, isCore: isCore) }
    let needed = header.height.multipliedReportingOverflow(by: header.rowBytes)
    let isPlausible =
      !needed.overflow && header.pixels >= 14 + size && needed.partialValue <= source.bytes.count - header.pixels
    try source.check(
      width: header.width, height: header.height, channels: header.bytes.count, place: "BMP header",
      isPlausible: isPlausible)
    return header
  }

  private func palette(_ header: Header, size: Int, isCore: Bool) throws(ImageError) -> (
    start: Int, count: Int, stride: Int
  ) {
    let all = 1 << header.bits
    let used = size >= 40 ? Int(try number(46, 4, "palette size")) : 0
    guard used <= all else {
      throw source.malformed("BMP palette size", expected: "at most \(all) colours", found: "\(used)")
    }
    return (14 + size, used == 0 ? all : used, isCore ? 3 : 4)
  }

  /// Which byte of a pixel each colour is in; the masks follow the 40 bytes of the header in every version.
  private func masks(_ size: Int) throws(ImageError) -> [Int] {
    var result: [Int] = []
    for (index, name) in ["red", "green", "blue", "alpha"].enumerated() where index < 3 || size >= 56 {
      let mask = try number(54 + 4 * index, 4, "\(name) mask")
      if index == 3 && mask == 0 { break }
      guard let byte = (0..<4).first(where: { mask == 0xFF << UInt32(8 * $0) }) else {
        throw source.unsupported(
          "BMP \(name) mask", expected: "one whole byte", found: "0x\(String(mask, radix: 16))")
      }
      result.append(byte)
    }
    return result
  }

  /// A little-endian number of the headers.
  private func number(_ offset: Int, _ count: Int, _ place: String) throws(ImageError) -> UInt32 {
    guard offset + count <= source.bytes.count else {
      throw source.truncated("BMP \(place)", needs: offset + count)
    }
    return (0..<count).reduce(0) { $0 | UInt32(source.bytes[offset + $1]) << UInt32(8 * $1) }
  }
}
