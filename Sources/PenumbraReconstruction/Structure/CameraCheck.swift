import PenumbraInverse

/// What points that several photos show say about the photos' cameras.
///
/// Cameras that the points contradict are corrected before anything is reconstructed. Those of held-out photos follow points
/// that were found without them, so that they stay out of what they judge.
struct CameraCheck: Sendable {
  /// Of all photos, in their order.
  let poses: [CameraPose]
  /// What all focal lengths are multiplied with.
  let focalFactor: Double
  /// Points on surfaces, in the world.
  let points: [SIMD3<Double>]
  /// Medians over all sightings of the distance between where a point is and where it was found, in pixels: with the
  /// cameras as they were, and as they are now.
  let errorBefore: Double
  let errorAfter: Double
  /// Photos whose cameras were moved, by their order.
  let corrected: [Int]

  /// Sightings that place a camera.
  private static let leastSightings = 24
  /// Points nearer than this in the median, in pixels, do not contradict a camera. A fit that moves cameras always brings
  /// points nearer; where they were near, it follows the few places where points are, and what the points leave open, such
  /// as how one group of photos lies to the next, drifts.
  private static let leastContradiction = 1.0
  /// A correction has to bring down the error by this factor: less is noise.
  private static let leastGain = 0.6
  /// Focal lengths are believed unless another one is this many standard errors away; features are not quite as random as
  /// those assume.
  private static let leastZoom = 5.0
  /// Points are found to some tenths of a pixel.
  private static let goodError = 1.5

  /// - Returns: `nil` when there are too few points that are told from others to say anything.
  init?(_ photos: [Photo], isCancelled: (@Sendable () -> Bool)? = nil) {
    let training = photos.indices.filter { !photos[$0].isHeldOut }
    let cameras = photos.map(\.camera)
    guard training.count >= 3, let distance = Self.distance(training.map { cameras[$0] }) else { return nil }
    let features = Parallel.map(photos.count) {
      isCancelled?() ?? false ? Features() : FeatureDetector.features(of: photos[$0])
    }
    let matcher = FeatureMatcher(cameras: cameras, features: features)
    var tracks = Self.tracks(training, matcher, distance)
    var structure = SparseStructure(cameras, tracks, features, distance: distance)
    guard structure.covers(training.count / 2 + 1, least: Self.leastSightings) else { return nil }
    structure.solve(movesCameras: false)
    errorBefore = structure.medianError
    structure.solve(movesCameras: true)
    structure.dropOutliers()
    // What is left may be too little to move cameras by.
    guard structure.covers(training.count / 2 + 1, least: Self.leastSightings) else { return nil }
    structure.solve(movesCameras: true)
    structure = structure.zoomed(atLeast: Self.leastZoom) ?? structure
    let moved = structure.medianError
    let isBetter =
      errorBefore > Self.leastContradiction && moved < min(Self.leastGain * errorBefore, Self.goodError)
    var (poses, corrected, focalFactor) = (cameras.map(\.pose), [Int](), 1.0)
    if isBetter {
      focalFactor = structure.cameras[training[0]].pinhole.focal / cameras[training[0]].pinhole.focal
      let sightings = structure.sightingsPerCamera
      for index in training where sightings[index] >= Self.leastSightings {
        poses[index] = structure.cameras[index].pose
        corrected.append(index)
      }
    } else {
      structure.cameras = cameras
      structure.solve(movesCameras: false)
    }
    errorAfter = structure.medianError
    points = structure.points
    tracks = structure.tracks
    for index in photos.indices where photos[index].isHeldOut {
      let found = structure.resected(index, matcher, near: training, tracks, distance: distance)
      guard let found, found.count >= Self.leastSightings,
        found.before > Self.leastContradiction, found.after < min(Self.leastGain * found.before, 2 * Self.goodError)
      else { continue }
      poses[index] = found.pose
      corrected.append(index)
    }
    (self.poses, self.corrected, self.focalFactor) = (poses, corrected.sorted(), focalFactor)
  }

  /// From the cameras to what they look at together.
  private static func distance(_ cameras: [Camera]) -> Double? {
    let centers = cameras.map { SIMD2(Double($0.pinhole.width) / 2, Double($0.pinhole.height) / 2) }
    guard let focus = SceneBounds.focus(cameras, targets: centers) else { return nil }
    let distances = cameras.map { length($0.pose.position - focus) }.sorted()
    let median = distances[distances.count / 2]
    return median > 0 && median.isFinite ? median : nil
  }

  private static func tracks(_ training: [Int], _ matcher: FeatureMatcher, _ distance: Double) -> [FeatureTrack] {
    let pairs = FeatureMatcher.pairs(training.map { matcher.cameras[$0] }, distance: distance)
      .map { SIMD2(training[$0.x], training[$0.y]) }
    let found = Parallel.map(pairs.count) { matcher.matches(pairs[$0].x, pairs[$0].y) }
    var tracks = FeatureTracks(counts: matcher.features.map(\.count))
    for (pair, matches) in zip(pairs, found) {
      for match in matches { tracks.join(SIMD2(Int32(pair.x), match.x), SIMD2(Int32(pair.y), match.y)) }
    }
    return tracks.tracks(leastViews: 3)
  }

  /// One line for people.
  func summary(of photos: Int) -> String {
    func number(_ value: Double) -> String { DisplayNumber.fixed(value, 2) }
    let start = "cameras: \(points.count) points lie \(number(errorBefore)) pixels from where photos show them"
    if corrected.isEmpty { return start + ": kept" }
    let percent = DisplayNumber.fixed(100 * (focalFactor - 1), 1)
    let focal = focalFactor == 1 ? "" : ", focal lengths changed by \(percent) %"
    return start + "; \(corrected.count) of \(photos) cameras corrected\(focal), \(number(errorAfter)) pixels now"
  }
}
