import Foundation
import PenumbraTestSupport

/// Per-pixel test of a rendering against a reference mean and the variance of one sample, as Mitsuba's own tests.
///
/// The moments were taken in XYZ and stored as RGB by a linear map, so everything is taken back to XYZ first.
struct ZTest {
  /// Share of pixel channels whose deviation is likely enough at the Šidák-corrected level.
  let passFraction: Double
  /// Root mean square of z: 1 when errors are as large as their standard errors say.
  let rootMeanSquare: Double
  /// Mean luminance of the rendering over that of the reference.
  let meanRatio: Double

  /// - Parameters:
  ///   - image, reference, variance: linear RGB, shape [pixels × 3].
  ///   - samples: samples per pixel of `image`.
  ///   - referenceSamples: of the reference, whose own noise counts too.
  init(image: [Float], reference: [Float], variance: [Float], samples: Int, referenceSamples: Int) {
    let pixels = image.count / 3
    let alpha = -expm1(log(0.99) / Double(pixels))
    let scale = 1 / Double(samples) + 1 / Double(referenceSamples)
    var (passed, squares) = (0, 0.0)
    var luminance = (0.0, 0.0)
    for pixel in 0..<pixels {
      let found = Self.xyz(image, pixel)
      let expected = Self.xyz(reference, pixel)
      let spread = Self.xyz(variance, pixel)
      luminance.0 += found[1]
      luminance.1 += expected[1]
      for c in 0..<3 {
        let z = abs(found[c] - expected[c]) / (max(spread[c], 1e-4) * scale).squareRoot()
        squares += z * z
        if SpecialFunctions.normalTail(z) > alpha { passed += 1 }
      }
    }
    passFraction = Double(passed) / Double(3 * pixels)
    rootMeanSquare = (squares / Double(3 * pixels)).squareRoot()
    meanRatio = luminance.0 / luminance.1
  }

  /// Linear RGB to CIE XYZ.
  private static func xyz(_ values: [Float], _ pixel: Int) -> [Double] {
    let (r, g, b) = (Double(values[3 * pixel]), Double(values[3 * pixel + 1]), Double(values[3 * pixel + 2]))
    return [
      0.412453 * r + 0.357580 * g + 0.180423 * b, 0.212671 * r + 0.715160 * g + 0.072169 * b,
      0.019334 * r + 0.119193 * g + 0.950227 * b,
    ]
  }
}
