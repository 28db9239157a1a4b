import CEmbree
import Foundation

/// Texture coordinates over any shading scalar.
struct UV<S: ShadingScalar> {
  var u: S
  var v: S
}

extension UV where S == Float {
  var components: SIMD2<Float> { SIMD2(u, v) }
}

/// Spheres, disks and cylinders: their coordinates and their intersection with rays, called back by Embree.
enum AnalyticShape {
  /// u = φ / 2π from +x towards +y, v = θ / π from +z, for a point on the unit sphere.
  static func sphereUV<S: ShadingScalar>(_ p: Vector<S>) -> UV<S> {
    let phi = p.y.arcTangent(over: p.x) * (0.5 / .pi)
    let theta = (p.x * p.x + p.y * p.y).safeSquareRoot().arcTangent(over: p.z) * (1 / .pi)
    return UV(u: phi.value < 0 ? phi + 1 : phi, v: theta)
  }

  /// u = r, v = φ / 2π on the unit disk.
  static func diskUV<S: ShadingScalar>(_ x: S, _ y: S) -> UV<S> {
    let phi = y.arcTangent(over: x) * (0.5 / .pi)
    return UV(u: (x * x + y * y).safeSquareRoot(), v: phi.value < 0 ? phi + 1 : phi)
  }

  /// u = φ / 2π from +x towards +y, v = z on the unit cylinder.
  static func cylinderUV<S: ShadingScalar>(_ p: Vector<S>) -> UV<S> {
    let phi = p.y.arcTangent(over: p.x) * (0.5 / .pi)
    return UV(u: phi.value < 0 ? phi + 1 : phi, v: p.z)
  }

  /// The nearest distance in (near, far) where the ray meets the sphere; in double precision, since single
  /// precision loses the difference of nearly equal squares for distant or large spheres.
  @inline(__always)
  static func intersectSphere(_ m: UnsafePointer<Float>, _ ray: RTCRay) -> Float? {
    let ox = Double(ray.org_x) - Double(m[12])
    let oy = Double(ray.org_y) - Double(m[13])
    let oz = Double(ray.org_z) - Double(m[14])
    let (dx, dy, dz) = (Double(ray.dir_x), Double(ray.dir_y), Double(ray.dir_z))
    let r = Double(m[15])
    let a = dx * dx + dy * dy + dz * dz
    let b = ox * dx + oy * dy + oz * dz
    let c = ox * ox + oy * oy + oz * oz - r * r
    let discriminant = b * b - a * c
    guard discriminant >= 0, a > 0 else { return nil }
    guard let (low, high) = roots(a, b, c, discriminant) else { return nil }
    let (near, far) = (Double(ray.tnear), Double(ray.tfar))
    if low > near && low < far { return Float(low) }
    if high > near && high < far { return Float(high) }
    return nil
  }

  /// The solutions of a t² + 2 b t + c = 0 in order, without cancellation.
  @inline(__always)
  private static func roots(_ a: Double, _ b: Double, _ c: Double, _ discriminant: Double) -> (Double, Double)? {
    let root = discriminant.squareRoot()
    let q = b < 0 ? root - b : -root - b
    guard q != 0 else { return nil }
    let first = q / a
    let second = c / q
    return first < second ? (first, second) : (second, first)
  }

  /// The open side of the unit cylinder 0 ≤ z ≤ 1 under an affine map; in its own coordinates, in double precision.
  @inline(__always)
  static func intersectCylinder(_ m: UnsafePointer<Float>, _ ray: RTCRay) -> Float? {
    let inverse = InverseMap(rowMajor: m)
    let o = inverse.point([Double(ray.org_x), Double(ray.org_y), Double(ray.org_z)])
    let d = inverse.direction([Double(ray.dir_x), Double(ray.dir_y), Double(ray.dir_z)])
    let a = d.x * d.x + d.y * d.y
    let b = o.x * d.x + o.y * d.y
    let c = o.x * o.x + o.y * o.y - 1
    let discriminant = b * b - a * c
    guard discriminant >= 0, a > 0, let (low, high) = roots(a, b, c, discriminant) else { return nil }
    let (near, far) = (Double(ray.tnear), Double(ray.tfar))
    let (lowZ, highZ) = (o.z + low * d.z, o.z + high * d.z)
    if low > near && low < far && lowZ >= 0 && lowZ <= 1 { return Float(low) }
    if high > near && high < far && highZ >= 0 && highZ <= 1 { return Float(high) }
    return nil
  }

  @inline(__always)
  static func intersectDisk(_ m: UnsafePointer<Float>, _ ray: RTCRay) -> Float? {
    let map = AffineMap<Float>(rowMajor: m)
    let (x, y, center) = (map.x.value, map.y.value, map.translation.value)
    let normal = cross(x, y)
    let direction = Vector3(ray.dir_x, ray.dir_y, ray.dir_z)
    let origin = Vector3(ray.org_x, ray.org_y, ray.org_z)
    let t = dot(normal, center - origin) / dot(normal, direction)
    guard t > ray.tnear, t < ray.tfar else { return nil }
    let p = origin + direction * t - center
    let u = dot(p, x) / x.squaredLength
    let v = dot(p, y) / y.squaredLength
    return u * u + v * v <= 1 ? t : nil
  }

  /// What Embree hands back to the callbacks: the shape's matrix in the expanded vector.
  struct UserData {
    var matrix: UnsafePointer<Float>
    var kind: ShapeRecord.Kind
  }

  @inline(__always)
  private static func distance(_ user: UnsafeMutableRawPointer?, _ ray: RTCRay) -> Float? {
    guard let data = user?.assumingMemoryBound(to: UserData.self).pointee else { return nil }
    switch data.kind {
    case .sphere: return intersectSphere(data.matrix, ray)
    case .cylinder: return intersectCylinder(data.matrix, ray)
    case .disk, .mesh: return intersectDisk(data.matrix, ray)
    }
  }

  static let boundsCallback: RTCBoundsFunction = { arguments in
    guard let arguments, let user = arguments.pointee.geometryUserPtr, let bounds = arguments.pointee.bounds_o
    else { return }
    let data = user.assumingMemoryBound(to: UserData.self).pointee
    let (low, high) = AnalyticShape.bounds(data.matrix, data.kind)
    bounds.pointee.lower_x = low.x
    bounds.pointee.lower_y = low.y
    bounds.pointee.lower_z = low.z
    bounds.pointee.upper_x = high.x
    bounds.pointee.upper_y = high.y
    bounds.pointee.upper_z = high.z
  }

  static let intersectCallback: RTCIntersectFunctionN = { arguments in
    guard let arguments else { return }
    for lane in 0..<arguments.pointee.N where arguments.pointee.valid[Int(lane)] != 0 {
      let ray = cembree_lane_ray(arguments, lane)
      if let t = AnalyticShape.distance(arguments.pointee.geometryUserPtr, ray) {
        cembree_accept_hit(arguments, lane, t)
      }
    }
  }

  static let occludedCallback: RTCOccludedFunctionN = { arguments in
    guard let arguments else { return }
    for lane in 0..<arguments.pointee.N where arguments.pointee.valid[Int(lane)] != 0 {
      let ray = cembree_lane_shadow_ray(arguments, lane)
      if AnalyticShape.distance(arguments.pointee.geometryUserPtr, ray) != nil { cembree_block_lane(arguments, lane) }
    }
  }

  /// World bounding box.
  static func bounds(_ m: UnsafePointer<Float>, _ kind: ShapeRecord.Kind) -> (Vector3, Vector3) {
    if kind == .sphere {
      let (center, radius) = (Vector3(m[12], m[13], m[14]), Vector3(repeating: m[15]))
      return (center - radius, center + radius)
    }
    let map = AffineMap<Float>(rowMajor: m)
    let (x, y, center) = (map.x.value, map.y.value, map.translation.value)
    let extent = (x * x + y * y).squareRoot()
    guard kind == .cylinder else { return (center - extent, center + extent) }
    let top = center + map.z.value
    return (pointwiseMin(center, top) - extent, pointwiseMax(center, top) + extent)
  }
}
