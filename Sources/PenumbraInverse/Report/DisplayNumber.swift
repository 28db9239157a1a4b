import Foundation

/// Numbers for people to read; files for programs use shortest round-trip decimals instead.
public enum DisplayNumber {
  /// `digits` digits after the point.
  public static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return value.description }
    let text = String(format: "%.\(digits)f", value)
    // A rounded negative zero says nothing.
    let isZero = text.allSatisfy { "-0.".contains($0) }
    return isZero && text.hasPrefix("-") ? String(text.dropFirst()) : text
  }

  /// `digits` significant digits, with an exponent where that is shorter.
  public static func significant(_ value: Double, _ digits: Int) -> String {
    value.isFinite ? String(format: "%.\(digits)g", value) : value.description
  }
}
