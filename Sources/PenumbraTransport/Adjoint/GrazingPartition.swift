/// A partition of interior derivatives by how the camera's ray meets the first surface.
///
/// With a ray that stays and a surface that moves, the point that is met slides over the surface by 1 / c, where c is the cosine
/// between ray and normal. On the film, the density of c is in proportion to c near the outline of anything round: the mean of a
/// derivative in proportion to 1 / c exists, that of its square grows as the logarithm of the least c, and its samples have no
/// finite variance. With w = min(c / `limit`, 1) the part w is estimated from pixels, where its samples are bounded; the
/// part 1 − w from points of the surfaces (`GrazingSurfaces`), which lie on the film with a density of 1 / c. A triangle that is
/// nowhere met at less than half of that needs no division: its 1 / c is bounded.
struct GrazingPartition {
  let flags: GradientFlags
  let scene: KernelScene
  let viewpoint: Viewpoint

  static let limit: Float = 0.25

  /// From where surfaces are looked at.
  struct Viewpoint {
    let origin: Vector3
    /// Unit direction of parallel rays; `nil` where all start at the origin.
    let direction: Vector3?

    @inline(__always) init(_ tracer: PathTracer) {
      origin = tracer.camera.map.translation.value
      direction = tracer.sensor.isPerspective ? nil : tracer.camera.map.z.value.normalized
    }

    /// |cosine| between a unit normal and the ray to a point.
    @inline(__always) func cosine(_ normal: Vector3, at point: Vector3) -> Float {
      abs(dot(normal, direction ?? (point - origin).normalized))
    }
  }

  @inline(__always) init(_ tracer: PathTracer, _ flags: GradientFlags) {
    self.flags = flags
    scene = tracer.scene
    viewpoint = Viewpoint(tracer)
  }

  /// Whether a surface has both parts: where it moves against the camera, and is made of triangles or a sphere in the world.
  @inline(__always) func divides(shape: Int32, instance: Int32) -> Bool {
    guard flags.wantsCamera || flags.moves(shape, instance) else { return false }
    switch scene.shapes[Int(shape)].kind {
    case .mesh: return true
    case .sphere: return instance < 0
    case .disk, .cylinder: return false
    }
  }

  /// Whether a triangle is met at so small an angle anywhere that its derivatives are divided.
  func isGrazed(_ corners: (Vector3, Vector3, Vector3)) -> Bool {
    let (a, b, c) = corners
    let normal = cross(b - a, c - a)
    let length = normal.length
    guard length > 0 else { return false }
    let least = 0.5 * Self.limit * length
    if let direction = viewpoint.direction { return abs(dot(normal, direction)) < least }
    // The cosine is the plane's distance over the point's: least at a corner.
    let o = viewpoint.origin
    let farthest = max((a - o).squaredLength, max((b - o).squaredLength, (c - o).squaredLength)).squareRoot()
    return abs(dot(normal, a - o)) < least * farthest
  }

  @inline(never) private func isGrazed(_ hit: SurfaceHit) -> Bool {
    guard scene.shapes[Int(hit.shape)].kind == .mesh else { return true }
    return isGrazed(
      scene.corners(SurfaceFace(shape: hit.shape, instance: hit.instance, primitive: hit.primitive)))
  }

  /// The part of a path's interior derivative that is estimated from pixels.
  @inline(__always) func pixelShare(_ first: UnsafePointer<PathVertex>) -> Float {
    guard first.pointee.kind != .escape else { return 1 }
    let c = abs(dot(first.pointee.hit.geometricNormal, first.pointee.direction))
    guard c < Self.limit, divides(shape: first.pointee.hit.shape, instance: first.pointee.hit.instance),
      isGrazed(first.pointee.hit)
    else {
      return 1
    }
    return c / Self.limit
  }
}
