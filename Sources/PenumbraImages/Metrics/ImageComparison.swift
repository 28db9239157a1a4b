import Foundation

/// How far a picture is from a reference, over R, G and B in linear light (grey is replicated, alpha ignored).
///
/// `relativeMSE` divides by the reference, so the order of the two pictures matters.
public struct ImageComparison: Sendable, Equatable {
  /// Root of the mean squared difference; same unit as the pictures.
  public let rmse: Double
  /// Mean of (a − b)² / (b² + 0.01), with b the reference.
  public let relativeMSE: Double
  /// Peak signal-to-noise ratio in dB with peak 1 on linear values; infinite for equal pictures.
  public let psnr: Double
  /// The same on sRGB-encoded values clamped to 0...1, as photographs are usually judged.
  public let psnrSRGB: Double
  /// Structural similarity of sRGB-encoded luma; 1 for equal pictures.
  public let ssim: Double
  /// Mean of the FLIP error map; 0 for equal pictures, at most 1.
  public let flip: Double

  /// Every metric at once.
  /// - Parameters:
  ///   - name: the file that errors should name.
  /// - Throws: `mismatch` where sizes differ, `unsupported` where a picture has no colours.
  public init(
    _ image: Image, reference: Image, pixelsPerDegree: Double = FLIP.defaultPixelsPerDegree, name: String = "image"
  ) throws(ImageError) {
    let (a, b) = try Self.matched(image, reference, name: name)
    let mse = Self.meanSquaredError(a.values, b.values)
    rmse = mse.squareRoot()
    relativeMSE = Self.relativeMeanSquaredError(a.values, b.values)
    psnr = Self.psnr(meanSquaredError: mse)
    psnrSRGB = Self.psnr(meanSquaredError: Self.meanSquaredError(a.displayed.values, b.displayed.values))
    ssim = SSIM.mean(a, b)
    flip = try FLIP(pixelsPerDegree: pixelsPerDegree).map(a, reference: b, name: name).mean
  }

  /// The two pictures as linear RGB of the same size.
  static func matched(_ image: Image, _ reference: Image, name: String) throws(ImageError) -> (Image, Image) {
    guard image.width == reference.width, image.height == reference.height else {
      throw ImageError(
        .mismatch, file: name, place: "size", expected: "\(reference.width)×\(reference.height) as the reference",
        found: "\(image.width)×\(image.height)")
    }
    return try (image.rgb(name: name), reference.rgb(name: name))
  }

  private static func meanSquaredError(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0.0) { sum, pair in
      let difference = Double(pair.0) - Double(pair.1)
      return sum + difference * difference
    } / Double(a.count)
  }

  private static func relativeMeanSquaredError(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0.0) { sum, pair in
      let (value, reference) = (Double(pair.0), Double(pair.1))
      return sum + (value - reference) * (value - reference) / (reference * reference + 1e-2)
    } / Double(a.count)
  }

  private static func psnr(meanSquaredError: Double) -> Double {
    meanSquaredError == 0 ? .infinity : -10 * log10(meanSquaredError)
  }
}

extension Image {
  /// The picture as a display shows it: sRGB-encoded and clamped to 0...1, NaN as 0.
  var displayed: Image {
    var encoded = self
    for index in values.indices { encoded.values[index] = SRGB.encode(min(max(values[index], 0), 1)) }
    return encoded
  }

  /// Mean of all values; NaN where any is.
  public var mean: Double { values.reduce(0.0) { $0 + Double($1) } / Double(values.count) }
}
