import Foundation
import PenumbraTransport

/// Value ℓ and derivative ∂ℓ/∂I of one channel of one pixel, for the two-pass path.
extension PixelLoss {
  /// Keeps the relative loss finite on black targets.
  private static let relativeFloor: Float = 0.01

  /// ℓ(rendered, target) before weighting and averaging; never negative.
  func pointwise(rendered: Float, target: Float) -> Float {
    let difference = rendered - target
    switch self {
    case .l1: return abs(difference)
    case .l2: return difference * difference
    case .relativeL2: return difference * difference / (target * target + Self.relativeFloor)
    case .log:
      let logarithms = log1p(max(rendered, 0)) - log1p(max(target, 0))
      return logarithms * logarithms
    }
  }

  /// ∂ℓ/∂rendered; zero where |I − T| has its kink.
  func pointwiseDerivative(rendered: Float, target: Float) -> Float {
    let difference = rendered - target
    switch self {
    case .l1: return difference > 0 ? 1 : (difference < 0 ? -1 : 0)
    case .l2: return 2 * difference
    case .relativeL2: return 2 * difference / (target * target + Self.relativeFloor)
    case .log: return 2 * (log1p(max(rendered, 0)) - log1p(max(target, 0))) / (1 + max(rendered, 0))
    }
  }
}
