extension Image {
  /// Signed values as colours for people: white where the mean of the channels is 0, red for growth and blue for loss.
  ///
  /// The scale is set by the 99th percentile of magnitudes, so that a few extreme pixels do not hide the rest.
  public func signedColor() -> Image {
    let count = channels.count
    let means = (0..<pixelCount).map { pixel in
      values[(pixel * count)..<((pixel + 1) * count)].reduce(0, +) / Float(count)
    }
    let magnitudes = means.map { $0.isFinite ? abs($0) : 0 }.sorted()
    let scale = max(magnitudes[min(magnitudes.count * 99 / 100, magnitudes.count - 1)], .leastNormalMagnitude)
    var picture = Image(width: width, height: height, repeating: 1)
    for (pixel, mean) in means.enumerated() {
      // A root makes small derivatives visible beside large ones.
      let strength = mean.isFinite ? min(abs(mean) / scale, 1).squareRoot() : 0
      let color: SIMD3<Float> = mean < 0 ? [0.05, 0.15, 0.7] : [0.75, 0.03, 0.05]
      for c in 0..<3 { picture.values[3 * pixel + c] = 1 - strength * (1 - color[c]) }
    }
    return picture
  }
}
