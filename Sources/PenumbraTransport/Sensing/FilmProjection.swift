/// Where a point of space appears on the film: the inverse of the camera's rays.
extension SensorRecord {
  /// Film position in [0, 1]² at which the ray through `point` and the lens point starts; `nil` where the camera has no
  /// such ray.
  @inline(__always)
  func project<S: ShadingScalar>(_ point: Vector<S>, lens: SIMD2<Float> = .zero, _ inputs: CameraInputs<S>)
    -> (x: S, y: S)?
  {
    project(local: inputs.map.preimage(of: point), lens: lens, inputs)
  }

  /// The same for a point in the camera's own space; the map is not used.
  @inline(__always)
  func project<S: ShadingScalar>(local: Vector<S>, lens: SIMD2<Float> = .zero, _ inputs: CameraInputs<S>)
    -> (x: S, y: S)?
  {
    let aspect = Float(width) / Float(height)
    guard isPerspective else { return ((1 - local.x) * 0.5, (1 - local.y * aspect) * 0.5) }
    if mapping == .equidistant { return fisheyeProjection(local, inputs) }
    guard local.z.value > 0 else { return nil }
    let inverse = local.z.reciprocal()
    var (slopeX, slopeY) = (local.x * inverse, local.y * inverse)
    if hasLens {
      // The ray through lens point and point meets the plane in focus where all rays of its film position meet.
      let (lensX, lensY) = (inputs.aperture * lens.x, inputs.aperture * lens.y)
      slopeX = (local.x - lensX) * inverse + lensX / inputs.focus
      slopeY = (local.y - lensY) * inverse + lensY / inputs.focus
    }
    if isDistorted {
      guard let bent = bent(slopeX, slopeY, inputs) else { return nil }
      (slopeX, slopeY) = bent
    }
    return filmPosition(slopeX, slopeY, inputs)
  }

  /// From coordinates on the plane at distance 1, or angles for an equidistant lens, to fractions of the film.
  @inline(__always)
  func filmPosition<S: ShadingScalar>(_ x: S, _ y: S, _ inputs: CameraInputs<S>) -> (x: S, y: S) {
    let scale = inputs.halfWidth.reciprocal()
    let aspect = Float(width) / Float(height)
    return ((1 - x * scale) * 0.5 - inputs.principalX, (1 - y * scale * aspect) * 0.5 - inputs.principalY)
  }
}

extension AffineMap {
  /// The point that maps to `p`, by Cramer's rule: differentiable in the map's entries too.
  func preimage(of p: Vector<S>) -> Vector<S> {
    let (yz, zx, xy) = (y.cross(z), z.cross(x), x.cross(y))
    let offset = p - translation
    let inverse = x.dot(yz).reciprocal()
    return Vector(offset.dot(yz) * inverse, offset.dot(zx) * inverse, offset.dot(xy) * inverse)
  }

  /// What a covector of an image is for the point: the transpose of the linear part.
  func pulled(_ covector: Vector3) -> Vector3 {
    Vector3(
      dot(x.value, covector), dot(y.value, covector),
      dot(z.value, covector))
  }
}
