import Foundation

/// Reads Radiance pictures (`.hdr`): RGBE, flat or run-length coded in the old or the new way.
///
/// Mantissas decode as m · 2^(e − 136), like Mitsuba; EXPOSURE lines are not applied. All four orientations that keep rows
/// horizontal are turned to top row first.
struct RadianceReader {
  private let source: ImageSource
  private var reader: ByteReader
  private let width: Int
  private let height: Int
  private let isBottomUp: Bool
  private let isRightToLeft: Bool

  init(_ source: ImageSource) throws(ImageError) {
    self.source = source
    var reader = ByteReader(source.bytes)
    guard let signature = reader.line(), signature.hasPrefix("#?") else {
      throw source.malformed("HDR signature", expected: "#?RADIANCE", found: "none")
    }
    while true {
      guard let line = reader.line() else {
        throw source.malformed("HDR header", expected: "an empty line at its end", found: "none")
      }
      if line.isEmpty || line == "\r" { break }
      guard !line.hasPrefix("FORMAT=") || line.hasPrefix("FORMAT=32-bit_rle_rgbe") else {
        throw source.unsupported("HDR header FORMAT", expected: "32-bit_rle_rgbe", found: String(line.dropFirst(7)))
      }
    }
    let resolution = reader.line() ?? ""
    let words = resolution.split(whereSeparator: \.isWhitespace)
    guard words.count == 4, let height = Int(words[1]), let width = Int(words[3]),
      ["-Y", "+Y"].contains(words[0]), ["+X", "-X"].contains(words[2])
    else {
      let isTurned = words.count == 4 && words[0].hasSuffix("X") && words[2].hasSuffix("Y")
      throw ImageError(
        isTurned ? .unsupported : .malformed, file: source.file, place: "HDR resolution",
        expected: "-Y height +X width", found: resolution)
    }
    (self.width, self.height, self.reader) = (width, height, reader)
    (isBottomUp, isRightToLeft) = (words[0] == "+Y", words[2] == "-X")
    try source.check(
      width: width, height: height, channels: 3, place: "HDR resolution", isPlausible: height <= reader.remaining / 4)
  }

  consuming func image() throws(ImageError) -> Image {
    // Rows are appended as they decode, so that a short file with a large claim costs little memory.
    var values: [Float] = []
    for y in 0..<height {
      let row = try scanline(y)
      for x in 0..<width {
        let pixel = row[isRightToLeft ? width - 1 - x : x]
        let scale = pixel.w == 0 ? 0 : scalbnf(1, Int32(pixel.w) - 136)
        values.append(Float(pixel.x) * scale)
        values.append(Float(pixel.y) * scale)
        values.append(Float(pixel.z) * scale)
      }
    }
    guard isBottomUp else { return Image(width: width, height: height, values: values) }
    let stride = 3 * width
    let flipped = (0..<height).reversed().flatMap { values[$0 * stride..<($0 + 1) * stride] }
    return Image(width: width, height: height, values: flipped)
  }

  private mutating func scanline(_ y: Int) throws(ImageError) -> [SIMD4<UInt8>] {
    let head = try pixel(y)
    guard (8...32_767).contains(width), head.x == 2, head.y == 2, head.z < 128 else {
      return try oldScanline(first: head, y)
    }
    guard Int(head.z) << 8 | Int(head.w) == width else {
      throw source.malformed(
        "HDR scanline \(y)", expected: "\(width) pixels", found: "\(Int(head.z) << 8 | Int(head.w))")
    }
    var row = [SIMD4<UInt8>](repeating: .zero, count: width)
    for component in 0..<4 {
      var x = 0
      while x < width {
        let code = try byte(y)
        let isRun = code > 128
        let count = Int(isRun ? code - 128 : code)
        guard count > 0, x + count <= width else {
          throw source.malformed(
            "HDR scanline \(y)", expected: "a run of 1 to \(width - x) pixels", found: "\(count)")
        }
        let value = isRun ? try byte(y) : 0
        for _ in 0..<count {
          row[x][component] = isRun ? value : try byte(y)
          x += 1
        }
      }
    }
    return row
  }

  /// Flat pixels, where (1, 1, 1, n) repeats the pixel before it n times, and consecutive ones count in base 256.
  private mutating func oldScanline(first: SIMD4<UInt8>, _ y: Int) throws(ImageError) -> [SIMD4<UInt8>] {
    var row: [SIMD4<UInt8>] = []
    var (next, shift) = (first, 0)
    while true {
      if next.x == 1, next.y == 1, next.z == 1 {
        let count = Int(next.w) << shift
        guard let last = row.last, shift <= 16, row.count + count <= width else {
          throw source.malformed("HDR scanline \(y)", expected: "a run within \(width) pixels", found: "\(count)")
        }
        row += repeatElement(last, count: count)
        shift += 8
      } else {
        row.append(next)
        shift = 0
      }
      guard row.count < width else { return row }
      next = try pixel(y)
    }
  }

  private mutating func pixel(_ y: Int) throws(ImageError) -> SIMD4<UInt8> {
    try SIMD4(byte(y), byte(y), byte(y), byte(y))
  }

  private mutating func byte(_ y: Int) throws(ImageError) -> UInt8 {
    guard let byte = reader.byte() else {
      throw source.malformed(
        "HDR scanline \(y)", expected: "\(height) scanlines",
        found: "the end of the file after \(reader.position) bytes")
    }
    return byte
  }
}
