import CPNG

/// Reads PNG files of every colour type and depth, exactly: 16-bit samples stay 16-bit, alpha stays straight.
struct PNGReader {
  private let source: ImageSource

  init(_ source: ImageSource) { self.source = source }

  func image(encoding: Encoding) throws(ImageError) -> Image {
    try source.bytes.withUnsafeBufferPointer { (bytes) throws(ImageError) in
      let decoder = try PNGDecoder(bytes, of: source)
      let curve = curve(encoding, gamma: decoder.gamma)
      switch Int32(decoder.header.color_type) {
      case PNG_COLOR_TYPE_PALETTE: return try paletteImage(decoder, curve: curve)
      case PNG_COLOR_TYPE_GRAY: return try lightImage(decoder, channels: ["Y"], curve: curve)
      case PNG_COLOR_TYPE_GRAY_ALPHA: return try lightImage(decoder, channels: ["Y", "A"], curve: curve)
      case PNG_COLOR_TYPE_RGB: return try lightImage(decoder, channels: ["R", "G", "B"], curve: curve)
      default: return try lightImage(decoder, channels: ["R", "G", "B", "A"], curve: curve)
      }
    }
  }

  private func curve(_ encoding: Encoding, gamma: Double?) -> TransferCurve {
    switch encoding {
    case .sRGB: .sRGB
    case .linear: .linear
    case .auto: gamma.map { .power(1 / $0) } ?? .sRGB
    }
  }

  private func table(_ curve: TransferCurve, depth: Int) -> [Float] {
    switch (curve, depth) {
    case (.sRGB, 8): SRGB.decoded8
    case (.sRGB, 16): SRGB.decoded16
    default: curve.table(bits: depth)
    }
  }

  private func lightImage(
    _ decoder: borrowing PNGDecoder, channels: [String], curve: TransferCurve
  ) throws(ImageError) -> Image {
    if decoder.header.depth == 16 {
      lightImage(try decoder.samples(UInt16.self), decoder, channels: channels, curve: curve)
    } else {
      lightImage(try decoder.samples(UInt8.self), decoder, channels: channels, curve: curve)
    }
  }

  private func lightImage<Sample: FixedWidthInteger>(
    _ samples: [Sample], _ decoder: borrowing PNGDecoder, channels: [String], curve: TransferCurve
  ) -> Image {
    let (width, height) = (Int(decoder.header.width), Int(decoder.header.height))
    let (depth, count) = (Int(decoder.header.depth), channels.count)
    let light = table(curve, depth: depth)
    if let key = decoder.transparentKey {
      var image = Image(width: width, height: height, channels: channels + ["A"], repeating: 1)
      for pixel in 0..<image.pixelCount {
        let stored = samples[pixel * count..<(pixel + 1) * count]
        for (channel, sample) in stored.enumerated() {
          image.values[pixel * (count + 1) + channel] = light[Int(sample)]
        }
        if stored.elementsEqual(key, by: { $0 == $1 }) { image.values[pixel * (count + 1) + count] = 0 }
      }
      return image
    }
    var values = samples.map { light[Int($0)] }
    if channels.last == "A" {
      let maximum = Float((1 << depth) - 1)
      for index in stride(from: count - 1, to: values.count, by: count) {
        values[index] = Float(samples[index]) / maximum
      }
    }
    return Image(width: width, height: height, channels: channels, values: values)
  }

  private func paletteImage(_ decoder: borrowing PNGDecoder, curve: TransferCurve) throws(ImageError) -> Image {
    let (palette, width) = (decoder.palette, Int(decoder.header.width))
    let samples = try decoder.samples(UInt8.self)
    if let at = samples.firstIndex(where: { $0 >= palette.count }) {
      throw source.malformed(
        "PNG pixel \(at % width), \(at / width)", expected: "a palette index below \(palette.count)",
        found: "\(samples[at])")
    }
    let light = table(curve, depth: 8)
    let hasAlpha = decoder.header.palette_alpha_count > 0
    let colors = palette.map { entry -> [Float] in
      let color = [light[Int(entry.x)], light[Int(entry.y)], light[Int(entry.z)]]
      return hasAlpha ? color + [Float(entry.w) / 255] : color
    }
    var values: [Float] = []
    values.reserveCapacity(samples.count * (hasAlpha ? 4 : 3))
    for sample in samples { values += colors[Int(sample)] }
    return Image(
      width: width, height: Int(decoder.header.height), channels: ["R", "G", "B"] + (hasAlpha ? ["A"] : []),
      values: values)
  }
}
