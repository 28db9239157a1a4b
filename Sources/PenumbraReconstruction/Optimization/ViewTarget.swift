import PenumbraTransport

/// What a render of one photo should be, and how much each pixel counts.
struct ViewTarget: Sendable {
  let camera: Camera
  /// Linear RGB over the backdrop, shape [height × width × 3].
  let rgb: [Float]
  /// Shape [height × width].
  let weights: [Float]

  /// - Parameters:
  ///   - backdrop: radiance behind the object.
  ///   - gain: factor of the photo's exposure, taken out.
  init(_ photo: Photo, backdrop: Float, gain: SIMD3<Float> = .one) {
    camera = photo.camera
    var (rgb, weights) = ([Float](repeating: 0, count: photo.rgb.count), photo.validity)
    let distance = photo.mask.map { SilhouetteDistance(mask: $0, width: photo.width, height: photo.height) }
    for pixel in weights.indices {
      let cover = photo.mask?[pixel] ?? 1
      for c in 0..<3 { rgb[3 * pixel + c] = photo.rgb[3 * pixel + c] / gain[c] + (1 - cover) * backdrop }
      let light = (photo.rgb[3 * pixel] + photo.rgb[3 * pixel + 1] + photo.rgb[3 * pixel + 2]) / 3
      // Far outside the object there is nothing to learn.
      let isNear = (distance?.values[pixel] ?? 0) < Self.band
      weights[pixel] *= isNear ? cover * Self.slopeSquared(light / max(cover, 0.05)) + (1 - cover) * Self.outside : 0
    }
    (self.rgb, self.weights) = (rgb, weights)
  }

  /// Weighted mean squared difference of a picture, shape [height × width × 3].
  func loss(of picture: [Float]) -> Double {
    var (sum, total) = (0.0, 0.0)
    for pixel in weights.indices where weights[pixel] > 0 {
      for c in 0..<3 {
        let difference = Double(picture[3 * pixel + c] - rgb[3 * pixel + c])
        sum += Double(weights[pixel]) * difference * difference
      }
      total += 3 * Double(weights[pixel])
    }
    return total > 0 ? sum / total : 0
  }

  /// Pixels around the silhouette that count.
  private static let band: Float = 12
  /// Weight of the backdrop beside an object of middle brightness.
  private static let outside: Float = 0.5

  /// Square of the slope of the sRGB curve: a squared difference in linear light times this is nearly one in what people
  /// see. Limited in the dark, where noise rules.
  static func slopeSquared(_ light: Float) -> Float {
    // d/dL 1.055 L^(1/2.4), raised to L^(-7/6) in the square.
    let l = min(max(light, 0.03), 1)
    return 0.1932 * Power.minusSevenSixths(l)
  }
}
