import Foundation

extension Image {
  /// Reads a portable float map: "PF" or "Pf", width, height, scale (negative: little-endian), rows from the bottom up.
  static func readPFM(_ source: ImageSource) throws(ImageError) -> Image {
    var reader = ByteReader(source.bytes)
    let kind = reader.word()
    guard kind == "PF" || kind == "Pf" else {
      throw source.malformed("PFM signature", expected: "PF or Pf", found: kind ?? "none")
    }
    let channels = kind == "PF" ? ["R", "G", "B"] : ["Y"]
    let size = [reader.word(), reader.word()]
    guard let width = size[0].flatMap({ Int($0) }), let height = size[1].flatMap({ Int($0) }) else {
      throw source.malformed("PFM size", expected: "two whole numbers", found: "\(size[0] ?? "") \(size[1] ?? "")")
    }
    let scaleText = reader.word() ?? ""
    guard let scale = Float(scaleText), scale.isFinite, scale != 0 else {
      throw source.malformed("PFM scale", expected: "a number that is not 0", found: scaleText)
    }
    try source.check(width: width, height: height, channels: channels.count, place: "PFM size")
    let rowValues = width * channels.count
    guard reader.byte() != nil, let data = reader.take(4 * rowValues * height) else {
      throw source.truncated("PFM rows", needs: reader.position + 4 * rowValues * height)
    }
    var image = Image(width: width, height: height, channels: channels, repeating: 0)
    source.bytes.withUnsafeBytes { bytes in
      for index in 0..<rowValues * height {
        let stored = bytes.loadUnaligned(fromByteOffset: data.lowerBound + 4 * index, as: UInt32.self)
        let bits = scale < 0 ? UInt32(littleEndian: stored) : UInt32(bigEndian: stored)
        let (row, column) = index.quotientAndRemainder(dividingBy: rowValues)
        image.values[(height - 1 - row) * rowValues + column] = Float(bitPattern: bits)
      }
    }
    if abs(scale) != 1 {
      for index in image.values.indices { image.values[index] *= abs(scale) }
    }
    return image
  }

  /// The picture as a little-endian PFM file; channels RGB.
  func pfmBytes() -> [UInt8] {
    let rowValues = width * channels.count
    var bytes = Array("PF\n\(width) \(height)\n-1.0\n".utf8)
    bytes.reserveCapacity(bytes.count + 4 * values.count)
    for row in stride(from: height - 1, through: 0, by: -1) {
      for value in values[row * rowValues..<(row + 1) * rowValues] {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
      }
    }
    return bytes
  }
}
