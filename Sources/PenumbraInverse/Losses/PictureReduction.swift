/// Halves a picture: every second pixel in each direction, each the weighted mean of 5 × 5 binomial neighbours.
///
/// Weights (masks) go along: pixels of weight 0 leave no trace, and the reduced picture has reduced weights.
///
/// - Source: Burt & Adelson 1983, *The Laplacian pyramid as a compact image code*, with normalised convolution.
struct PictureReduction {
  let width: Int
  let height: Int
  let reducedWidth: Int
  let reducedHeight: Int
  /// Shape [reducedHeight × reducedWidth].
  let reducedWeights: [Float]
  private let weights: [Float]

  private static let taps: [Float] = [1.0 / 16, 4.0 / 16, 6.0 / 16, 4.0 / 16, 1.0 / 16]

  /// - Parameter weights: shape [height × width].
  init(width: Int, height: Int, weights: [Float]) {
    (self.width, self.height, self.weights) = (width, height, weights)
    (reducedWidth, reducedHeight) = ((width + 1) / 2, (height + 1) / 2)
    var sums = [Float](repeating: 0, count: reducedWidth * reducedHeight)
    Self.forEachTap(width, height) { from, to, tap in sums[to] += tap * weights[from] }
    reducedWeights = sums
  }

  /// Whether there is anything left to halve.
  var isUseful: Bool { width > 1 || height > 1 }

  /// - Parameter values: shape [height × width × channels].
  func apply(_ values: [Float], channels: Int) -> [Float] {
    var result = [Float](repeating: 0, count: reducedWeights.count * channels)
    values.withUnsafeBufferPointer { values in
      result.withUnsafeMutableBufferPointer { result in
        Self.forEachTap(width, height) { from, to, tap in
          let factor = factor(from, to, tap)
          guard factor != 0 else { return }
          for c in 0..<channels { result[to * channels + c] += factor * values[from * channels + c] }
        }
      }
    }
    return result
  }

  /// The transpose of `apply`.
  func transposed(_ values: [Float], channels: Int) -> [Float] {
    var result = [Float](repeating: 0, count: weights.count * channels)
    Self.forEachTap(width, height) { from, to, tap in
      let factor = factor(from, to, tap)
      guard factor != 0 else { return }
      for c in 0..<channels { result[from * channels + c] += factor * values[to * channels + c] }
    }
    return result
  }

  private func factor(_ from: Int, _ to: Int, _ tap: Float) -> Float {
    reducedWeights[to] > 0 ? tap * weights[from] / reducedWeights[to] : 0
  }

  @inline(__always)
  private static func forEachTap(_ width: Int, _ height: Int, _ body: (_ from: Int, _ to: Int, _ tap: Float) -> Void) {
    let reducedWidth = (width + 1) / 2
    for y in 0..<((height + 1) / 2) {
      for dy in -2...2 where (0..<height).contains(2 * y + dy) {
        for x in 0..<reducedWidth {
          for dx in -2...2 where (0..<width).contains(2 * x + dx) {
            body((2 * y + dy) * width + 2 * x + dx, y * reducedWidth + x, taps[dy + 2] * taps[dx + 2])
          }
        }
      }
    }
  }
}
