/// A symmetric 3 × 3 matrix.
struct Symmetric3: Sendable {
  var (xx, xy, xz, yy, yz, zz) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)

  /// Adds `weight` g gᵀ.
  mutating func add(_ g: SIMD3<Double>, weight: Double) {
    xx += weight * g.x * g.x
    xy += weight * g.x * g.y
    xz += weight * g.x * g.z
    yy += weight * g.y * g.y
    yz += weight * g.y * g.z
    zz += weight * g.z * g.z
  }

  /// With its diagonal times 1 + `damping`.
  func damped(_ damping: Double) -> Symmetric3 {
    var result = self
    result.xx *= 1 + damping
    result.yy *= 1 + damping
    result.zz *= 1 + damping
    return result
  }

  /// Zero for a matrix without inverse.
  var inverse: Symmetric3 {
    var result = Symmetric3()
    let (a, b, c) = (yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy)
    let determinant = xx * a + xy * b + xz * c
    guard abs(determinant) > 1e-18 * max(xx, yy, zz) * max(xx, yy, zz) * max(xx, yy, zz), determinant.isFinite else {
      return result
    }
    result.xx = a / determinant
    result.xy = b / determinant
    result.xz = c / determinant
    result.yy = (xx * zz - xz * xz) / determinant
    result.yz = (xy * xz - xx * yz) / determinant
    result.zz = (xx * yy - xy * xy) / determinant
    return result
  }

  func times(_ v: SIMD3<Double>) -> SIMD3<Double> {
    [xx * v.x + xy * v.y + xz * v.z, xy * v.x + yy * v.y + yz * v.z, xz * v.x + yz * v.y + zz * v.z]
  }
}
