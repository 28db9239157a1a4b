import Foundation

extension PixelLoss {
  /// ℓ per channel.
  func value(_ image: Spectrum, _ target: Spectrum) -> Spectrum {
    let d = image - target
    switch self {
    case .l1: return Spectrum(abs(d.x), abs(d.y), abs(d.z))
    case .l2: return d * d
    case .relativeL2: return d * d / (target * target + 0.01)
    case .log:
      let difference = Self.logarithm(image) - Self.logarithm(target)
      return difference * difference
    }
  }

  /// ∂ℓ/∂image per channel.
  func derivative(_ image: Spectrum, _ target: Spectrum) -> Spectrum {
    let d = image - target
    switch self {
    case .l1: return Spectrum(Self.sign(d.x), Self.sign(d.y), Self.sign(d.z))
    case .l2: return 2 * d
    case .relativeL2: return 2 * d / (target * target + 0.01)
    case .log:
      let difference = Self.logarithm(image) - Self.logarithm(target)
      return 2 * difference / (pointwiseMax(image, .zero) + 1)
    }
  }

  private static func sign(_ x: Float) -> Float { x > 0 ? 1 : (x < 0 ? -1 : 0) }

  /// log(1 + x), constant for negative x, which a picture of light does not have.
  private static func logarithm(_ v: Spectrum) -> Spectrum {
    Spectrum(log1p(max(v.x, 0)), log1p(max(v.y, 0)), log1p(max(v.z, 0)))
  }
}
