/// An instance of a group of shapes as the kernel reads it.
struct InstanceRecord {
  /// Embree's number of the first instance; the same in all records.
  var firstGeometry: Int32
  /// The group's first shape; its shapes follow each other.
  var firstShape: Int32
  /// Offset in the expanded vector of the 3×4 map to the world, row-major, followed by its inverse.
  var matrix: Int32

  func maps(_ e: UnsafePointer<Float>) -> InstanceMaps {
    InstanceMaps(
      toWorld: AffineMap(rowMajor: e + Int(matrix)), toObject: AffineMap(rowMajor: e + (Int(matrix) + 12)))
  }
}

/// The map of an instance and its inverse.
struct InstanceMaps {
  var toWorld: AffineMap<Float>
  var toObject: AffineMap<Float>

  /// Transforms a normal by the inverse transpose; not a unit vector.
  @inline(__always) func normal<S: ShadingScalar>(_ n: Vector<S>) -> Vector<S> {
    Vector(n.dot(toObject.x.value), n.dot(toObject.y.value), n.dot(toObject.z.value))
  }

  /// From the group's space to the world.
  func move(_ hit: inout SurfaceHit, _ shape: ShapeRecord, _ e: UnsafePointer<Float>) {
    let tangent = shape.needsTangent ? hit.tangent(of: shape, e) : nil
    hit.position = toWorld.point(Vector(hit.position)).value
    hit.geometricNormal = normal(Vector<Float>(hit.geometricNormal)).value.normalized
    hit.frame = Frame(normal: normal(Vector<Float>(hit.frame.n)).value.normalized)
    if let tangent { hit.frame = hit.frame.aligned(with: toWorld.direction(Vector(tangent)).value) }
  }
}

extension SurfaceHit {
  /// dp/du up to a factor; `nil` where the texture coordinates are degenerate.
  fileprivate func tangent(of shape: ShapeRecord, _ e: UnsafePointer<Float>) -> Vector3? {
    // Elsewhere the shading normal is the surface's own, so that the frame's tangent is dp/du itself.
    guard shape.kind == .mesh else { return frame.s }
    guard shape.texcoords >= 0 else { return nil }
    let (i0, i1, i2) = shape.corners(primitive)
    let p0 = ShapeRecord.load(e, shape.positions, i0)
    let t0 = ShapeRecord.load2(e, shape.texcoords, i0)
    return ShapeRecord.positionPerU(
      ShapeRecord.load(e, shape.positions, i1) - p0, ShapeRecord.load(e, shape.positions, i2) - p0,
      ShapeRecord.load2(e, shape.texcoords, i1) - t0, ShapeRecord.load2(e, shape.texcoords, i2) - t0)
  }
}
