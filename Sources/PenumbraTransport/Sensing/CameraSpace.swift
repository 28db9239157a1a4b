/// The way from the world into a camera's own space: the inverse of its matrix, worked out once.
struct CameraSpace {
  /// Rows of the inverse of the linear part.
  private let rows: (x: Vector3, y: Vector3, z: Vector3)
  private let origin: Vector3

  init(_ map: AffineMap<Float>) {
    let (x, y, z) = (map.x.value, map.y.value, map.z.value)
    let (yz, zx, xy) = (cross(y, z), cross(z, x), cross(x, y))
    let inverse = 1 / dot(x, yz)
    rows = (yz * inverse, zx * inverse, xy * inverse)
    origin = map.translation.value
  }

  /// A world point in the camera's own space.
  @inline(__always) func point(_ p: Vector3) -> Vector3 { direction(p - origin) }

  /// A world vector in the camera's own space.
  @inline(__always) func direction(_ v: Vector3) -> Vector3 {
    Vector3(dot(rows.x, v), dot(rows.y, v), dot(rows.z, v))
  }

  /// What a covector of a point in the camera's own space is for the world point.
  @inline(__always) func pushed(_ covector: Vector3) -> Vector3 {
    rows.x * covector.x + rows.y * covector.y + rows.z * covector.z
  }
}
