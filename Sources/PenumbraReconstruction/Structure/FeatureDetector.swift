import Foundation

/// Points of photos that can be found again in other photos.
struct Features: Sendable {
  /// In pixels; (0, 0) is the corner of the first pixel.
  var positions: [SIMD2<Double>] = []
  /// Unit vectors of 128 numbers each, in eights of sixteen.
  var descriptors: [SIMD16<Float>] = []

  static let parts = 8
  var count: Int { positions.count }

  /// Squared distance between two descriptors, in 0...4.
  @inline(__always)
  static func distance(
    _ a: UnsafePointer<SIMD16<Float>>, _ b: UnsafePointer<SIMD16<Float>>
  ) -> Float {
    var sum = SIMD16<Float>.zero
    for k in 0..<parts {
      let d = a[k] - b[k]
      sum.addProduct(d, d)
    }
    return sum.sum()
  }
}

/// Finds blobs of any size: extrema of differences of Gaussians over place and scale.
///
/// - Source: Lowe 2004, sections 3 to 6; one orientation per point.
struct FeatureDetector {
  /// Least difference of Gaussians of a point, of pictures in 0...1.
  private static let contrast: Float = 0.008
  /// Greatest ratio of the principal curvatures: edges have no place along themselves.
  private static let edgeRatio: Float = 10

  private let space: ScaleSpace
  /// Differences of neighbouring levels, per octave.
  private let differences: [[ScaleSpace.Level]]

  static func features(of photo: Photo) -> Features {
    // About as people see it: noise is as strong in the light as in the dark.
    let grey = (0..<(photo.width * photo.height)).map { i -> Float in
      let sum: Float = photo.rgb[3 * i] + photo.rgb[3 * i + 1] + photo.rgb[3 * i + 2]
      return min(max(sum / 3, 0), 1).squareRoot()
    }
    let outline = photo.mask.map { SilhouetteDistance(mask: $0, width: photo.width, height: photo.height) }
    let detector = FeatureDetector(ScaleSpace(grey, width: photo.width, height: photo.height))
    return detector.find { position, radius in
      let (x, y) = (Int(position.x), Int(position.y))
      guard x >= 0, y >= 0, x < photo.width, y < photo.height, photo.validity[y * photo.width + x] > 0 else {
        return false
      }
      // Outlines lie on other points of the surface in each photo.
      return (outline?.values[y * photo.width + x] ?? -.infinity) < -max(radius, 3)
    }
  }

  private init(_ space: ScaleSpace) {
    self.space = space
    differences = space.octaves.map { levels in
      (1..<levels.count).map { i in
        var difference = levels[i]
        for k in difference.values.indices { difference.values[k] -= levels[i - 1].values[k] }
        return difference
      }
    }
  }

  /// - Parameter accepts: of a position and the radius of the blob, in pixels.
  private func find(_ accepts: (SIMD2<Double>, Float) -> Bool) -> Features {
    var features = Features()
    for octave in differences.indices {
      for level in 1...ScaleSpace.intervals {
        for candidate in extrema(octave, level) {
          guard let (place, scale) = refined(candidate, octave, level) else { continue }
          let factor = Double(1 << octave)
          let position = SIMD2<Double>(place) * factor + 0.5
          guard accepts(position, scale * Float(factor)) else { continue }
          let picture = space.octaves[octave][level]
          guard let descriptor = FeatureDescriptor(picture, place, scale: scale) else { continue }
          features.positions.append(position)
          features.descriptors += descriptor.parts
        }
      }
    }
    return features
  }

  /// Pixels that are greater or less than all 26 around them in place and scale.
  private func extrema(_ octave: Int, _ level: Int) -> [SIMD2<Int>] {
    let levels = differences[octave]
    let (own, below, above) = (levels[level], levels[level - 1], levels[level + 1])
    let width = own.width
    var found: [SIMD2<Int>] = []
    guard own.width > 12, own.height > 12 else { return found }
    for y in 5..<(own.height - 5) {
      for x in 5..<(own.width - 5) {
        let i = y * width + x
        let value = own.values[i]
        guard abs(value) > 0.8 * Self.contrast else { continue }
        let sign: Float = value > 0 ? 1 : -1
        let size = abs(value)
        // The nearest first: most pixels fail there.
        guard sign * own.values[i - 1] < size, sign * own.values[i + 1] < size else { continue }
        var isExtreme = true
        for row in [i - width, i, i + width] where isExtreme {
          for k in (row - 1)...(row + 1) {
            if sign * below.values[k] >= size || sign * above.values[k] >= size
              || (k != i && sign * own.values[k] >= size)
            {
              isExtreme = false
              break
            }
          }
        }
        if isExtreme { found.append(SIMD2(x, y)) }
      }
    }
    return found
  }

  /// The vertex of the parabola through an extremum, in pixels of its octave, and the blur there.
  ///
  /// - Returns: `nil` for weak points, for edges, and where the vertex is not near.
  private func refined(_ start: SIMD2<Int>, _ octave: Int, _ level: Int) -> (SIMD2<Float>, Float)? {
    let levels = differences[octave]
    let (x, y) = (start.x, start.y)
    func d(_ i: Int, _ j: Int, _ k: Int) -> Float { levels[level + k].at(x + i, y + j) }
    let center = d(0, 0, 0)
    let slope = SIMD3(d(1, 0, 0) - d(-1, 0, 0), d(0, 1, 0) - d(0, -1, 0), d(0, 0, 1) - d(0, 0, -1)) / 2
    let (xx, yy) = (d(1, 0, 0) + d(-1, 0, 0) - 2 * center, d(0, 1, 0) + d(0, -1, 0) - 2 * center)
    let ss = d(0, 0, 1) + d(0, 0, -1) - 2 * center
    let xy = (d(1, 1, 0) - d(-1, 1, 0) - d(1, -1, 0) + d(-1, -1, 0)) / 4
    let xs = (d(1, 0, 1) - d(-1, 0, 1) - d(1, 0, -1) + d(-1, 0, -1)) / 4
    let ys = (d(0, 1, 1) - d(0, -1, 1) - d(0, 1, -1) + d(0, -1, -1)) / 4
    let (a, b, c) = (SIMD3(xx, xy, xs), SIMD3(xy, yy, ys), SIMD3(xs, ys, ss))
    let determinant = dot(a, cross(b, c))
    guard abs(determinant) > 1e-20 else { return nil }
    let offset = -(cross(b, c) * slope.x + cross(c, a) * slope.y + cross(a, b) * slope.z) / determinant
    guard abs(offset.x) < 1, abs(offset.y) < 1, abs(offset.z) < 1 else { return nil }
    guard abs(center + 0.5 * dot(slope, offset)) > Self.contrast else { return nil }
    let (trace, product) = (xx + yy, xx * yy - xy * xy)
    let limit = (Self.edgeRatio + 1) * (Self.edgeRatio + 1) / Self.edgeRatio
    guard product > 0, trace * trace < limit * product else { return nil }
    return (SIMD2(Float(x) + offset.x, Float(y) + offset.y), ScaleSpace.sigma(Float(level) + offset.z))
  }
}
