/// How far rays start from surfaces, so that they do not hit them again through rounding.
enum RayOffset {
  /// Relative to 1 + the largest coordinate: 1500 units in the last place.
  static let epsilon: Float = 1500 * 0x1p-24
  /// Shadow rays end this fraction before their target.
  static let shadow: Float = 10 * epsilon

  /// `point` moved off its surface to the side that `direction` leaves to.
  @inline(__always) static func origin(_ point: Vector3, normal: Vector3, direction: Vector3) -> Vector3 {
    let size = max(abs(point.x), max(abs(point.y), abs(point.z)))
    let distance = (1 + size) * epsilon
    return point + normal * (dot(normal, direction) < 0 ? -distance : distance)
  }

  /// The ray from a surface to what lies `distance` along `direction`, aimed anew from where it starts: kept parallel, it would
  /// meet a lamp that is near before its end, and the lamp would hide itself. Its direction is not of unit length, so that its
  /// parameter stays the distance.
  @inline(__always)
  static func shadowRay(from point: Vector3, normal: Vector3, direction: Vector3, distance: Float) -> Ray {
    let start = origin(point, normal: normal, direction: direction)
    return Ray(
      origin: start, direction: direction - (start - point) * (1 / distance), near: 0, far: distance * (1 - shadow))
  }
}

struct Ray {
  var origin: Vector3
  var direction: Vector3
  var near: Float
  var far: Float

  @inline(__always) init(origin: Vector3, direction: Vector3, near: Float = 0, far: Float = .infinity) {
    self.origin = origin
    self.direction = direction
    self.near = near
    self.far = far
  }
}
