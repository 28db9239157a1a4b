/// A surface point that moves because the ray that found it moves; the surface itself stays.
struct MovingHit<Tangent: SIMD & Sendable> where Tangent.Scalar == Float {
  typealias Lanes = Dual<Tangent>
  var position: Vector<Lanes>
  var frame: MovingFrame<Lanes>
  var u: Lanes
  var v: Lanes

  /// A point that stays.
  init(still hit: SurfaceHit) {
    position = Vector(hit.position)
    frame = MovingFrame(hit.frame)
    u = Lanes(hit.uv.x)
    v = Lanes(hit.uv.y)
  }

  /// The hit of a moving ray, to first order: the velocity of o + t d, projected along d onto the tangent plane.
  init(_ hit: SurfaceHit, origin: Vector<Lanes>, direction: Vector<Lanes>, scene: KernelScene) {
    let free = origin + direction * Lanes(hit.distance)
    let n = hit.geometricNormal
    let normalSpeed = free.x.tangent * n.x + free.y.tangent * n.y + free.z.tangent * n.z
    let d = direction.value
    let along = normalSpeed * (1 / dot(n, d))
    position = Vector(
      Lanes(hit.position.x, free.x.tangent - along * d.x), Lanes(hit.position.y, free.y.tangent - along * d.y),
      Lanes(hit.position.z, free.z.tangent - along * d.z))
    frame = MovingFrame(hit.frame)
    u = Lanes(hit.uv.x)
    v = Lanes(hit.uv.y)
    let shape = scene.shapes + Int(hit.shape)
    let instance = hit.instance >= 0 ? MovingInstance<Lanes>(scene.instances[Int(hit.instance)], scene.values) : nil
    switch shape.pointee.kind {
    case .mesh: follow(mesh: shape.pointee, hit, scene.values, instance)
    case .sphere: follow(sphere: shape.pointee, hit, scene.values, instance)
    case .disk: follow(disk: shape.pointee, scene.values, instance)
    case .cylinder: follow(cylinder: shape.pointee, hit, scene.values, instance)
    }
  }

  /// Barycentric coordinates follow the position; normal, uv and frame follow them.
  private mutating func follow(
    mesh shape: ShapeRecord, _ hit: SurfaceHit, _ e: UnsafePointer<Float>, _ instance: MovingInstance<Lanes>?
  ) {
    let (i0, i1, i2) = shape.corners(hit.primitive)
    let p0 = ShapeRecord.load(e, shape.positions, i0)
    var e1 = ShapeRecord.load(e, shape.positions, i1) - p0
    var e2 = ShapeRecord.load(e, shape.positions, i2) - p0
    if let instance { (e1, e2) = (instance.direction(e1), instance.direction(e2)) }
    // Dual basis of the triangle's edges: b₁ = g₁ · (x − p₀), b₂ = g₂ · (x − p₀).
    let normal = cross(e1, e2)
    let inverse = 1 / normal.squaredLength
    let g1 = cross(e2, normal) * inverse
    let g2 = cross(normal, e1) * inverse
    let b1 = Lanes(hit.barycentric.x, position.dot(g1).tangent)
    let b2 = Lanes(hit.barycentric.y, position.dot(g2).tangent)
    var tangent: Vector3?
    if shape.texcoords >= 0 {
      let t0 = ShapeRecord.load2(e, shape.texcoords, i0)
      let d1 = ShapeRecord.load2(e, shape.texcoords, i1) - t0
      let d2 = ShapeRecord.load2(e, shape.texcoords, i2) - t0
      u = Lanes(hit.uv.x, b1.tangent * d1.x + b2.tangent * d2.x)
      v = Lanes(hit.uv.y, b1.tangent * d1.y + b2.tangent * d2.y)
      if shape.needsTangent { tangent = ShapeRecord.positionPerU(e1, e2, d1, d2) }
    } else {
      u = b1
      v = b2
    }
    guard shape.normals >= 0 else { return }
    let n0 = Vector<Lanes>(ShapeRecord.load(e, shape.normals, i0))
    let n1 = Vector<Lanes>(ShapeRecord.load(e, shape.normals, i1))
    let n2 = Vector<Lanes>(ShapeRecord.load(e, shape.normals, i2))
    var blend = n0 * (1 - b1 - b2) + n1 * b1 + n2 * b2
    if let instance { blend = instance.normal(blend) }
    turn(to: blend.normalized(), like: hit.frame, tangent: tangent.map { Vector($0) })
  }

  private mutating func follow(
    sphere shape: ShapeRecord, _ hit: SurfaceHit, _ e: UnsafePointer<Float>, _ instance: MovingInstance<Lanes>?
  ) {
    let m = e + Int(shape.matrix)
    let place = instance?.toObject.point(position) ?? position
    let outward = (place - Vector(Vector3(m[12], m[13], m[14]))) * Lanes(1 / m[15])
    var tangent: Vector<Lanes>?
    if shape.needsUV {
      let scale = 1 / m[15]
      let x = Vector3(m[0], m[4], m[8])
      let y = Vector3(m[1], m[5], m[9])
      let z = Vector3(m[2], m[6], m[10])
      let local = Vector(outward.dot(x) * scale, outward.dot(y) * scale, outward.dot(z) * scale)
      let uv = AnalyticShape.sphereUV(local)
      u = Lanes(hit.uv.x, uv.u.tangent)
      v = Lanes(hit.uv.y, uv.v.tangent)
      if shape.needsTangent { tangent = Vector<Lanes>(y) * local.x - Vector<Lanes>(x) * local.y }
    }
    guard let instance else { return turn(to: outward, like: hit.frame, tangent: tangent) }
    turn(
      to: instance.normal(outward).normalized(), like: hit.frame,
      tangent: tangent.map { instance.toWorld.direction($0) })
  }

  private mutating func follow(
    cylinder shape: ShapeRecord, _ hit: SurfaceHit, _ e: UnsafePointer<Float>, _ instance: MovingInstance<Lanes>?
  ) {
    // A cylinder is the image of the unit cylinder: its own map works as an instance's.
    let own = MovingInstance<Lanes>(rowMajor: e + Int(shape.matrix))
    let p = own.toObject.point(instance?.toObject.point(position) ?? position)
    let uv = AnalyticShape.cylinderUV(p)
    u = Lanes(hit.uv.x, uv.u.tangent)
    v = Lanes(hit.uv.y, uv.v.tangent)
    var normal = own.normal(Vector(p.x, p.y, Lanes(0)))
    var tangent = own.toWorld.direction(Vector(-p.y, p.x, Lanes(0)))
    if let instance { (normal, tangent) = (instance.normal(normal), instance.toWorld.direction(tangent)) }
    turn(to: normal.normalized(), like: hit.frame, tangent: shape.needsTangent ? tangent : nil)
  }

  private mutating func follow(disk shape: ShapeRecord, _ e: UnsafePointer<Float>, _ instance: MovingInstance<Lanes>?) {
    let map = AffineMap<Float>(rowMajor: e + Int(shape.matrix))
    let (x, y) = (map.x.value, map.y.value)
    let offset = (instance?.toObject.point(position) ?? position) - Vector(map.translation.value)
    let uv = AnalyticShape.diskUV(
      offset.dot(x) * (1 / x.squaredLength), offset.dot(y) * (1 / y.squaredLength))
    u = Lanes(u.value, uv.u.tangent)
    v = Lanes(v.value, uv.v.tangent)
    guard shape.needsTangent else { return }
    frame = MovingFrame(normal: frame.n, tangent: instance?.toWorld.direction(offset) ?? offset)
  }

  /// Turns the frame to a moving normal, keeping the side (two-sided materials turn it) and the tangents' rule.
  private mutating func turn(to normal: Vector<Lanes>, like frame: Frame, tangent: Vector<Lanes>?) {
    let isTurned = dot(normal.value, frame.n) < 0
    // The value path builds tangents from the shape's own side and flips the normal alone.
    let flipped = dot(cross(frame.s, frame.t), frame.n) < 0
    let own = isTurned != flipped ? -normal : normal
    var moving = tangent.map { MovingFrame(normal: own, tangent: $0) } ?? MovingFrame(normal: own)
    if flipped { moving.n = -moving.n }
    self.frame = moving
  }
}
