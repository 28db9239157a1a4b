/// Reads PNG files of every colour type and depth, exactly: 16-bit samples stay 16-bit, alpha stays straight.
struct PNGReader {
  private let source: ImageSource
  private let chunks: PNGChunks

  init(_ source: ImageSource) throws(ImageError) {
    self.source = source
    chunks = try PNGChunks(source)
  }

  func image(encoding: Encoding) throws(ImageError) -> Image {
    let header = chunks.header
    let samples = try PNGScanlines(source: source, header: header).samples(from: chunks.compressed)
    let curve = curve(encoding)
    switch header.colorType {
    case .palette: return try paletteImage(samples, curve: curve)
    case .grey: return lightImage(samples, channels: ["Y"], curve: curve)
    case .greyAlpha: return lightImage(samples, channels: ["Y", "A"], curve: curve)
    case .color: return lightImage(samples, channels: ["R", "G", "B"], curve: curve)
    case .colorAlpha: return lightImage(samples, channels: ["R", "G", "B", "A"], curve: curve)
    }
  }

  private func curve(_ encoding: Encoding) -> TransferCurve {
    switch encoding {
    case .sRGB: return .sRGB
    case .linear: return .linear
    case .auto:
      guard !chunks.isSRGB, let gamma = chunks.gamma else { return .sRGB }
      return .power(1 / gamma)
    }
  }

  private func table(_ curve: TransferCurve) -> [Float] {
    switch (curve, chunks.header.depth) {
    case (.sRGB, 8): SRGB.decoded8
    case (.sRGB, 16): SRGB.decoded16
    case (_, let depth): curve.table(bits: depth)
    }
  }

  private func lightImage(_ samples: [UInt16], channels: [String], curve: TransferCurve) -> Image {
    let header = chunks.header
    let (light, count) = (table(curve), channels.count)
    let hasAlpha = channels.last == "A"
    guard !hasAlpha else {
      let maximum = Float((1 << header.depth) - 1)
      let values = samples.indices.map {
        $0 % count == count - 1 ? Float(samples[$0]) / maximum : light[Int(samples[$0])]
      }
      return Image(width: header.width, height: header.height, channels: channels, values: values)
    }
    guard let key = transparentKey(count: count) else {
      let values = samples.map { light[Int($0)] }
      return Image(width: header.width, height: header.height, channels: channels, values: values)
    }
    var image = Image(width: header.width, height: header.height, channels: channels + ["A"], repeating: 1)
    for pixel in 0..<image.pixelCount {
      let stored = samples[pixel * count..<(pixel + 1) * count]
      for (channel, sample) in stored.enumerated() {
        image.values[pixel * (count + 1) + channel] = light[Int(sample)]
      }
      if stored.elementsEqual(key) { image.values[pixel * (count + 1) + count] = 0 }
    }
    return image
  }

  /// The sample values that tRNS declares transparent.
  private func transparentKey(count: Int) -> [UInt16]? {
    let bytes = chunks.transparency
    guard bytes.count == 2 * count else { return nil }
    let mask = UInt16((1 << chunks.header.depth) - 1)
    return (0..<count).map { (UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1])) & mask }
  }

  private func paletteImage(_ samples: [UInt16], curve: TransferCurve) throws(ImageError) -> Image {
    let entries = chunks.palette.count / 3
    if let at = samples.firstIndex(where: { $0 >= entries }) {
      throw source.malformed(
        "PNG pixel \(at % chunks.header.width), \(at / chunks.header.width)",
        expected: "a palette index below \(entries)", found: "\(samples[at])")
    }
    let light = curve == .sRGB ? SRGB.decoded8 : curve.table(bits: 8)
    let hasAlpha = !chunks.transparency.isEmpty
    let colors = (0..<entries).map { entry -> [Float] in
      let color = (0..<3).map { light[Int(chunks.palette[3 * entry + $0])] }
      guard hasAlpha else { return color }
      return color + [entry < chunks.transparency.count ? Float(chunks.transparency[entry]) / 255 : 1]
    }
    let channels = ["R", "G", "B"] + (hasAlpha ? ["A"] : [])
    var values: [Float] = []
    values.reserveCapacity(samples.count * channels.count)
    for sample in samples { values += colors[Int(sample)] }
    return Image(width: chunks.header.width, height: chunks.header.height, channels: channels, values: values)
  }
}
