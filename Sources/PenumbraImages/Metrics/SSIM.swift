import Foundation

/// Structural similarity of sRGB-encoded luma (Wang, Bovik, Sheikh & Simoncelli 2004).
///
/// Gaussian window of 11 × 11 pixels with σ = 1.5, K₁ = 0.01, K₂ = 0.03, dynamic range 1. The window is cut at the border and
/// its weights renormalised, so the map has the size of the pictures, however small.
public enum SSIM {
  /// Mean similarity of two linear RGB pictures of the same size, in −1...1.
  static func mean(_ a: Image, _ b: Image) -> Double { map(a, b).mean }

  /// Similarity per pixel, channel Y.
  /// - Throws: `mismatch` where sizes differ, `unsupported` where a picture has no colours.
  public static func map(_ image: Image, reference: Image, name: String = "image") throws(ImageError) -> Image {
    let (a, b) = try ImageComparison.matched(image, reference, name: name)
    return map(a, b)
  }

  private static func map(_ a: Image, _ b: Image) -> Image {
    let (x, y) = (luma(a), luma(b))
    let window = Kernel.gaussian(sigma: 1.5, radius: 5)
    func blurred(_ values: [Float]) -> [Float] {
      Plane(width: a.width, height: a.height, values: values).convolved(window, border: .renormalize).values
    }
    let (meanX, meanY) = (blurred(x), blurred(y))
    let (xx, yy, xy) = (blurred(multiply(x, x)), blurred(multiply(y, y)), blurred(multiply(x, y)))
    let (c1, c2): (Float, Float) = (0.01 * 0.01, 0.03 * 0.03)
    var similarity = Image(width: a.width, height: a.height, channels: ["Y"], repeating: 0)
    for i in similarity.values.indices {
      let (mx, my) = (meanX[i], meanY[i])
      let (varianceX, varianceY, covariance) = (xx[i] - mx * mx, yy[i] - my * my, xy[i] - mx * my)
      similarity.values[i] =
        ((2 * mx * my + c1) * (2 * covariance + c2))
        / ((mx * mx + my * my + c1) * (varianceX + varianceY + c2))
    }
    return similarity
  }

  /// Rec. 601 luma of the displayed picture, the grey that the paper's authors use.
  private static func luma(_ image: Image) -> [Float] {
    let shown = image.displayed.values
    return (0..<image.pixelCount).map {
      0.299 * shown[3 * $0] + 0.587 * shown[3 * $0 + 1] + 0.114 * shown[3 * $0 + 2]
    }
  }

  private static func multiply(_ a: [Float], _ b: [Float]) -> [Float] { zip(a, b).map { $0 * $1 } }
}
