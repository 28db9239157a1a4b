import PenumbraImages

/// How well the render of one photo is.
struct ViewMetrics: Sendable {
  let name: String
  let isHeldOut: Bool
  /// In dB on sRGB-encoded values, over the whole picture and over the pixels of the mask; with masks, photo and render
  /// are compared before black.
  let psnr: Double
  let psnrInMask: Double?
  /// The same on linear values, over the whole picture.
  let psnrLinear: Double
  let ssim: Double
  /// Intersection over union of the render's alpha and the mask.
  let overlap: Double?
  let photo: Image
  let render: Image

  /// - Parameters:
  ///   - rgb: linear, premultiplied, shape [height × width × 3].
  ///   - alpha: shape [height × width].
  init(_ photo: Photo, rgb: [Float], alpha: [Float]) throws(ReconstructionError) {
    (name, isHeldOut) = (photo.name, photo.isHeldOut)
    // What the photo does not show is not judged.
    let seen = photo.validity
    func shown(_ values: [Float]) -> Image {
      Image(
        width: photo.width, height: photo.height, values: values.indices.map { seen[$0 / 3] > 0 ? values[$0] : 0 })
    }
    (self.photo, render) = (shown(photo.rgb), shown(rgb))
    do {
      let comparison = try ImageComparison(render, reference: self.photo, name: photo.name)
      (psnr, psnrLinear, ssim) = (comparison.psnrSRGB, comparison.psnr, comparison.ssim)
    } catch { throw ReconstructionError(error) }
    guard let mask = photo.mask else {
      (psnrInMask, overlap) = (nil, nil)
      return
    }
    var (sum, count, both, either) = (0.0, 0, 0, 0)
    for pixel in mask.indices where seen[pixel] > 0 {
      let (a, b) = (alpha[pixel] > 0.5, mask[pixel] > 0.5)
      if a && b { both += 1 }
      if a || b { either += 1 }
      guard b else { continue }
      for c in 0..<3 {
        let difference = Double(Self.displayed(rgb[3 * pixel + c]) - Self.displayed(photo.rgb[3 * pixel + c]))
        sum += difference * difference
      }
      count += 3
    }
    psnrInMask = count > 0 ? -10 * Decibel.logarithm(sum / Double(count)) : nil
    overlap = either > 0 ? Double(both) / Double(either) : nil
  }

  /// |render − photo| in false colour; the lightest colour is half of white.
  var difference: Image {
    guard let difference = try? Image.difference(render, reference: photo) else { return render }
    return difference.falseColor(maximum: 0.5)
  }

  private static func displayed(_ linear: Float) -> Float { SRGB.encode(min(max(linear, 0), 1)) }
}
