import Foundation

extension Image {
  /// The picture as a Radiance RGBE file, run-length coded where the format allows it; channels RGB.
  func radianceBytes() -> [UInt8] {
    var bytes = Array("#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y \(height) +X \(width)\n".utf8)
    for y in 0..<height {
      let row = (0..<width).map { x in
        rgbe(values[3 * (y * width + x)], values[3 * (y * width + x) + 1], values[3 * (y * width + x) + 2])
      }
      guard (8...32_767).contains(width) else {
        for pixel in row { bytes += [pixel.x, pixel.y, pixel.z, pixel.w] }
        continue
      }
      bytes += [2, 2, UInt8(width >> 8), UInt8(width & 255)]
      for component in 0..<4 { appendRuns(row.map { $0[component] }, to: &bytes) }
    }
    return bytes
  }

  /// Three mantissas with a common exponent, rounded to nearest; negative values and NaN become 0.
  private func rgbe(_ red: Float, _ green: Float, _ blue: Float) -> SIMD4<UInt8> {
    let color = [red, green, blue].map { $0 > 0 ? min($0, 1.6e38) : 0 }
    let largest = max(color[0], color[1], color[2])
    guard largest >= 1e-38 else { return .zero }
    var exponent = Int(largest.exponent) + 1
    // The largest mantissa must stay below 256 after rounding.
    if (largest * scalbnf(1, Int32(8 - exponent))).rounded() > 255 { exponent += 1 }
    let mantissa = color.map { UInt8(min(255, scalbn($0, 8 - exponent).rounded())) }
    return SIMD4(mantissa[0], mantissa[1], mantissa[2], UInt8(exponent + 128))
  }

  /// Runs of four or more equal bytes as (128 + n, value), the rest as (n, values…).
  private func appendRuns(_ row: [UInt8], to bytes: inout [UInt8]) {
    var (x, literalStart) = (0, 0)
    func appendLiterals(to end: Int) {
      var start = literalStart
      while start < end {
        let count = min(128, end - start)
        bytes.append(UInt8(count))
        bytes += row[start..<start + count]
        start += count
      }
    }
    while x < row.count {
      var end = x + 1
      while end < row.count, end - x < 127, row[end] == row[x] { end += 1 }
      if end - x >= 4 {
        appendLiterals(to: x)
        bytes += [UInt8(128 + end - x), row[x]]
        literalStart = end
      }
      x = end - x >= 4 ? end : x + 1
    }
    appendLiterals(to: row.count)
  }
}
