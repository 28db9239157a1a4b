/// A point of an area light: less than a hit, since nothing is scattered there.
struct EmittingPoint {
  var position: Vector3
  /// Unit geometric normal on the lit side.
  var normal: Vector3
  var uv: SIMD2<Float>

  @inline(__always) init(_ hit: SurfaceHit) {
    position = hit.position
    normal = hit.geometricNormal
    uv = hit.uv
  }

  @inline(__always)
  init(_ shape: ShapeRecord, _ e: UnsafePointer<Float>, triangle: Int32, barycentric b: SIMD2<Float>) {
    let (i0, i1, i2) = shape.corners(triangle)
    let p0 = ShapeRecord.load(e, shape.positions, i0)
    let e1 = ShapeRecord.load(e, shape.positions, i1) - p0
    let e2 = ShapeRecord.load(e, shape.positions, i2) - p0
    position = p0 + e1 * b.x + e2 * b.y
    normal = cross(e1, e2).normalized * shape.orientation
    uv = b
    guard shape.needsUV, shape.texcoords >= 0 else { return }
    let t0 = ShapeRecord.load2(e, shape.texcoords, i0)
    let t1 = ShapeRecord.load2(e, shape.texcoords, i1)
    let t2 = ShapeRecord.load2(e, shape.texcoords, i2)
    uv = t0 * (1 - b.x - b.y) + t1 * b.x + t2 * b.y
  }

  /// A point of a rectangle: no triangle has to be chosen, and texture coordinates are the sample itself.
  @inline(__always) init(rectangle: ShapeRecord.Rectangle, _ u: SIMD2<Float>) {
    position = rectangle.corner + rectangle.alongU * u.x + rectangle.alongV * u.y
    normal = rectangle.normal
    uv = u
  }
}
