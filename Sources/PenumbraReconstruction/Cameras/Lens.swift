import Foundation

/// How a lens bends rays: from ideal image coordinates (x / z, y / z) in computer-vision axes to distorted ones.
public enum Lens: Sendable, Equatable {
  case pinhole
  /// Brown's model: radial (1 + k₁r² + k₂r⁴ + …) / (1 + k₄r² + k₅r⁴ + …), OpenCV's k₄…k₆ being the denominator's, and
  /// tangential p₁, p₂.
  case brown(radial: [Double], denominator: [Double], p1: Double, p2: Double)
  /// OpenCV's fisheye: θ_d = θ (1 + k₁θ² + k₂θ⁴ + k₃θ⁶ + k₄θ⁸).
  case fisheye(k: [Double])

  /// `brown` with as many radial terms as given, `pinhole` when all are zero.
  public static func radialTangential(
    _ k: [Double], denominator: [Double] = [], p1: Double = 0, p2: Double = 0
  ) -> Lens {
    (k + denominator + [p1, p2]).allSatisfy { $0 == 0 }
      ? .pinhole : .brown(radial: k, denominator: denominator, p1: p1, p2: p2)
  }

  /// The distorted image point of a direction.
  ///
  /// - Returns: `nil` behind the camera, and where the model folds back on itself: no light arrives there.
  public func distort(_ direction: SIMD3<Double>) -> SIMD2<Double>? {
    switch self {
    case .pinhole:
      guard direction.z > 0 else { return nil }
      return SIMD2(direction.x, direction.y) / direction.z
    case .brown(let k, let denominator, let p1, let p2):
      guard direction.z > 0 else { return nil }
      let x = SIMD2(direction.x, direction.y) / direction.z
      let r2 = (x * x).sum()
      let radial = series(k, r2) / series(denominator, r2)
      // The radius must grow with the angle: where it does not, the picture folds.
      let slope =
        radial + 2 * r2 * (seriesSlope(k, r2) - radial * seriesSlope(denominator, r2)) / series(denominator, r2)
      guard slope > 0 else { return nil }
      return x * radial
        + SIMD2(
          2 * p1 * x.x * x.y + p2 * (r2 + 2 * x.x * x.x), p1 * (r2 + 2 * x.y * x.y) + 2 * p2 * x.x * x.y)
    case .fisheye(let k):
      let radius = (direction.x * direction.x + direction.y * direction.y).squareRoot()
      let theta = atan2(radius, direction.z)
      let t2 = theta * theta
      func coefficient(_ i: Int) -> Double { i < k.count ? k[i] : 0 }
      let (k1, k2, k3, k4) = (coefficient(0), coefficient(1), coefficient(2), coefficient(3))
      guard 1 + t2 * (3 * k1 + t2 * (5 * k2 + t2 * (7 * k3 + t2 * 9 * k4))) > 0 else { return nil }
      let distorted = theta * (1 + t2 * (k1 + t2 * (k2 + t2 * (k3 + t2 * k4))))
      guard radius > 0 else { return .zero }
      return SIMD2(direction.x, direction.y) * (distorted / radius)
    }
  }

  /// 1 + Σ kᵢ r²ⁱ.
  private func series(_ k: [Double], _ r2: Double) -> Double { 1 + k.reversed().reduce(0) { ($0 + $1) * r2 } }

  /// The derivative of the series by r².
  private func seriesSlope(_ k: [Double], _ r2: Double) -> Double {
    var (sum, power) = (0.0, 1.0)
    for (i, coefficient) in k.enumerated() {
      sum += Double(i + 1) * coefficient * power
      power *= r2
    }
    return sum
  }
}
