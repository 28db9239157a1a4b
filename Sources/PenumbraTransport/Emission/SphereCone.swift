/// The cone of directions in which a sphere is seen from outside; sampling it wastes no direction.
struct SphereCone {
  private let center: Vector3
  private let radius: Float
  private let origin: Vector3
  private let frame: Frame
  private let distance: Float
  /// 1 − cos of the cone's half angle, computed without cancellation for distant spheres.
  private let oneMinusCosine: Float

  /// `nil` from inside or on the surface, where the whole sphere is sampled by area instead.
  @inline(__always) init?(_ shape: ShapeRecord, _ e: UnsafePointer<Float>, from origin: Vector3) {
    let m = e + Int(shape.matrix)
    center = Vector3(m[12], m[13], m[14])
    radius = m[15]
    self.origin = origin
    let axis = center - origin
    let squared = axis.squaredLength
    guard shape.orientation > 0, squared > radius * radius * 1.0001 else { return nil }
    distance = squared.squareRoot()
    frame = Frame(normal: axis * (1 / distance))
    let sine2 = radius * radius / squared
    oneMinusCosine = sine2 / (1 + (1 - sine2).squareRoot())
  }

  /// Density in sr⁻¹ inside the cone.
  @inline(__always) var density: Float { 1 / (2 * .pi * oneMinusCosine) }

  /// The visible surface point in a direction drawn uniformly from the cone.
  @inline(__always) func point(_ u: SIMD2<Float>) -> Vector3 {
    let direction = frame.toWorld(Warp.cone(u, cosMax: 1 - oneMinusCosine))
    let along = dot(center - origin, direction)
    let miss = (center - origin) - direction * along
    let half = max(radius * radius - miss.squaredLength, 0).squareRoot()
    return origin + direction * (along - half)
  }
}
