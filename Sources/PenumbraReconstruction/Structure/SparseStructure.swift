/// Points of the surface and where photos show them.
struct SparseStructure {
  var cameras: [Camera]
  private(set) var points: [SIMD3<Double>]
  /// Of the points, in their order.
  private(set) var tracks: [FeatureTrack]
  private let features: [Features]
  private let distance: Double

  /// Rays of one point have to part by at least 1.5°, or its depth is a guess.
  private static let leastParallax = 0.026

  /// - Parameter distance: from the cameras to what they look at.
  init(_ cameras: [Camera], _ tracks: [FeatureTrack], _ features: [Features], distance: Double) {
    (self.cameras, self.features, self.distance) = (cameras, features, distance)
    (points, self.tracks) = ([], [])
    for track in tracks {
      let rays = track.sightings.map { s -> (origin: SIMD3<Double>, direction: SIMD3<Double>) in
        let camera = cameras[Int(s.x)]
        let direction = camera.pose.world(camera.pinhole.direction(features[Int(s.x)].positions[Int(s.y)]))
        return (camera.pose.position, normalize(direction))
      }
      guard let first = rays.first, rays.contains(where: { dot($0.direction, first.direction) < 1 - parallaxLoss }),
        let point = Self.nearest(to: rays), track.sightings.allSatisfy({ cameras[Int($0.x)].project(point) != nil })
      else { continue }
      points.append(point)
      self.tracks.append(track)
    }
  }

  /// 1 − cos of the least parallax.
  private var parallaxLoss: Double { Self.leastParallax * Self.leastParallax / 2 }

  /// The point nearest to all rays, in the least-squares sense.
  private static func nearest(to rays: [(origin: SIMD3<Double>, direction: SIMD3<Double>)]) -> SIMD3<Double>? {
    var (matrix, right) = (Symmetric3(), SIMD3<Double>.zero)
    for (origin, d) in rays {
      for axis in 0..<3 {
        var row = -d * d[axis]
        row[axis] += 1
        matrix.add(row, weight: 1)
      }
      right += origin - d * dot(d, origin)
    }
    // I − d dᵀ is its own square.
    let inverse = matrix.inverse
    return inverse.xx > 0 ? inverse.times(right) : nil
  }

  private var observations: [BundleAdjustment.Observation] {
    tracks.enumerated().flatMap { point, track in
      track.sightings.map {
        BundleAdjustment.Observation(
          camera: Int($0.x), point: point, pixel: features[Int($0.x)].positions[Int($0.y)])
      }
    }
  }

  private func bundle(movesCameras: Bool, movesFocal: Bool = false) -> BundleAdjustment {
    BundleAdjustment(
      cameras: cameras, points: points, observations: observations, distance: distance, movesCameras: movesCameras,
      movesFocal: movesFocal)
  }

  /// - Parameter movesFocal: whether the focal lengths of all cameras follow by one factor.
  mutating func solve(movesCameras: Bool, movesFocal: Bool = false) {
    var bundle = bundle(movesCameras: movesCameras, movesFocal: movesFocal)
    bundle.solve()
    (cameras, points) = (bundle.cameras, bundle.points)
  }

  /// The same with focal lengths that follow, all by one factor; `nil` where the points do not tell another one from the
  /// given by `standardErrors`.
  func zoomed(atLeast standardErrors: Double) -> SparseStructure? {
    var other = self
    other.solve(movesCameras: true, movesFocal: true)
    let gain = bundle(movesCameras: false).gain(of: other.bundle(movesCameras: false))
    return gain > standardErrors * standardErrors ? other : nil
  }

  /// In pixels.
  var medianError: Double { bundle(movesCameras: false).medianError }

  var sightingsPerCamera: [Int] {
    var counts = [Int](repeating: 0, count: cameras.count)
    for track in tracks { for s in track.sightings { counts[Int(s.x)] += 1 } }
    return counts
  }

  /// Whether at least `count` photos show `least` points each.
  func covers(_ count: Int, least: Int) -> Bool { sightingsPerCamera.count { $0 >= least } >= count }

  /// Drops sightings far from their points, and points that fewer than three photos then show.
  mutating func dropOutliers() {
    let bundle = bundle(movesCameras: false)
    let (errors, limit) = (bundle.errors, max(4 * bundle.medianError, 1))
    var (kept, position) = ([(FeatureTrack, SIMD3<Double>)](), 0)
    for (track, point) in zip(tracks, points) {
      let good = track.sightings.enumerated().filter { errors[position + $0.offset] < limit }.map(\.element)
      position += track.sightings.count
      if good.count >= 3 { kept.append((FeatureTrack(sightings: good), point)) }
    }
    (tracks, points) = (kept.map(\.0), kept.map(\.1))
  }

  /// Where a photo that had no part in the points was taken from.
  ///
  /// - Parameters:
  ///   - near: photos that show the points.
  /// - Returns: the pose, the median errors [pixels] of the photo's own pose and of the found one, and the number of points
  ///   it shows; `nil` when it shows none.
  func resected(
    _ photo: Int, _ matcher: FeatureMatcher, near: [Int], _ tracks: [FeatureTrack], distance: Double
  ) -> (pose: CameraPose, before: Double, after: Double, count: Int)? {
    var numbers: [SIMD2<Int32>: Int] = [:]
    for (point, track) in tracks.enumerated() { for s in track.sightings { numbers[s] = point } }
    let own = cameras[photo].pose
    let partners = near.map { other -> (Int, Double) in
      let pose = cameras[other].pose
      return (other, length(pose.forward - own.forward) + length(pose.position - own.position) / distance)
    }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.prefix(10)
    // A point is taken where most photos agree on it.
    var votes: [Int: [Int32: Int]] = [:]
    for (other, _) in partners {
      for match in matcher.matches(other, photo) {
        if let point = numbers[SIMD2(Int32(other), match.x)] { votes[point, default: [:]][match.y, default: 0] += 1 }
      }
    }
    let sightings = votes.sorted { $0.key < $1.key }.compactMap { point, features -> (Int, Int32)? in
      features.max { ($0.value, $1.key) < ($1.value, $0.key) }.map { (point, $0.key) }
    }
    guard !sightings.isEmpty else { return nil }
    let observations = sightings.enumerated().map { number, sighting in
      BundleAdjustment.Observation(
        camera: 0, point: number, pixel: features[photo].positions[Int(sighting.1)])
    }
    var bundle = BundleAdjustment(
      cameras: [cameras[photo]], points: sightings.map { points[$0.0] }, observations: observations,
      distance: distance, movesPoints: false)
    let before = bundle.medianError
    bundle.solve()
    return (bundle.cameras[0].pose, before, bundle.medianError, observations.count)
  }
}
