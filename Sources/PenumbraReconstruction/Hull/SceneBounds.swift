/// The box to reconstruct in, when nobody names one.
enum SceneBounds {
  /// The point nearest to all lines of sight, in the least-squares sense.
  ///
  /// - Parameter targets: the pixel each camera looks at.
  /// - Returns: `nil` when the lines are parallel.
  static func focus(_ cameras: [Camera], targets: [SIMD2<Double>]) -> SIMD3<Double>? {
    // Σ (I − d dᵀ) x = Σ (I − d dᵀ) c.
    var m = [SIMD3<Double>](repeating: .zero, count: 3)
    var right = SIMD3<Double>.zero
    for (camera, target) in zip(cameras, targets) {
      let d = normalize(camera.pose.world(camera.pinhole.direction(target)))
      let c = camera.pose.position
      for i in 0..<3 {
        var row = -d * d[i]
        row[i] += 1
        m[i] += row
        right[i] += dot(row, c)
      }
    }
    let determinant = dot(m[0], cross(m[1], m[2]))
    guard abs(determinant) > 1e-6 * Double(cameras.count) else { return nil }
    let (a, b, c) = (cross(m[1], m[2]), cross(m[2], m[0]), cross(m[0], m[1]))
    return (a * right.x + b * right.y + c * right.z) / determinant
  }

  /// A cube that holds what all masks show.
  static func ofMasks(_ photos: [Photo]) -> Box? {
    var (cameras, targets, reach) = ([Camera](), [SIMD2<Double>](), [Double]())
    for photo in photos {
      guard let mask = photo.mask else { continue }
      var (low, high) = (SIMD2<Double>(repeating: .infinity), SIMD2<Double>(repeating: -.infinity))
      for i in mask.indices where mask[i] > 0.5 {
        let p = SIMD2(Double(i % photo.width) + 0.5, Double(i / photo.width) + 0.5)
        low = pointwiseMin(low, p)
        high = pointwiseMax(high, p)
      }
      cameras.append(photo.camera)
      targets.append((low + high) / 2)
      let size = high - low
      reach.append(0.5 * (size.x * size.x + size.y * size.y).squareRoot() / photo.camera.pinhole.focal)
    }
    guard let center = focus(cameras, targets: targets) else { return nil }
    let radius = zip(cameras, reach).map { length($0.pose.position - center) * $1 }.max() ?? 0
    guard radius > 0 else { return nil }
    return Box(center - 1.2 * radius, center + 1.2 * radius)
  }

  /// The box around most of a cloud of points: its outermost percents are often wrong.
  static func ofPoints(_ points: [SIMD3<Double>]) -> Box? {
    guard points.count >= 50 else { return nil }
    var box = Box(.zero, .zero)
    for axis in 0..<3 {
      let sorted = points.map { $0[axis] }.sorted()
      box.lower[axis] = sorted[sorted.count / 100]
      box.upper[axis] = sorted[sorted.count - 1 - sorted.count / 100]
    }
    return (box.upper - box.lower).min() > 0 ? box.grown(by: 0.05) : nil
  }

  /// A cube around what cameras look at: half as far as they are.
  static func ofViews(_ photos: [Photo]) -> Box? {
    let cameras = photos.map(\.camera)
    let centers = cameras.map { SIMD2(Double($0.pinhole.width) / 2, Double($0.pinhole.height) / 2) }
    guard let center = focus(cameras, targets: centers) else { return nil }
    let distances = cameras.map { length($0.pose.position - center) }.sorted()
    let radius = 0.5 * (distances.isEmpty ? 0 : distances[distances.count / 2])
    return radius > 0 ? Box(center - radius, center + radius) : nil
  }
}
