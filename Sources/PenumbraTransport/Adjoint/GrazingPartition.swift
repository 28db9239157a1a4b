/// A partition of interior derivatives by how the camera's ray meets the first surface.
///
/// With a ray that stays and a surface that moves, the point that is met slides over the surface by 1 / c, where c is the cosine
/// between ray and normal. On the film, the density of c is in proportion to c near the outline of anything round: the mean of a
/// derivative in proportion to 1 / c exists, that of its square grows as the logarithm of the least c, and its samples have no
/// finite variance. With w = min(c / `limit`, 1) the part w is estimated from pixels, where its samples are bounded; the
/// part 1 − w from points of the surfaces (`GrazingSurfaces`), which lie on the film with a density of 1 / c.
struct GrazingPartition {
  let flags: GradientFlags
  let scene: KernelScene

  static let limit: Float = 0.25

  /// Whether a surface has both parts: where it moves against the camera, and is made of triangles or a sphere in the world.
  @inline(__always) func divides(shape: Int32, instance: Int32) -> Bool {
    guard flags.wantsCamera || flags.moves(shape, instance) else { return false }
    switch scene.shapes[Int(shape)].kind {
    case .mesh: return true
    case .sphere: return instance < 0
    case .disk, .cylinder: return false
    }
  }

  /// The part of a path's interior derivative that is estimated from pixels.
  @inline(__always) func pixelShare(_ first: UnsafePointer<PathVertex>) -> Float {
    guard first.pointee.kind != .escape else { return 1 }
    let c = abs(dot(first.pointee.hit.geometricNormal, first.pointee.direction))
    guard c < Self.limit, divides(shape: first.pointee.hit.shape, instance: first.pointee.hit.instance) else {
      return 1
    }
    return c / Self.limit
  }
}
