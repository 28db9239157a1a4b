import PenumbraInverse

/// The shape on a grid: the hull of silhouettes, then what colours say of it, then its surface.
struct GridShape {
  /// What a shape stage starts from.
  struct Result: Sendable {
    /// Closed.
    var mesh: TriangleMesh
    /// What is behind it, without masks.
    var surroundings: Surroundings?
    /// Of the photos to learn from, as they were refined.
    var poses: [CameraPose]
    /// Logarithms of the factors that are in the same photos, per channel.
    var gains: [SIMD3<Double>]
  }

  let set: PhotoSet
  let plan: StagePlan
  let seed: UInt64

  func find(
    _ deadline: Deadline, _ announce: (String) -> Void, monitor: (String) -> StageMonitor
  ) throws(ReconstructionError) -> Result {
    let result: Result
    if set.hasMasks {
      result = try carved(deadline, announce, monitor)
    } else {
      result = try condensed(deadline, announce, monitor)
    }
    guard !result.mesh.triangles.isEmpty else {
      throw ReconstructionError(
        .failed, "nothing is left of the shape: the photos contradict each other or their cameras")
    }
    announce("grid: \(SilhouetteReport.text(result.mesh, set.photos))")
    return result
  }

  /// Out of the hull of the masks.
  private func carved(
    _ deadline: Deadline, _ announce: (String) -> Void, _ monitor: (String) -> StageMonitor
  ) throws(ReconstructionError) -> Result {
    var photos = set.training
    var gains = photos.map { _ in SIMD3<Double>.zero }
    let field = try InitialShape.field(
      set, resolution: plan.volumeResolution, refinement: Int(plan.volumeRefinements.reduce(1, *)))
    var state = VolumeState(field, color: meanColor)
    for (number, settings) in plan.volume.enumerated() {
      if number == 1 { gains = balance(&photos, state.surfaceField.surface, announce) }
      if number > 0 { state = state.refined(by: plan.volumeRefinements[number - 1]) }
      let stage = VolumeStage(
        photos: photos, settings: settings, seed: seed &+ UInt64(number) << 40,
        monitor: monitor("grid \(number + 1)"))
      state = try stage.run(state, until: Deadline(seconds: plan.volumeShares[number] * deadline.remaining))
    }
    return Result(
      mesh: state.surfaceField.surface.withoutCrumbs(), surroundings: nil,
      poses: photos.map(\.camera.pose), gains: gains)
  }

  /// Brings photos to one exposure and white balance, once their surface is known roughly.
  ///
  /// - Returns: logarithms of the factors taken out.
  private func balance(_ photos: inout [Photo], _ surface: TriangleMesh, _ announce: (String) -> Void) -> [SIMD3<
    Double
  >] {
    guard let gains = PhotoGains(photos, mesh: surface), gains.range > PhotoGains.leastRange else {
      return photos.map { _ in .zero }
    }
    announce(
      "photos: exposure and white balance differ by a factor of \(DisplayNumber.fixed(gains.range, 2)); all are brought to "
        + "the middle")
    for index in photos.indices { PhotoGains.apply(gains.logarithms[index], to: &photos[index]) }
    return gains.logarithms
  }

  /// Out of a haze, without masks.
  private func condensed(
    _ deadline: Deadline, _ announce: (String) -> Void, _ monitor: (String) -> StageMonitor
  ) throws(ReconstructionError) -> Result {
    guard let box = InitialShape.box(set) else {
      throw ReconstructionError(
        .invalidInput,
        "the photos: expected cameras that look at something together, found parallel lines of sight; name the "
          + "scene's box as \"aabb\" in transforms.json")
    }
    var photos = set.training
    var gains = photos.map { _ in SIMD3<Double>.zero }
    var state = DensityState(box: box, resolution: plan.densityResolution, color: meanColor)
    var cameras = PoseRefinement(set.training.map(\.camera.pose), target: box.center)
    for (number, settings) in plan.density.enumerated() {
      if number == 1 { gains = balance(&photos, state.surfaceField.surface, announce) }
      if number > 0 { state = state.refined() }
      let stage = DensityStage(
        photos: photos, settings: settings, seed: seed &+ UInt64(number) << 40,
        monitor: monitor("cloud \(number + 1)"))
      state = try stage.run(
        state, cameras: &cameras, until: Deadline(seconds: plan.densityShares[number] * deadline.remaining))
    }
    if plan.density.contains(where: { $0.poseRate > 0 }) {
      let (degrees, share) = cameras.largest
      announce(
        "cameras: refined by up to \(DisplayNumber.fixed(degrees, 2))° and \(DisplayNumber.fixed(100 * share, 2)) % of "
          + "their distance")
    }
    let surface = state.surfaceField.surface
    return Result(
      mesh: surface.withoutCrumbs(share: 0.002, keepsInnerWalls: true), surroundings: state.surroundings,
      poses: cameras.poses, gains: gains)
  }

  private var meanColor: SIMD3<Float> {
    var (sum, weight) = (SIMD3<Double>.zero, 0.0)
    for photo in set.training {
      for pixel in photo.validity.indices {
        sum += SIMD3(
          Double(photo.rgb[3 * pixel]), Double(photo.rgb[3 * pixel + 1]), Double(photo.rgb[3 * pixel + 2]))
        weight += Double(photo.mask?[pixel] ?? photo.validity[pixel])
      }
    }
    return SIMD3<Float>(sum / max(weight, 1))
  }
}

/// How well a mesh fills the masks, for people.
enum SilhouetteReport {
  /// Mean intersection over union; `nil` without masks.
  static func overlap(_ mesh: TriangleMesh, _ photos: [Photo]) -> Double? {
    let values = photos.compactMap { photo in
      photo.mask.map { DepthMap(mesh, from: photo.camera).overlap(with: $0) }
    }
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  static func text(_ mesh: TriangleMesh, _ photos: [Photo]) -> String {
    func mean(_ photos: [Photo]) -> String? { overlap(mesh, photos).map { DisplayNumber.fixed($0, 3) } }
    var text = "\(mesh.triangles.count) triangles"
    if let overlap = mean(photos.filter { !$0.isHeldOut }) { text += ", silhouette overlap \(overlap)" }
    if let overlap = mean(photos.filter(\.isHeldOut)) { text += ", held out \(overlap)" }
    return text
  }
}
