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

extension FusedTarget {
  /// ℓ per channel; a clipped channel of the target is met by everything above it.
  func value(_ image: Spectrum, _ target: Spectrum) -> Spectrum {
    var value = loss.value(image, target)
    for c in 0..<3 where target[c] >= clip && image[c] > target[c] { value[c] = 0 }
    return value
  }

  /// ∂ℓ/∂image per channel.
  func derivative(_ image: Spectrum, _ target: Spectrum) -> Spectrum {
    var derivative = loss.derivative(image, target)
    for c in 0..<3 where target[c] >= clip && image[c] > target[c] { derivative[c] = 0 }
    return derivative
  }

  /// 1 / (3 · Σ weights): the loss is a mean over pixels and channels.
  func normalisation(pixels: Int) -> Float {
    let total = weights.isEmpty ? Double(pixels) : weights.reduce(0.0) { $0 + Double($1) }
    return total > 0 ? Float(1 / (3 * total)) : 0
  }

  /// ∂loss/∂I for a picture, shape [height × width × 3].
  func adjoint(of picture: [Float]) -> [Float] {
    let pixels = picture.count / 3
    let normalisation = normalisation(pixels: pixels)
    var result = [Float](repeating: 0, count: picture.count)
    for pixel in 0..<pixels {
      let weight = (weights.isEmpty ? 1 : weights[pixel]) * normalisation
      guard weight != 0 else { continue }
      let rendered = Spectrum(picture[3 * pixel], picture[3 * pixel + 1], picture[3 * pixel + 2])
      let wanted = Spectrum(rgb[3 * pixel], rgb[3 * pixel + 1], rgb[3 * pixel + 2])
      let derivative = derivative(rendered, wanted) * weight
      for c in 0..<3 { result[3 * pixel + c] = derivative[c] }
    }
    return result
  }
}
