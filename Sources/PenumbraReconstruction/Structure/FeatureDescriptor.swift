import Foundation

/// What a photo looks like around a point, turned by its strongest gradient: histograms of gradients in 4 × 4 cells.
///
/// - Source: Lowe 2004, sections 5 and 6.
struct FeatureDescriptor {
  /// 128 numbers of length 1: 4 × 4 cells of 8 directions.
  let parts: [SIMD16<Float>]

  private static let cells = 4
  private static let directions = 8
  /// Width of a cell over the blur of the point.
  private static let cellWidth: Float = 3
  /// Gradients of one direction count so much at most: highlights and shadows make them strong.
  private static let most: Float = 0.2

  /// - Parameters:
  ///   - place: centre in pixels of the picture, the first pixel's centre at (0, 0).
  ///   - scale: standard deviation of the blur at which the point was found.
  /// - Returns: `nil` too near to the border.
  init?(_ picture: ScaleSpace.Level, _ place: SIMD2<Float>, scale: Float) {
    let angle = Self.orientation(picture, place, scale: scale)
    let (sine, cosine) = (sinf(angle), cosf(angle))
    let width = Self.cellWidth * scale
    let half = Float(Self.cells) / 2
    let radius = Int((width * (half + 0.5) * Float(2).squareRoot()).rounded(.up))
    let (cx, cy) = (Int(place.x.rounded()), Int(place.y.rounded()))
    // A part of the square may stick out of the picture.
    guard cx > 1, cy > 1, cx < picture.width - 2, cy < picture.height - 2 else { return nil }
    var bins = [Float](repeating: 0, count: Self.cells * Self.cells * Self.directions)
    for y in max(1, cy - radius)...min(picture.height - 2, cy + radius) {
      for x in max(1, cx - radius)...min(picture.width - 2, cx + radius) {
        let (dx, dy) = (Float(x) - place.x, Float(y) - place.y)
        let (u, v) = ((cosine * dx + sine * dy) / width, (cosine * dy - sine * dx) / width)
        guard max(abs(u), abs(v)) < half + 0.5 else { continue }
        let gx = (picture.at(x + 1, y) - picture.at(x - 1, y)) / 2
        let gy = (picture.at(x, y + 1) - picture.at(x, y - 1)) / 2
        let size = (gx * gx + gy * gy).squareRoot() * expf(-(u * u + v * v) / (half * half * 2))
        guard size > 0 else { continue }
        var turn = (atan2f(gy, gx) - angle) / (2 * .pi)
        turn -= turn.rounded(.down)
        Self.add(size, at: SIMD3(u + half - 0.5, v + half - 0.5, turn * Float(Self.directions)), to: &bins)
      }
    }
    for limit in [Self.most, .infinity] {
      let size = max(bins.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-12)
      for i in bins.indices { bins[i] = min(bins[i] / size, limit) }
    }
    parts = (0..<Features.parts).map { part in
      var lanes = SIMD16<Float>()
      for k in 0..<16 { lanes[k] = bins[16 * part + k] }
      return lanes
    }
  }

  /// Spreads a gradient over the neighbouring cells and directions.
  @inline(__always)
  private static func add(_ size: Float, at p: SIMD3<Float>, to bins: inout [Float]) {
    let low = SIMD3(p.x.rounded(.down), p.y.rounded(.down), p.z.rounded(.down))
    let share = p - low
    for corner in 0..<8 {
      let (i, j, k) = (corner & 1, corner >> 1 & 1, corner >> 2)
      let (x, y) = (Int(low.x) + i, Int(low.y) + j)
      guard x >= 0, y >= 0, x < cells, y < cells else { continue }
      let weight =
        (i == 1 ? share.x : 1 - share.x) * (j == 1 ? share.y : 1 - share.y) * (k == 1 ? share.z : 1 - share.z)
      bins[(y * cells + x) * directions + (Int(low.z) + k) % directions] += weight * size
    }
  }

  /// The strongest direction of gradients around a point, in radians.
  private static func orientation(_ picture: ScaleSpace.Level, _ place: SIMD2<Float>, scale: Float) -> Float {
    let count = 36
    var bins = [Float](repeating: 0, count: count)
    let sigma = 1.5 * scale
    let radius = Int((3 * sigma).rounded())
    let (cx, cy) = (Int(place.x.rounded()), Int(place.y.rounded()))
    let (top, bottom) = (max(1, cy - radius), min(picture.height - 2, cy + radius))
    let (left, right) = (max(1, cx - radius), min(picture.width - 2, cx + radius))
    guard top <= bottom, left <= right else { return 0 }
    for y in top...bottom {
      for x in left...right {
        let (dx, dy) = (Float(x) - place.x, Float(y) - place.y)
        let gx = picture.at(x + 1, y) - picture.at(x - 1, y)
        let gy = picture.at(x, y + 1) - picture.at(x, y - 1)
        var turn = atan2f(gy, gx) / (2 * .pi)
        turn -= turn.rounded(.down)
        let bin = Int(turn * Float(count)) % count
        bins[bin] += (gx * gx + gy * gy).squareRoot() * expf(-(dx * dx + dy * dy) / (2 * sigma * sigma))
      }
    }
    for _ in 0..<4 {
      let before = bins
      for i in 0..<count { bins[i] = (before[(i + count - 1) % count] + before[i] + before[(i + 1) % count]) / 3 }
    }
    guard let peak = bins.indices.max(by: { bins[$0] < bins[$1] }) else { return 0 }
    let (l, m, r) = (bins[(peak + count - 1) % count], bins[peak], bins[(peak + 1) % count])
    let curvature = l - 2 * m + r
    let offset = curvature < 0 ? 0.5 * (l - r) / curvature : 0
    return (Float(peak) + 0.5 + offset) / Float(count) * 2 * .pi
  }
}
