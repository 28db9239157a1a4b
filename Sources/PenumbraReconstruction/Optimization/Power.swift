import Foundation

enum Power {
  /// x^(−7/6).
  static func minusSevenSixths(_ x: Float) -> Float { powf(x, -7 / 6) }
}

extension Power {
  static func of(_ base: Float, _ exponent: Float) -> Float { powf(base, exponent) }
}

extension Power {
  static func of(_ base: Double, _ exponent: Int) -> Double { pow(base, Double(exponent)) }
}
