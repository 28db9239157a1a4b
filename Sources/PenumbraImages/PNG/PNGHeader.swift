/// The IHDR chunk: size, sample layout and interlacing.
struct PNGHeader {
  /// Which samples a pixel has; raw values are the file's colour types.
  enum ColorType: UInt8 {
    case grey = 0, color = 2, palette = 3, greyAlpha = 4, colorAlpha = 6

    var samples: Int {
      switch self {
      case .grey, .palette: 1
      case .greyAlpha: 2
      case .color: 3
      case .colorAlpha: 4
      }
    }

    var depths: [Int] {
      switch self {
      case .grey: [1, 2, 4, 8, 16]
      case .palette: [1, 2, 4, 8]
      case .color, .greyAlpha, .colorAlpha: [8, 16]
      }
    }
  }

  let width: Int
  let height: Int
  /// Bits per sample.
  let depth: Int
  let colorType: ColorType
  let isInterlaced: Bool

  /// - Parameter payload: where the chunk's 13 bytes are in `source`.
  init(_ source: ImageSource, payload: Range<Int>) throws(ImageError) {
    guard payload.count == 13 else {
      throw source.malformed("PNG IHDR", expected: "13 bytes", found: "\(payload.count)")
    }
    var reader = ByteReader(source.bytes, at: payload.lowerBound)
    width = Int(reader.bigEndian32() ?? 0)
    height = Int(reader.bigEndian32() ?? 0)
    let rest = Array(source.bytes[reader.position..<payload.upperBound])
    guard let colorType = ColorType(rawValue: rest[1]) else {
      throw source.malformed("PNG IHDR color type", expected: "0, 2, 3, 4 or 6", found: "\(rest[1])")
    }
    self.colorType = colorType
    depth = Int(rest[0])
    guard colorType.depths.contains(depth) else {
      throw source.malformed(
        "PNG IHDR bit depth", expected: "one of \(colorType.depths) for color type \(rest[1])", found: "\(depth)")
    }
    guard rest[2] == 0, rest[3] == 0, rest[4] <= 1 else {
      throw source.malformed(
        "PNG IHDR methods", expected: "compression 0, filter 0, interlace 0 or 1",
        found: "\(rest[2]), \(rest[3]), \(rest[4])")
    }
    isInterlaced = rest[4] == 1
    try source.check(width: width, height: height, channels: colorType.samples, place: "PNG IHDR size")
  }

  /// Distance in bytes between a byte and the one that filters predict it from.
  var filterDistance: Int { max(1, colorType.samples * depth / 8) }

  /// Bytes in a row of `pixels` pixels, without the filter byte.
  func rowBytes(pixels: Int) -> Int { (pixels * colorType.samples * depth + 7) / 8 }

  /// The reduced pictures that are stored one after the other: one, or the seven of Adam7 less the empty ones.
  var passes: [PNGPass] {
    guard isInterlaced else { return [PNGPass(left: 0, top: 0, stepX: 1, stepY: 1, header: self)] }
    let adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    return adam7.map { PNGPass(left: $0.0, top: $0.1, stepX: $0.2, stepY: $0.3, header: self) }
      .filter { $0.columns > 0 && $0.rows > 0 }
  }

  /// Bytes of all rows and filter bytes after decompression.
  var unpackedSize: Int { passes.reduce(0) { $0 + $1.rows * (1 + rowBytes(pixels: $1.columns)) } }
}

/// The pixels (left + i · stepX, top + j · stepY) of a picture.
struct PNGPass {
  let left, top, stepX, stepY, columns, rows: Int

  init(left: Int, top: Int, stepX: Int, stepY: Int, header: PNGHeader) {
    (self.left, self.top, self.stepX, self.stepY) = (left, top, stepX, stepY)
    columns = (header.width - left + stepX - 1) / stepX
    rows = (header.height - top + stepY - 1) / stepY
  }
}
