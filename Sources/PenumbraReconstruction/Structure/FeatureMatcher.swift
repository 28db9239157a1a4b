/// Finds points of one photo again in another, beside where the cameras say that they must be.
struct FeatureMatcher {
  let cameras: [Camera]
  let features: [Features]

  /// Distance from the epipolar line that wrong cameras may cause, over the picture's longer side: about three degrees.
  private static let band = 0.05
  /// Greatest ratio of the best descriptor's squared distance to the second best one's.
  private static let ratio: Float = 0.64
  /// Photos that each one is compared with.
  private static let partners = 10

  /// Pairs of photos worth comparing: those that look alike, from near to each other.
  ///
  /// - Parameter distance: from the cameras to what they look at.
  static func pairs(_ cameras: [Camera], distance: Double) -> [SIMD2<Int>] {
    var pairs = Set<SIMD2<Int>>()
    for i in cameras.indices {
      let near = cameras.indices.filter { $0 != i }.map { j in
        let (a, b) = (cameras[i].pose, cameras[j].pose)
        return (j, length(a.forward - b.forward) + length(a.position - b.position) / max(distance, 1e-12))
      }.filter { $0.1 < 2 }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
      for (j, _) in near.prefix(partners) { pairs.insert(SIMD2(min(i, j), max(i, j))) }
    }
    return pairs.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
  }

  /// Points of photo `i` and of photo `j` that are each other's best.
  func matches(_ i: Int, _ j: Int) -> [SIMD2<Int32>] {
    let (a, b) = (features[i], features[j])
    guard a.count > 0, b.count > 1 else { return [] }
    var best = [(index: Int32, distance: Float, second: Float)](repeating: (-1, .infinity, .infinity), count: a.count)
    var reverse = [(index: Int32, distance: Float)](repeating: (-1, .infinity), count: b.count)
    let band = Self.band * Double(max(cameras[j].pinhole.width, cameras[j].pinhole.height))
    a.descriptors.withUnsafeBufferPointer { left in
      b.descriptors.withUnsafeBufferPointer { right in
        guard let left = left.baseAddress, let right = right.baseAddress else { return }
        for m in 0..<a.count {
          let line = EpipolarLine(from: cameras[i], a.positions[m], to: cameras[j])
          for n in 0..<b.count where line.distance(b.positions[n]) < band {
            let d = Features.distance(left + Features.parts * m, right + Features.parts * n)
            if d < best[m].distance {
              best[m] = (Int32(n), d, best[m].distance)
            } else if d < best[m].second {
              best[m].second = d
            }
            if d < reverse[n].distance { reverse[n] = (Int32(m), d) }
          }
        }
      }
    }
    return best.indices.compactMap { m in
      let found = best[m]
      guard found.index >= 0, found.distance < Self.ratio * found.second, found.distance < 0.5,
        reverse[Int(found.index)].index == Int32(m)
      else { return nil }
      return SIMD2(Int32(m), found.index)
    }
  }
}

/// Where another camera sees the points along a ray.
private struct EpipolarLine {
  /// a x + b y + c = 0 with a² + b² = 1.
  private let line: SIMD3<Double>

  init(from first: Camera, _ pixel: SIMD2<Double>, to second: Camera) {
    // The plane through both centres and the ray.
    let direction = first.pose.world(first.pinhole.direction(pixel))
    let normal = cross(first.pose.position - second.pose.position, direction)
    let p = second.pose
    let n = SIMD3(dot(p.right, normal), dot(p.down, normal), dot(p.forward, normal))
    let pinhole = second.pinhole
    let raw = SIMD3(n.x, n.y, n.z * pinhole.focal - n.x * pinhole.cx - n.y * pinhole.cy)
    let size = (raw.x * raw.x + raw.y * raw.y).squareRoot()
    // Without a baseline every place is possible.
    line = size > 0 ? raw / size : .zero
  }

  @inline(__always)
  func distance(_ pixel: SIMD2<Double>) -> Double { abs(line.x * pixel.x + line.y * pixel.y + line.z) }
}
