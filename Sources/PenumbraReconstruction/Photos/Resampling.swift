import PenumbraImages

/// A photo's picture drawn again as a pinhole camera in the same place would have taken it.
///
/// Each new pixel is the mean over the rectangle that its square covers in the source, at least one source pixel wide,
/// so that photos are reduced by area and pixels that are kept are copied exactly.
struct Resampling {
  let source: Intrinsics
  let target: Pinhole

  /// - Parameter image: any channels, of the size of `source`.
  /// - Returns: the picture, and the share of each new pixel that the source covers, shape [height × width].
  func apply(_ image: Image) -> (image: Image, coverage: [Float]) {
    precondition(image.width == source.width && image.height == source.height, "a picture of the camera's size")
    let channels = image.channels.count
    let rows = Parallel.map(target.height) { y in
      var (values, covered) = ([Float](), [Float]())
      values.reserveCapacity(target.width * channels)
      for x in 0..<target.width {
        let (sum, share) = pixel(x, y, image)
        values += sum
        covered.append(share)
      }
      return (values, covered)
    }
    return (
      Image(width: target.width, height: target.height, channels: image.channels, values: rows.flatMap(\.0)),
      rows.flatMap(\.1)
    )
  }

  private func pixel(_ x: Int, _ y: Int, _ image: Image) -> ([Float], Float) {
    let channels = image.channels.count
    var sum = [Float](repeating: 0, count: channels)
    var (low, high) = (SIMD2(repeating: Double.infinity), SIMD2(repeating: -Double.infinity))
    // The square's edge middles bound what it covers, also where the lens bends it.
    for offset in [SIMD2(0, 0.5), SIMD2(1, 0.5), SIMD2(0.5, 0), SIMD2(0.5, 1)] {
      guard let p = source.project(target.direction(SIMD2(Double(x), Double(y)) + offset)) else { return (sum, 0) }
      low = pointwiseMin(low, p)
      high = pointwiseMax(high, p)
    }
    let widen = pointwiseMax(SIMD2(repeating: 1) - (high - low), .zero) / 2
    (low, high) = (low - widen, high + widen)
    let area = Float((high.x - low.x) * (high.y - low.y))
    let (w, h) = (Double(image.width), Double(image.height))
    guard high.x > 0, high.y > 0, low.x < w, low.y < h else { return (sum, 0) }
    let columns = Int(max(low.x, 0))...min(image.width - 1, Int(max(min(high.x, w), 0)))
    let rows = Int(max(low.y, 0))...min(image.height - 1, Int(max(min(high.y, h), 0)))
    var total: Float = 0
    for row in rows {
      let tall = Float(min(Double(row + 1), high.y) - max(Double(row), low.y))
      guard tall > 0 else { continue }
      for column in columns {
        let weight = tall * Float(min(Double(column + 1), high.x) - max(Double(column), low.x))
        guard weight > 0 else { continue }
        total += weight
        let at = (row * image.width + column) * channels
        for c in 0..<channels { sum[c] += weight * image.values[at + c] }
      }
    }
    guard total > 0 else { return (sum, 0) }
    for c in 0..<channels { sum[c] /= total }
    return (sum, min(total / area, 1))
  }
}
