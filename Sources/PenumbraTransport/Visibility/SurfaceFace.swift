/// One triangle of a mesh, or a whole analytic shape, perhaps seen through an instance.
struct SurfaceFace {
  var shape: Int32
  var instance: Int32
  /// Triangle of a mesh, 0 for other shapes.
  var primitive: Int32 = 0
}

extension KernelScene {
  /// Map of the shape's own coordinates (unit shape, or mesh vertices) to the world.
  func map(_ face: SurfaceFace) -> AffineMap<Float> {
    let shape = shapes + Int(face.shape)
    let own: AffineMap<Float> =
      shape.pointee.kind == .mesh ? .identity : AffineMap(rowMajor: values + Int(shape.pointee.matrix))
    guard face.instance >= 0 else { return own }
    return instances[Int(face.instance)].maps(values).toWorld.composed(with: own)
  }

  /// World positions of a triangle's corners.
  func corners(_ face: SurfaceFace) -> (Vector3, Vector3, Vector3) {
    let shape = shapes + Int(face.shape)
    let (i0, i1, i2) = shape.pointee.corners(face.primitive)
    let own = (
      ShapeRecord.load(values, shape.pointee.positions, i0), ShapeRecord.load(values, shape.pointee.positions, i1),
      ShapeRecord.load(values, shape.pointee.positions, i2)
    )
    guard face.instance >= 0 else { return own }
    let map = instances[Int(face.instance)].maps(values).toWorld
    return (map.point(Vector(own.0)).value, map.point(Vector(own.1)).value, map.point(Vector(own.2)).value)
  }

  /// World normals at a triangle's corners, not of unit length, on the shape's outside; `nil` for flat shading.
  func cornerNormals(_ face: SurfaceFace) -> (Vector3, Vector3, Vector3)? {
    let shape = shapes + Int(face.shape)
    guard shape.pointee.normals >= 0 else { return nil }
    let (i0, i1, i2) = shape.pointee.corners(face.primitive)
    let side = shape.pointee.orientation
    let own = (
      ShapeRecord.load(values, shape.pointee.normals, i0) * side,
      ShapeRecord.load(values, shape.pointee.normals, i1) * side,
      ShapeRecord.load(values, shape.pointee.normals, i2) * side
    )
    guard face.instance >= 0 else { return own }
    let maps = instances[Int(face.instance)].maps(values)
    func world(_ n: Vector3) -> Vector3 { maps.normal(Vector<Float>(n)).value }
    return (world(own.0), world(own.1), world(own.2))
  }

  /// The surface at a world point on or near a face.
  func hit(on face: SurfaceFace, at point: Vector3) -> SurfaceHit {
    let shape = shapes + Int(face.shape)
    let maps = face.instance >= 0 ? instances[Int(face.instance)].maps(values) : nil
    let p = maps?.toObject.point(Vector(point)).value ?? point
    var result: SurfaceHit
    switch shape.pointee.kind {
    case .mesh:
      result = shape.pointee.meshHit(
        values, primitive: face.primitive, barycentric: shape.pointee.barycentric(values, face.primitive, of: p),
        distance: 0, shape: face.shape)
    case .sphere: result = shape.pointee.sphereHit(values, near: p, distance: 0, shape: face.shape)
    case .disk: result = shape.pointee.diskHit(values, at: p, distance: 0, shape: face.shape)
    case .cylinder: result = shape.pointee.cylinderHit(values, at: p, distance: 0, shape: face.shape)
    }
    guard let maps else { return result }
    maps.move(&result, shape.pointee, values)
    result.instance = face.instance
    return result
  }
}

extension ShapeRecord {
  /// Barycentric coordinates b₁, b₂ of the foot of `p` on a triangle's plane.
  func barycentric(_ e: UnsafePointer<Float>, _ triangle: Int32, of p: Vector3) -> SIMD2<Float> {
    let (i0, i1, i2) = corners(triangle)
    let p0 = Self.load(e, positions, i0)
    let (e1, e2) = (Self.load(e, positions, i1) - p0, Self.load(e, positions, i2) - p0)
    let normal = cross(e1, e2)
    let offset = p - p0
    return SIMD2(dot(cross(e2, normal), offset), dot(cross(normal, e1), offset)) * (1 / normal.squaredLength)
  }
}

extension AffineMap {
  static var identity: Self {
    Self(
      x: Vector(Vector3(1, 0, 0)), y: Vector(Vector3(0, 1, 0)), z: Vector(Vector3(0, 0, 1)), translation: Vector(.zero))
  }
}
