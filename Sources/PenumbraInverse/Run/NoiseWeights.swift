/// How much each pixel counts beside the weight that it was given: less where its render is noisier than pictures differ.
///
/// Least squares are most precise when squares count by the inverse of their variance. That of a residual has a part by the
/// render, which differs between pixels by orders of magnitude (the rim of a highlight, a caustic) and is known from two
/// halves of the samples, and a part that is taken to be the same everywhere: the target's own noise, and what the scene
/// does not explain. With v the render's variance and τ² a typical square of a residual,
///
///     W = (τ² + v̄) / (τ² + v),   v̄ the median of v,
///
/// so that far from a solution, where τ² is large, all pixels count alike. v is that of the neighbours: were it the
/// pixel's own, one that missed a rare bright sample would count for more than one that met it, a bias.
///
/// - Source: Aitken 1935, *On least squares and linear combination of observations*.
struct NoiseWeights {
  /// W, shape [height × width], in (0, 2]; 0 for pixels that do not count at all.
  let values: [Float]

  /// Half of the side of the neighbourhood, in pixels.
  private static let reach = 2

  /// - Parameters:
  ///   - width: of the picture in pixels, like its height.
  ///   - weights: as given, shape [height × width].
  ///   - residuals: by two halves of the samples, in units in which their squares are summed, shape [height × width × 3].
  ///   - isWanted: whether a pixel answers to any unknown; those alone say what is typical.
  init(
    width: Int, height: Int, weights: [Float], residuals: (a: [Float], b: [Float]), isWanted: (_ pixel: Int) -> Bool
  ) {
    var variances = [Float](repeating: 0, count: weights.count)
    var squares = variances
    for i in residuals.a.indices {
      let (mean, difference) = ((residuals.a[i] + residuals.b[i]) / 2, (residuals.a[i] - residuals.b[i]) / 2)
      variances[i / 3] += difference * difference / 3
      squares[i / 3] += mean * mean / 3
    }
    let local = Self.neighbourMeans(variances, weights, width: width, height: height)
    let wanted = weights.indices.filter { weights[$0] > 0 && isWanted($0) }
    let noise = Self.median(wanted.map { local[$0] })
    let typical = max(Self.median(wanted.map { squares[$0] }), noise)
    values = weights.indices.map { pixel in
      guard weights[pixel] > 0 else { return 0 }
      let weight = (typical + noise) / (typical + local[pixel])
      return weight.isFinite && typical > 0 ? weight : 1
    }
  }

  /// The mean over the pixels around each, itself left out.
  private static func neighbourMeans(_ values: [Float], _ weights: [Float], width: Int, height: Int) -> [Float] {
    var means = [Float](repeating: 0, count: values.count)
    for y in 0..<height {
      for x in 0..<width {
        var (sum, count): (Float, Float) = (0, 0)
        for v in max(y - reach, 0)...min(y + reach, height - 1) {
          for u in max(x - reach, 0)...min(x + reach, width - 1) where weights[v * width + u] > 0 {
            guard (u, v) != (x, y) else { continue }
            sum += values[v * width + u]
            count += 1
          }
        }
        means[y * width + x] = count > 0 ? sum / count : 0
      }
    }
    return means
  }

  private static func median(_ values: [Float]) -> Float {
    let finite = values.filter(\.isFinite).sorted()
    return finite.isEmpty ? 0 : finite[finite.count / 2]
  }
}
