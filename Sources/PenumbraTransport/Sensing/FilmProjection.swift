/// Where a point of space appears on the film: the inverse of the camera's rays.
extension SensorRecord {
  /// Film position in [0, 1]² at which the ray through `point` and the lens point starts; `nil` behind the camera.
  @inline(__always)
  func project<S: ShadingScalar>(_ point: Vector<S>, lens: SIMD2<Float> = .zero, _ inputs: CameraInputs<S>)
    -> (x: S, y: S)?
  {
    let local = inputs.map.preimage(of: point)
    let aspect = Float(width) / Float(height)
    guard isPerspective else { return ((1 - local.x) * 0.5, (1 - local.y * aspect) * 0.5) }
    guard local.z.value > 0 else { return nil }
    let inverse = local.z.reciprocal()
    var (slopeX, slopeY) = (local.x * inverse, local.y * inverse)
    if hasLens {
      // The ray through lens point and point meets the plane in focus where all rays of its film position meet.
      let (lensX, lensY) = (inputs.aperture * lens.x, inputs.aperture * lens.y)
      slopeX = (local.x - lensX) * inverse + lensX / inputs.focus
      slopeY = (local.y - lensY) * inverse + lensY / inputs.focus
    }
    let scale = inputs.halfWidth.reciprocal()
    return (
      (1 - slopeX * scale) * 0.5 - inputs.principalX, (1 - slopeY * scale * aspect) * 0.5 - inputs.principalY
    )
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
}
