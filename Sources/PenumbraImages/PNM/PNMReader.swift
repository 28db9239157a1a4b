/// Reads binary Netpbm pictures: grey (P5) and colours (P6) of up to 16 bits.
struct PNMReader {
  private let source: ImageSource

  init(_ source: ImageSource) { self.source = source }

  func image(encoding: Encoding) throws(ImageError) -> Image {
    var reader = ByteReader(source.bytes, at: 2)
    let channels = source.bytes[1] == UInt8(ascii: "5") ? ["Y"] : ["R", "G", "B"]
    let width = try number(&reader, "width"), height = try number(&reader, "height")
    let maximum = try number(&reader, "maximum")
    guard (1...65535).contains(maximum) else {
      throw source.malformed("PNM maximum", expected: "1 to 65535", found: "\(maximum)")
    }
    // One white space, then the samples.
    _ = reader.byte()
    let size = maximum > 255 ? 2 : 1
    try source.check(
      width: width, height: height, channels: channels.count, place: "PNM header",
      isPlausible: width <= reader.remaining && height <= reader.remaining / max(width * channels.count * size, 1))
    let start = reader.position
    let curve: TransferCurve = encoding == .linear ? .linear : .sRGB
    let light = curve.table(bits: 8 * size)
    let largest = light.count - 1
    var image = Image(width: width, height: height, channels: channels, repeating: 0)
    for index in image.values.indices {
      let at = start + index * size
      let sample = size == 2 ? Int(source.bytes[at]) << 8 | Int(source.bytes[at + 1]) : Int(source.bytes[at])
      image.values[index] =
        light[min(maximum == largest ? sample : (sample * largest + maximum / 2) / maximum, largest)]
    }
    return image
  }

  /// A number of the header; comments run from '#' to the end of their line.
  private func number(_ reader: inout ByteReader, _ name: String) throws(ImageError) -> Int {
    while let word = reader.word() {
      if word.hasPrefix("#") {
        // A comment may fill the line, or end with this word.
        while let byte = reader.byte(), byte != 10 {}
        continue
      }
      if let value = Int(word), value >= 0 { return value }
      throw source.malformed("PNM \(name)", expected: "a whole number", found: "'\(word)'")
    }
    throw source.malformed("PNM \(name)", expected: "a whole number", found: "the end of the header")
  }
}
