/// Derivatives of a surface point by its texture coordinates.
extension KernelScene {
  /// A hit that stays, in the plain shading frame of its surface.
  func surfacePoint<S: ShadingScalar>(_ hit: SurfaceHit, frame: Frame) -> SurfacePoint<S> {
    surfacePoint(hit, position: Vector(hit.position), frame: MovingFrame(frame))
  }

  /// A hit that may move over its surface.
  func surfacePoint<S: ShadingScalar>(
    _ hit: SurfaceHit, position: Vector<S>, frame: MovingFrame<S>
  ) -> SurfacePoint<S> {
    let shape = shapes + Int(hit.shape)
    var local = position
    var maps: InstanceMaps?
    if hit.instance >= 0 {
      let found = instances[Int(hit.instance)].maps(values)
      local = Self.moved(found.toObject).point(position)
      maps = found
    }
    var tangents = shape.pointee.tangents(values, hit.primitive, at: local)
    if let maps, let own = tangents {
      let map: AffineMap<S> = Self.moved(maps.toWorld)
      tangents = (map.direction(own.0), map.direction(own.1))
    }
    return SurfacePoint(
      frame: frame, geometricNormal: Vector(hit.geometricNormal), positionPerU: tangents?.0 ?? frame.s,
      positionPerV: tangents?.1 ?? frame.t)
  }

  /// A map that stays, for points that move.
  private static func moved<S: ShadingScalar>(_ map: AffineMap<Float>) -> AffineMap<S> {
    AffineMap(
      x: Vector(map.x.value), y: Vector(map.y.value), z: Vector(map.z.value),
      translation: Vector(map.translation.value))
  }
}

extension ShapeRecord {
  /// dp/du and dp/dv in the space of the shape's own vertices or matrix; `nil` where they are degenerate.
  fileprivate func tangents<S: ShadingScalar>(
    _ e: UnsafePointer<Float>, _ primitive: Int32, at p: Vector<S>
  ) -> (Vector<S>, Vector<S>)? {
    let m = e + Int(matrix)
    switch kind {
    case .mesh: return meshTangents(e, primitive).map { (Vector($0), Vector($1)) }
    case .sphere:
      let offset = (p - Vector(Vector3(m[12], m[13], m[14]))) * S(1 / (m[15] * m[15]))
      let (x, y, z) = (Vector3(m[0], m[4], m[8]), Vector3(m[1], m[5], m[9]), Vector3(m[2], m[6], m[10]))
      return Self.sphereTangents(
        Vector(x), Vector(y), Vector(z), Vector(offset.dot(x), offset.dot(y), offset.dot(z)))
    case .disk:
      let (x, y) = (Vector3(m[0], m[4], m[8]), Vector3(m[1], m[5], m[9]))
      let offset = p - Vector(Vector3(m[3], m[7], m[11]))
      return Self.diskTangents(
        Vector(x), Vector(y), offset.dot(x) * (1 / x.squaredLength), offset.dot(y) * (1 / y.squaredLength))
    case .cylinder:
      let (x, y, z) = (Vector3(m[0], m[4], m[8]), Vector3(m[1], m[5], m[9]), Vector3(m[2], m[6], m[10]))
      // Rows of the inverse map: the coordinates of p across the axis.
      let volume = 1 / dot(x, cross(y, z))
      let offset = p - Vector(Vector3(m[3], m[7], m[11]))
      let (a, b) = (offset.dot(cross(y, z) * volume), offset.dot(cross(z, x) * volume))
      return ((Vector<S>(y) * a - Vector<S>(x) * b) * S(2 * .pi), Vector(z))
    }
  }

  /// At a point of the unit sphere whose axes are x, y, z in world space; `nil` at the poles.
  private static func sphereTangents<S>(
    _ x: Vector<S>, _ y: Vector<S>, _ z: Vector<S>, _ p: Vector<S>
  ) -> (Vector<S>, Vector<S>)? {
    let r = (p.x * p.x + p.y * p.y).safeSquareRoot()
    guard r.value > 0 else { return nil }
    return (
      (y * p.x - x * p.y) * S(2 * .pi), (x * (p.x * p.z / r) + y * (p.y * p.z / r) - z * r) * S(.pi)
    )
  }

  /// At the point (a, b) of the unit disk; `nil` at its centre.
  private static func diskTangents<S>(_ x: Vector<S>, _ y: Vector<S>, _ a: S, _ b: S) -> (Vector<S>, Vector<S>)? {
    let r = (a * a + b * b).safeSquareRoot()
    guard r.value > 0 else { return nil }
    return ((x * a + y * b) * r.reciprocal(), (y * a - x * b) * S(2 * .pi))
  }

  /// dp/du and dp/dv of a triangle; `nil` where its texture coordinates are absent or degenerate.
  private func meshTangents(_ e: UnsafePointer<Float>, _ triangle: Int32) -> (Vector3, Vector3)? {
    guard texcoords >= 0 else { return nil }
    let (i0, i1, i2) = corners(triangle)
    let p0 = Self.load(e, positions, i0)
    let (e1, e2) = (Self.load(e, positions, i1) - p0, Self.load(e, positions, i2) - p0)
    let t0 = Self.load2(e, texcoords, i0)
    let (d1, d2) = (Self.load2(e, texcoords, i1) - t0, Self.load2(e, texcoords, i2) - t0)
    let determinant = d1.x * d2.y - d1.y * d2.x
    guard determinant != 0 else { return nil }
    return ((e1 * d2.y - e2 * d1.y) * (1 / determinant), (e2 * d1.x - e1 * d2.x) * (1 / determinant))
  }
}
