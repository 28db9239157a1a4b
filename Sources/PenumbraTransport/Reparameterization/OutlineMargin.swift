/// How near a point that a ray meets is to the outline of what it belongs to.
extension KernelScene {
  /// Distance of a hit from the nearest edge of its triangle or of its analytic shape, as the ray sees it: an angle from
  /// the ray's origin, or a length for parallel rays. It goes to 0 at every outline and every crease.
  func outlineMargin(_ hit: SurfaceHit, _ ray: Ray, isParallel: Bool) -> Float {
    let shape = shapes + Int(hit.shape)
    let scale = isParallel ? 1 : 1 / max(hit.distance, .leastNormalMagnitude)
    if shape.pointee.kind == .mesh {
      let (a, b, c) = corners(SurfaceFace(shape: hit.shape, instance: hit.instance, primitive: hit.primitive))
      return min(
        margin(hit, ray, a, b, isParallel), min(margin(hit, ray, b, c, isParallel), margin(hit, ray, c, a, isParallel)))
    }
    let patch = SurfacePatch(hit, self)
    let radius = min(patch.e1.length, patch.e2.length)
    let cosine = min(abs(dot(hit.geometricNormal, ray.direction)), 1)
    // Of the outline of a round surface that turns away from the ray.
    let turning = radius * cosine * cosine / (1 + (1 - cosine * cosine).squareRoot())
    switch shape.pointee.kind {
    case .mesh: return 0
    case .sphere: return turning * scale
    case .disk: return (1 - patch.unit.position.length) * radius * cosine * scale
    case .cylinder:
      let z = patch.unit.position.z
      return min(patch.e1.length * turning / radius, min(z, 1 - z) * patch.e2.length) * scale
    }
  }

  /// Distance from the plane through the ray's origin, or along its direction, and an edge.
  private func margin(
    _ hit: SurfaceHit, _ ray: Ray, _ a: Vector3, _ b: Vector3, _ isParallel: Bool
  ) -> Float {
    let plane = isParallel ? cross(ray.direction, b - a) : cross(a - ray.origin, b - ray.origin)
    let length = plane.length
    guard length > 0 else { return .infinity }
    return abs(dot(isParallel ? hit.position - a : ray.direction, plane)) / length
  }
}
