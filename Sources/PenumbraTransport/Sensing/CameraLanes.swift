/// A camera's numbers as independent variables, in the camera's own space: what its matrix does is known without them. There
/// are two sets: those that every camera has, and those of its optics.
extension SensorRecord {
  /// Field of view (the first lane) and principal point (the next two).
  func viewVariables<T>(_ still: CameraInputs<Float>, firstLane lane: Int) -> CameraInputs<Dual<T>> {
    var inputs = CameraInputs<Dual<T>>(still).inOwnSpace
    inputs.halfWidth = Dual(0, lane: lane) * halfWidthSlope(still) + still.halfWidth
    inputs.principalX = Dual(still.principalX, lane: lane + 1)
    inputs.principalY = Dual(still.principalY, lane: lane + 2)
    return inputs
  }

  /// Derivative of `CameraInputs.halfWidth` by the field of view in degrees.
  func halfWidthSlope(_ still: CameraInputs<Float>) -> Float {
    mapping == .rectilinear ? (1 + still.halfWidth * still.halfWidth) * (.pi / 360) : .pi / 360
  }

  /// Whether there is a second set.
  var hasOptics: Bool { hasLens || isDistorted }

  /// Aperture (lane 0), focus (1) and distortion (2–9).
  func opticsVariables(_ still: CameraInputs<Float>) -> CameraInputs<Dual16> {
    var inputs = CameraInputs<Dual16>(still).inOwnSpace
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

  /// Numbers of the first set, from 0, with their offsets in the expanded vector.
  @inline(__always) func forEachViewVariable(_ body: (_ number: Int, _ offset: Int) -> Void) {
    guard isPerspective else { return }
    body(0, Int(xFov))
    body(1, Int(principalX))
    body(2, Int(principalY))
  }

  /// Lanes of the second set with the offsets of their numbers.
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

extension CameraInputs {
  /// The same camera at rest over another scalar.
  init(_ still: CameraInputs<Float>) {
    map = AffineMap(
      x: Vector(still.map.x.value), y: Vector(still.map.y.value), z: Vector(still.map.z.value),
      translation: Vector(still.map.translation.value))
    halfWidth = S(still.halfWidth)
    principalX = S(still.principalX)
    principalY = S(still.principalY)
    aperture = S(still.aperture)
    focus = S(still.focus)
    distortion = still.distortion.still()
  }

  /// The same camera at the origin, looking along z.
  var inOwnSpace: Self {
    var result = self
    result.map = AffineMap(
      x: Vector(Vector3(1, 0, 0)), y: Vector(Vector3(0, 1, 0)), z: Vector(Vector3(0, 0, 1)),
      translation: Vector(Vector3.zero))
    return result
  }
}
