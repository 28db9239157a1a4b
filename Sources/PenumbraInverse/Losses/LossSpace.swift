import Foundation
import PenumbraImages

/// The curve that values of pictures pass before they are compared.
public enum LossSpace: String, Sendable, CaseIterable {
  /// Radiance itself.
  case linear
  /// ln(1 + x).
  case log
  /// As displayed.
  case sRGB = "srgb"
  /// The display curve of ln(1 + x): high dynamic range as an eye would have it.
  ///
  /// - Source: Munkberg et al. 2022, *Extracting triangular 3D models, materials, and lighting from images*.
  case logSRGB = "log-srgb"

  /// The curve at x; constant below 0 unless it is linear, since light is not negative.
  func value(_ x: Float) -> Float {
    switch self {
    case .linear: x
    case .log: log1p(max(x, 0))
    case .sRGB: SRGB.encode(max(x, 0))
    case .logSRGB: SRGB.encode(log1p(max(x, 0)))
    }
  }

  /// Its derivative at x.
  func slope(_ x: Float) -> Float {
    switch self {
    case .linear: 1
    case .log: x < 0 ? 0 : 1 / (1 + x)
    case .sRGB: x < 0 ? 0 : Self.displaySlope(x)
    case .logSRGB: x < 0 ? 0 : Self.displaySlope(log1p(x)) / (1 + x)
    }
  }

  private static func displaySlope(_ linear: Float) -> Float {
    linear <= 0.003_130_8 ? 12.92 : 1.055 / 2.4 * powf(linear, 1 / 2.4 - 1)
  }
}
