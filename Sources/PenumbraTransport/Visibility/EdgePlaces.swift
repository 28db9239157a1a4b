import Foundation

/// Where a glossy point looks on a straight edge, in [0, 1] along it: near the place that is closest to the lobe's peak, by a
/// Cauchy distribution as wide as the lobe, and one time in five anywhere.
struct EdgePlaces {
  /// The closest place, which may lie beyond the ends.
  private var middle: Float = 0
  private var width: Float = 1
  /// Arc tangents of the ends in widths from the middle.
  private var first: Float = 0
  private var range: Float = 0
  private var uniformShare: Float = 1

  private static let leastUniformShare: Float = 0.2

  /// - Parameters:
  ///   - q: from the point to the beginning of the edge.
  ///   - e: from the beginning of the edge to its end.
  ///   - peak: unit vector.
  ///   - alpha: roughness of the lobe.
  init(_ q: Vector3, along e: Vector3, peak: Vector3, alpha: Float) {
    // The cosine between the peak and q + t e is stationary at one t.
    let (a, b, c, d) = (dot(peak, q), dot(peak, e), q.squaredLength, dot(q, e))
    let middle = (a * d - b * c) / (b * d - a * e.squaredLength)
    // From edges that lead past behind the point, no place stands out.
    guard abs(middle) < 1e4, a + middle * b > 0 else { return }
    let nearest = q + e * middle
    let squared = nearest.squaredLength
    // A facet turns by half the angle between directions. Both sides are multiplied by the distance.
    let offset2 = 4 * alpha * alpha * squared + cross(peak, nearest).squaredLength
    let width = (offset2 * squared / cross(e, nearest).squaredLength).squareRoot()
    let (first, last) = (atan(-middle / width), atan((1 - middle) / width))
    guard width.isFinite, last - first > 1e-4 else { return }
    (self.middle, self.width, self.first, range) = (middle, width, first, last - first)
    uniformShare = Self.leastUniformShare
  }

  func density(_ t: Float) -> Float {
    guard uniformShare < 1 else { return 1 }
    let z = (t - middle) / width
    return uniformShare + (1 - uniformShare) / (width * (1 + z * z) * range)
  }

  func sample(_ u: Float) -> (place: Float, density: Float) {
    guard u >= uniformShare else {
      let t = u / uniformShare
      return (t, density(t))
    }
    let v = (u - uniformShare) / (1 - uniformShare)
    let t = min(max(middle + width * tan(first + v * range), 0), 1)
    return (t, density(t))
  }
}
