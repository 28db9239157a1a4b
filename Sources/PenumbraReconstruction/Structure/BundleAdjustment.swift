import Foundation

/// Moves cameras and points until the points lie in the photos where they were found.
///
/// Levenberg and Marquardt's method with the points eliminated from each step, and Cauchy's loss, whose width follows the
/// residuals: wrong matches lose their say as the right ones fall into place.
///
/// - Source: Triggs et al. 2000, *Bundle adjustment — a modern synthesis*, sections 4.3 and 6.1.
struct BundleAdjustment {
  struct Observation: Sendable {
    var camera: Int
    var point: Int
    /// In pixels.
    var pixel: SIMD2<Double>
  }

  private(set) var cameras: [Camera]
  private(set) var points: [SIMD3<Double>]
  let observations: [Observation]
  /// World length that counts like a radian: how far the scene is.
  let distance: Double
  let movesCameras: Bool
  /// Whether the focal lengths follow too, all by one factor. Only with the cameras.
  let movesFocal: Bool
  let movesPoints: Bool

  /// How far cameras are expected to be wrong, in radians and in shares of the distance: all that holds the whole in place
  /// where the photos do not, and next to nothing where they do.
  static let expectedError = 0.02
  /// The same of the logarithm of the focal length.
  private static let expectedZoom = 0.1
  /// The least width of the loss, in pixels: features are found no better.
  private static let leastWidth = 0.5

  /// Σ of each camera's steps: rotation, then translation over `distance`, then the logarithm of the focal length's factor.
  private(set) var moved: [SIMD8<Double>]
  /// Ranges of observations, which are ordered by their points.
  let ranges: [Range<Int>]

  /// - Parameter observations: ordered by point.
  init(
    cameras: [Camera], points: [SIMD3<Double>], observations: [Observation], distance: Double,
    movesCameras: Bool = true, movesFocal: Bool = false, movesPoints: Bool = true
  ) {
    (self.cameras, self.points, self.observations) = (cameras, points, observations)
    (self.distance, self.movesCameras, self.movesPoints) = (distance, movesCameras, movesPoints)
    self.movesFocal = movesFocal && movesCameras
    moved = cameras.map { _ in .zero }
    var (ranges, start) = ([Range<Int>](), 0)
    for point in points.indices {
      var end = start
      while end < observations.count, observations[end].point == point { end += 1 }
      ranges.append(start..<end)
      start = end
    }
    self.ranges = ranges
  }

  /// Distances [pixels] between where points are and where they were found; infinite behind a camera.
  var errors: [Double] {
    observations.map { o in
      cameras[o.camera].project(points[o.point]).map { length2($0.pixel - o.pixel) } ?? .infinity
    }
  }

  var medianError: Double {
    let sorted = errors.sorted()
    return sorted.isEmpty ? .infinity : sorted[sorted.count / 2]
  }

  mutating func solve(iterations: Int = 40) {
    var damping = 1e-3
    for _ in 0..<iterations {
      let width = max(2 * medianError, Self.leastWidth)
      let before = cost(width)
      let system = BundleEquations(self, width: width)
      var isLower = false
      for _ in 0..<6 where !isLower {
        guard let step = system.step(damping: damping) else {
          damping *= 10
          continue
        }
        var trial = self
        trial.apply(step)
        let after = trial.cost(width)
        if after < before {
          let isSettled = before - after < 1e-7 * before
          self = trial
          damping = max(damping / 5, 1e-9)
          isLower = true
          if isSettled { return }
        } else {
          damping *= 4
        }
      }
      if !isLower { return }
    }
  }

  /// How much better another bundle of the same points explains where they were found, in variances of the noise: of the
  /// order of 1 for an unknown more that explains nothing.
  func gain(of other: BundleAdjustment) -> Double {
    // The median of lengths in the plane is that of Rayleigh's distribution.
    let noise = other.medianError / (2 * log(2.0)).squareRoot()
    let width = max(2 * other.medianError, Self.leastWidth)
    return (dataCost(width) - other.dataCost(width)) / max(noise * noise, .leastNormalMagnitude)
  }

  private func dataCost(_ width: Double) -> Double {
    errors.reduce(0) { sum, error in
      // A point behind its camera counts as a very bad one.
      let r = min(error, 1e4) / width
      return sum + width * width * log1p(r * r)
    }
  }

  private func cost(_ width: Double) -> Double {
    var sum = dataCost(width)
    for m in moved { sum += (m * m * expectation).sum() }
    return sum
  }

  /// Reciprocal variances of what cameras are moved by; all share the last.
  var expectation: SIMD8<Double> {
    var result = SIMD8(repeating: 1 / (Self.expectedError * Self.expectedError))
    result[6] = 1 / (Self.expectedZoom * Self.expectedZoom * Double(max(cameras.count, 1)))
    return result
  }

  private mutating func apply(_ step: (cameras: [SIMD8<Double>], points: [SIMD3<Double>])) {
    for (i, s) in step.cameras.enumerated() {
      cameras[i].pose = cameras[i].pose.moved(
        rotation: SIMD3(s[0], s[1], s[2]), translation: SIMD3(s[3], s[4], s[5]) * distance)
      cameras[i].pinhole.focal *= exp(s[6])
      moved[i] += s
    }
    for (i, s) in step.points.enumerated() { points[i] += s }
  }

  private func length2(_ v: SIMD2<Double>) -> Double { (v * v).sum().squareRoot() }
}
