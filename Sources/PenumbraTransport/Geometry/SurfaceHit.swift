/// A point on a surface.
struct SurfaceHit {
  var position: Vector3
  /// Unit normal of the surface itself, outward by the shape's orientation.
  var geometricNormal: Vector3
  /// Shading frame.
  var frame: Frame
  var uv: SIMD2<Float>
  var shape: Int32
  var primitive: Int32
  /// Barycentric coordinates b₁, b₂ on a triangle.
  var barycentric: SIMD2<Float>
  /// Distance along the ray.
  var distance: Float
  /// Index of the instance that was hit, −1 for shapes of the scene itself.
  var instance: Int32 = -1
}

extension ShapeRecord {
  @inline(__always) func corners(_ triangle: Int32) -> (Int, Int, Int) {
    let i = triangles + 3 * Int(triangle)
    return (Int(i[0]), Int(i[1]), Int(i[2]))
  }

  @inline(__always) static func load(_ e: UnsafePointer<Float>, _ offset: Int32, _ index: Int) -> Vector3 {
    let p = e + (Int(offset) + 3 * index)
    return Vector3(p[0], p[1], p[2])
  }

  @inline(__always) static func load2(_ e: UnsafePointer<Float>, _ offset: Int32, _ index: Int) -> SIMD2<Float> {
    let p = e + (Int(offset) + 2 * index)
    return SIMD2(p[0], p[1])
  }

  /// Surface properties at a point given by triangle and barycentric coordinates.
  @inline(__always)
  func meshHit(
    _ e: UnsafePointer<Float>, primitive: Int32, barycentric b: SIMD2<Float>, distance: Float, shape: Int32
  ) -> SurfaceHit {
    let (i0, i1, i2) = corners(primitive)
    let p0 = Self.load(e, positions, i0)
    let e1 = Self.load(e, positions, i1) - p0
    let e2 = Self.load(e, positions, i2) - p0
    let geometric = cross(e1, e2).normalized * orientation
    var normal = geometric
    if normals >= 0 {
      let n0 = Self.load(e, normals, i0)
      let n1 = Self.load(e, normals, i1)
      let n2 = Self.load(e, normals, i2)
      let n = n0 * (1 - b.x - b.y) + n1 * b.x + n2 * b.y
      let length2 = n.squaredLength
      if length2 > 0 { normal = n * (orientation / length2.squareRoot()) }
    }
    var uv = b
    var frame = Frame(normal: normal)
    if needsUV && texcoords >= 0 {
      let (place, d1, d2) = coordinates(e, (i0, i1, i2), b)
      uv = place
      if needsTangent, let dpdu = Self.positionPerU(e1, e2, d1, d2) { frame = frame.aligned(with: dpdu) }
    }
    return SurfaceHit(
      position: p0 + e1 * b.x + e2 * b.y, geometricNormal: geometric, frame: frame, uv: uv, shape: shape,
      primitive: primitive, barycentric: b, distance: distance)
  }

  /// Texture coordinates on a triangle, and how they change along its two edges.
  @inline(__always)
  private func coordinates(_ e: UnsafePointer<Float>, _ corners: (Int, Int, Int), _ b: SIMD2<Float>)
    -> (SIMD2<Float>, SIMD2<Float>, SIMD2<Float>)
  {
    let t0 = Self.load2(e, texcoords, corners.0)
    let d1 = Self.load2(e, texcoords, corners.1) - t0
    let d2 = Self.load2(e, texcoords, corners.2) - t0
    return (t0 + d1 * b.x + d2 * b.y, d1, d2)
  }

  /// `uv` of a hit on a mesh.
  @inline(__always)
  func meshCoordinates(_ e: UnsafePointer<Float>, primitive: Int32, barycentric b: SIMD2<Float>) -> SIMD2<Float> {
    needsUV && texcoords >= 0 ? coordinates(e, corners(primitive), b).0 : b
  }

  /// dp/du of a triangle, `nil` where its texture coordinates are degenerate.
  @inline(__always)
  static func positionPerU(_ e1: Vector3, _ e2: Vector3, _ d1: SIMD2<Float>, _ d2: SIMD2<Float>) -> Vector3? {
    let determinant = d1.x * d2.y - d1.y * d2.x
    guard determinant != 0 else { return nil }
    return (e1 * d2.y - e2 * d1.y) * (1 / determinant)
  }

  /// Surface properties of a sphere along the outward local direction of `point`, which is moved onto the surface.
  func sphereHit(_ e: UnsafePointer<Float>, near point: Vector3, distance: Float, shape: Int32) -> SurfaceHit {
    let m = e + Int(matrix)
    let center = Vector3(m[12], m[13], m[14])
    let outward = (point - center).normalized
    let normal = outward * orientation
    var frame = Frame(normal: normal)
    var uv = SIMD2<Float>.zero
    if needsUV {
      let x = Vector3(m[0], m[4], m[8])
      let y = Vector3(m[1], m[5], m[9])
      let z = Vector3(m[2], m[6], m[10])
      let local = Vector3(dot(outward, x), dot(outward, y), dot(outward, z)) * (1 / m[15])
      uv = AnalyticShape.sphereUV(Vector<Float>(local)).components
      if needsTangent {
        let dpdu = y * local.x - x * local.y
        if dpdu.squaredLength > 0 { frame = frame.aligned(with: dpdu) }
      }
    }
    return SurfaceHit(
      position: center + outward * m[15], geometricNormal: normal, frame: frame, uv: uv, shape: shape,
      primitive: 0, barycentric: .zero, distance: distance)
  }

  func diskHit(_ e: UnsafePointer<Float>, at point: Vector3, distance: Float, shape: Int32) -> SurfaceHit {
    let map = AffineMap<Float>(rowMajor: e + Int(matrix))
    let (x, y, origin) = (map.x.value, map.y.value, map.translation.value)
    let normal = cross(x, y).normalized * orientation
    let offset = point - origin
    let local = SIMD2(dot(offset, x) / x.squaredLength, dot(offset, y) / y.squaredLength)
    let uv = AnalyticShape.diskUV(local.x, local.y).components
    var frame = Frame(normal: normal)
    if needsTangent {
      let radial = x * local.x + y * local.y
      if radial.squaredLength > 0 { frame = frame.aligned(with: radial) }
    }
    return SurfaceHit(
      position: origin + x * local.x + y * local.y, geometricNormal: normal, frame: frame, uv: uv, shape: shape,
      primitive: 0, barycentric: .zero, distance: distance)
  }
}

extension ShapeRecord {
  /// Surface properties of the side of a cylinder next to `point`.
  func cylinderHit(_ e: UnsafePointer<Float>, at point: Vector3, distance: Float, shape: Int32) -> SurfaceHit {
    let map = AffineMap<Float>(rowMajor: e + Int(matrix))
    let inverse = InverseMap(rowMajor: e + Int(matrix))
    let p = inverse.point([Double(point.x), Double(point.y), Double(point.z)])
    let radius = (p.x * p.x + p.y * p.y).squareRoot()
    let local = Vector3(Float(p.x / radius), Float(p.y / radius), Float(p.z))
    let (x, y, z) = (map.x.value, map.y.value, map.z.value)
    let around = y * local.x - x * local.y
    let outward = cross(around, z)
    // Outward whatever the handedness of the map.
    let side = dot(outward, x * local.x + y * local.y) < 0 ? -orientation : orientation
    let normal = outward.normalized * side
    var frame = Frame(normal: normal)
    if needsTangent { frame = frame.aligned(with: around) }
    return SurfaceHit(
      position: map.point(Vector(local)).value, geometricNormal: normal, frame: frame,
      uv: AnalyticShape.cylinderUV(Vector<Float>(local)).components, shape: shape, primitive: 0, barycentric: .zero,
      distance: distance)
  }
}

extension Frame {
  /// The same normal with s along the projection of a tangent.
  @inline(__always) func aligned(with tangent: Vector3) -> Frame {
    let projected = tangent - n * dot(n, tangent)
    let length2 = projected.squaredLength
    guard length2 > 0 else { return self }
    let s = projected * (1 / length2.squareRoot())
    return Frame(s: s, t: cross(n, s), n: n)
  }
}
