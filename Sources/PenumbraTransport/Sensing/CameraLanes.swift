/// A camera's numbers as independent variables. There are more than lanes, so they come in two sets: the pose and the
/// field of view, which every camera has, and those of its optics.
extension SensorRecord {
  /// Matrix (lanes 0–11), field of view (12) and principal point (13, 14).
  func poseVariables(_ e: UnsafePointer<Float>, _ still: CameraInputs<Float>) -> CameraInputs<Dual16> {
    var inputs = CameraInputs<Dual16>(
      map: AffineMap(rowMajor: e + Int(matrix), firstLane: 0), xFov: Dual16(e[Int(xFov)], lane: 12),
      principalX: Dual16(e[Int(principalX)], lane: 13), principalY: Dual16(e[Int(principalY)], lane: 14),
      aperture: Dual16(still.aperture), focus: Dual16(still.focus), mapping: mapping)
    inputs.distortion = still.distortion.still()
    return inputs
  }

  /// Whether there is a second set.
  var hasOptics: Bool { hasLens || isDistorted }

  /// Aperture (lane 0), focus (1) and distortion (2–9).
  func opticsVariables(_ still: CameraInputs<Float>) -> CameraInputs<Dual16> {
    var inputs = CameraInputs<Dual16>(still)
    inputs.aperture = Dual16(still.aperture, lane: 0)
    inputs.focus = Dual16(still.focus, lane: 1)
    let own = still.distortion
    let k = own.radial
    inputs.distortion.radial = (
      Dual16(k.0, lane: 2), Dual16(k.1, lane: 3), Dual16(k.2, lane: 4), Dual16(k.3, lane: 5), Dual16(k.4, lane: 6),
      Dual16(k.5, lane: 7)
    )
    inputs.distortion.p1 = Dual16(own.p1, lane: 8)
    inputs.distortion.p2 = Dual16(own.p2, lane: 9)
    return inputs
  }

  /// Lanes of the first set with the offsets of their numbers in the expanded vector.
  @inline(__always) func forEachPoseVariable(_ body: (_ lane: Int, _ offset: Int) -> Void) {
    for entry in 0..<12 { body(entry, Int(matrix) + entry) }
    guard isPerspective else { return }
    body(12, Int(xFov))
    body(13, Int(principalX))
    body(14, Int(principalY))
  }

  /// The same for the second set.
  @inline(__always) func forEachOpticsVariable(_ body: (_ lane: Int, _ offset: Int) -> Void) {
    if hasLens {
      body(0, Int(aperture))
      body(1, Int(focus))
    }
    guard isDistorted else { return }
    let count = mapping == .equidistant ? 4 : LensDistortion<Float>.count
    for i in 0..<count { body(2 + i, Int(distortion) + i) }
  }
}
