/// A material point of a surface with two tangents that move with it, all of them linear in the numbers of the shape:
/// the surface element has the area vector e₁ × e₂, the unshaded normal its direction.
struct SurfacePatch {
  /// World tangents.
  var e1: Vector3
  var e2: Vector3
  var area: Vector3 { cross(e1, e2) }

  /// In the space of the shape's group where an instance puts it into the world, else the world.
  var own: (position: Vector3, e1: Vector3, e2: Vector3)

  /// Analytic shapes: the point, the tangents and dp/du in the coordinates of the unit shape.
  var unit = (position: Vector3.zero, e1: Vector3.zero, e2: Vector3.zero, perU: Vector3.zero)

  init(_ hit: SurfaceHit, _ scene: KernelScene) {
    let shape = scene.shapes + Int(hit.shape)
    let e = scene.values
    let maps = hit.instance >= 0 ? scene.instances[Int(hit.instance)].maps(e) : nil
    if shape.pointee.kind == .mesh {
      let (i0, i1, i2) = shape.pointee.corners(hit.primitive)
      let p0 = ShapeRecord.load(e, shape.pointee.positions, i0)
      let e1 = ShapeRecord.load(e, shape.pointee.positions, i1) - p0
      let e2 = ShapeRecord.load(e, shape.pointee.positions, i2) - p0
      own = (p0 + e1 * hit.barycentric.x + e2 * hit.barycentric.y, e1, e2)
    } else {
      let map = AffineMap<Float>(rowMajor: e + Int(shape.pointee.matrix))
      let position = maps?.toObject.point(Vector(hit.position)).value ?? hit.position
      unit = Self.unit(shape.pointee.kind, at: position, e + Int(shape.pointee.matrix))
      own = (
        map.point(Vector(unit.position)).value, map.direction(Vector(unit.e1)).value,
        map.direction(Vector(unit.e2)).value
      )
    }
    (e1, e2) = (own.e1, own.e2)
    if let maps {
      e1 = maps.toWorld.direction(Vector(e1)).value
      e2 = maps.toWorld.direction(Vector(e2)).value
    }
  }

  /// - Parameter m: the shape's map.
  private static func unit(_ kind: ShapeRecord.Kind, at position: Vector3, _ m: UnsafePointer<Float>) -> (
    position: Vector3, e1: Vector3, e2: Vector3, perU: Vector3
  ) {
    let p = InverseMap(rowMajor: m).point(SIMD3<Double>(position))
    switch kind {
    case .sphere:
      let outward = Vector3(p * (1 / (p * p).sum().squareRoot()))
      let frame = Frame(normal: outward)
      return (outward, frame.s, frame.t, Vector3(-outward.y, outward.x, 0))
    case .disk, .mesh:
      let flat = Vector3(Float(p.x), Float(p.y), 0)
      return (flat, Vector3(1, 0, 0), Vector3(0, 1, 0), flat)
    case .cylinder:
      let radius = (p.x * p.x + p.y * p.y).squareRoot()
      let round = Vector3(Float(p.x / radius), Float(p.y / radius), Float(p.z))
      let around = Vector3(-round.y, round.x, 0)
      return (round, around, Vector3(0, 0, 1), around)
    }
  }
}
