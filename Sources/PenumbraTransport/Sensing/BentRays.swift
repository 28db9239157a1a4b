/// Lenses that do not keep lines straight. Local x points left and y up, against the axes of `LensDistortion`.
extension SensorRecord {
  /// Where the ray through a point of the distorted picture meets the plane at distance 1.
  @inline(never)
  func straightened<S: ShadingScalar>(_ x: S, _ y: S, _ inputs: CameraInputs<S>) -> (x: S, y: S) {
    let (u, v) = inputs.distortion.undistorted(-x, -y)
    return (-u, -v)
  }

  /// The inverse; `nil` beyond the radius at which the model folds over.
  @inline(never)
  func bent<S: ShadingScalar>(_ x: S, _ y: S, _ inputs: CameraInputs<S>) -> (x: S, y: S)? {
    let limit = inputs.distortion.limit
    guard x.value * x.value + y.value * y.value < limit * limit else { return nil }
    let (u, v) = inputs.distortion.distorted(-x, -y)
    return (-u, -v)
  }

  /// The ray of an equidistant lens: its angle to the axis is the distance on the film.
  @inline(never)
  func fisheyeRay<S: ShadingScalar>(_ x: S, _ y: S, _ inputs: CameraInputs<S>) -> CameraRay<S> {
    let radius = (x * x + y * y).safeSquareRoot()
    var local = Vector(x, y, S(1))
    if radius.value > Self.paraxial {
      var angle = isDistorted ? inputs.distortion.undistorted(angle: radius) : radius
      angle = angle.atMost(.pi)
      let across = angle.sine() / radius
      local = Vector(x * across, y * across, angle.cosine())
    }
    return CameraRay(
      origin: inputs.map.translation, direction: inputs.map.direction(local).normalized(), forward: S(1))
  }

  /// The inverse, for points in all directions but straight back.
  @inline(never)
  func fisheyeProjection<S: ShadingScalar>(_ local: Vector<S>, _ inputs: CameraInputs<S>) -> (x: S, y: S)? {
    let across = (local.x * local.x + local.y * local.y).safeSquareRoot()
    guard across.value > Self.paraxial * abs(local.z.value) else {
      guard local.z.value > 0 else { return nil }
      let inverse = local.z.reciprocal()
      return filmPosition(local.x * inverse, local.y * inverse, inputs)
    }
    var angle = across.arcTangent(over: local.z)
    if isDistorted {
      guard angle.value < inputs.distortion.limit else { return nil }
      angle = inputs.distortion.distorted(angle: angle)
    }
    let scale = angle / across
    return filmPosition(local.x * scale, local.y * scale, inputs)
  }

  /// Angle to the axis below which an angle is its tangent in single precision.
  private static var paraxial: Float { 1e-4 }
}
