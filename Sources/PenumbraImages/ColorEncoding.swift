import Foundation

/// How the numbers stored in a picture relate to linear light.
public enum Encoding: String, Sendable, CaseIterable {
  /// 8 and 16-bit PNG and JPEG are sRGB, or what the PNG's gAMA chunk says; EXR, HDR and PFM are linear.
  case auto
  /// Stored values are sRGB-encoded, whatever the file says.
  case sRGB
  /// Stored values are used as they are, integers divided by their largest ("raw").
  case linear
}

/// The sRGB transfer functions of IEC 61966-2-1.
public enum SRGB {
  /// Encoded value in 0...1 to linear light in 0...1 (the electro-optical transfer function).
  public static func decode(_ encoded: Double) -> Double {
    encoded <= 0.04045 ? encoded / 12.92 : pow((encoded + 0.055) / 1.055, 2.4)
  }

  /// Linear light to encoded value; values outside 0...1 are not clamped, negative ones stay on the linear piece.
  public static func encode(_ linear: Float) -> Float {
    linear <= 0.003_130_8 ? linear * 12.92 : 1.055 * powf(linear, 1 / 2.4) - 0.055
  }

  /// Linear light of every 8-bit code, correctly rounded, shape [256].
  public static let decoded8 = TransferCurve.sRGB.table(bits: 8)
  /// Linear light of every 16-bit code, correctly rounded, shape [65536].
  public static let decoded16 = TransferCurve.sRGB.table(bits: 16)

  /// The sRGB code of a linear value, clamped to 0...`maximum` (255 or 65535); NaN gives 0.
  public static func quantized(_ linear: Float, maximum: Float) -> UInt16 {
    quantize(encode(min(max(linear, 0), 1)), maximum: maximum)
  }
}

/// The nearest integer to `value` · `maximum` for a value clamped to 0...1; NaN gives 0.
func quantize(_ value: Float, maximum: Float) -> UInt16 {
  guard value > 0 else { return 0 }  // also NaN
  return UInt16((min(value, 1) * maximum).rounded())
}

/// A curve from stored integers to linear light.
enum TransferCurve: Equatable {
  case sRGB
  case linear
  /// linear = encoded ^ exponent.
  case power(Double)

  /// Linear value of every code of `bits` bits, shape [2^bits]; the last one is 1.
  func table(bits: Int) -> [Float] {
    let maximum = Double((1 << bits) - 1)
    return (0..<1 << bits).map { code in
      let encoded = Double(code) / maximum
      return switch self {
      case .sRGB: Float(SRGB.decode(encoded))
      case .linear: Float(encoded)
      case .power(let exponent): Float(pow(encoded, exponent))
      }
    }
  }
}
