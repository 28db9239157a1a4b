import Foundation

extension ByteScanner {
  /// The number a word spells. Short decimals are exact by one division; others go through the C library.
  func number(_ range: Range<Int>) -> Float? {
    guard !range.isEmpty else { return nil }
    return shortDecimal(range) ?? longNumber(range)
  }

  /// Up to 15 digits, an optional point and no exponent: both operands are exact doubles, so the quotient is the
  /// correctly rounded double of the decimal.
  private func shortDecimal(_ range: Range<Int>) -> Float? {
    var index = range.lowerBound
    let isNegative = bytes[index] == UInt8(ascii: "-")
    if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
    var (mantissa, digits, decimals, hasPoint) = (Int64(0), 0, 0, false)
    while index < range.upperBound {
      let byte = bytes[index]
      if byte == UInt8(ascii: "."), !hasPoint {
        hasPoint = true
      } else {
        let digit = byte &- 0x30
        guard digit <= 9, digits < 15 else { return nil }
        mantissa = mantissa * 10 + Int64(digit)
        digits += 1
        if hasPoint { decimals += 1 }
      }
      index += 1
    }
    guard digits > 0 else { return nil }
    let value = Double(mantissa) / Self.powersOfTen[decimals]
    return Float(isNegative ? -value : value)
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  private func longNumber(_ range: Range<Int>) -> Float? {
    guard range.count <= 400, bytes[range].allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
    guard !bytes[range].contains(where: { $0 | 0x20 == UInt8(ascii: "x") }) else { return nil }
    return Float(String(decoding: bytes[range], as: UTF8.self))
  }
}
