/// The part of a recorded camera path that perfectly specular lobes decide: vertices up to the first that scatters
/// otherwise, with what of that vertex changes abruptly.
struct SpecularChain {
  /// The path's place in its arena.
  let first: Int
  /// Vertices up to the first without a Dirac lobe, or up to an escape; 0 when the camera's ray left the scene.
  let count: Int
  /// Which of the scene's lights without size the last vertex sees, one bit each.
  var lit: UInt32 = 0

  /// Whether specular lobes hand on the camera's ray.
  var isReflected: Bool { count > 1 }

  init(first: Int, in arena: PathArena) {
    self.first = first
    var count = 0
    while first + count < arena.count {
      count += 1
      let vertex = arena.base + (first + count - 1)
      if vertex.pointee.kind != .scatter || !vertex.pointee.isDirac || vertex.pointee.inversePdf <= 0 { break }
    }
    self.count = count
  }

  func vertices(_ arena: PathArena) -> UnsafeMutablePointer<PathVertex> { arena.base + first }

  /// What two neighbouring chains have in common and where they part.
  enum Comparison: Equatable {
    case same
    /// The camera's own rays meet different surfaces.
    case parted
    /// Vertex k > 0 is on another surface, or its specular lobe another.
    case changed(Int)
    /// The last vertex turns its shading normal away.
    case turned
    /// A light, by its number, is seen from the last vertex by one of the two.
    case shadowed(Int)
  }

  func compare(_ other: Self, _ arena: PathArena, in scene: KernelScene) -> Comparison {
    for k in 0..<max(count, other.count) {
      guard k < count, k < other.count else { return k == 0 ? .parted : .changed(k) }
      let (a, b) = (vertices(arena) + k, other.vertices(arena) + k)
      let isEscape = (a.pointee.kind == .escape, b.pointee.kind == .escape)
      if isEscape.0 && isEscape.1 { continue }
      guard !isEscape.0, !isEscape.1, a.pointee.continues(b.pointee, in: scene) else {
        return k == 0 ? .parted : .changed(k)
      }
    }
    guard count > 1 else { return .same }
    let (a, b) = (vertices(arena) + (count - 1), other.vertices(arena) + (count - 1))
    if a.pointee.kind != .escape, a.pointee.facesBack != b.pointee.facesBack { return .turned }
    let changed = lit ^ other.lit
    return changed == 0 ? .same : .shadowed(changed.trailingZeroBitCount)
  }
}

extension PathVertex {
  /// Whether the shading normal looks to where the path came from.
  fileprivate var facesBack: Bool { dot(plainHit.frame.n, direction) < 0 }

  /// Whether another vertex lies on the same smooth piece of surface, seen from the same side and, where the lobe is
  /// perfectly specular, left by the same one.
  fileprivate func continues(_ other: Self, in scene: KernelScene) -> Bool {
    guard hit.shape == other.hit.shape, hit.instance == other.hit.instance, isDirac == other.isDirac else {
      return false
    }
    if isDirac && isReflection != other.isReflection { return false }
    if (dot(hit.geometricNormal, direction) < 0) != (dot(other.hit.geometricNormal, other.direction) < 0) {
      return false
    }
    // Triangles of a plane, or of a smoothly shaded mesh, are one piece; where they meet at an angle, or one stands
    // before the other, they are not.
    guard hit.primitive != other.hit.primitive else { return true }
    let offset = other.hit.position - hit.position
    let height = max(abs(dot(offset, hit.geometricNormal)), abs(dot(offset, other.hit.geometricNormal)))
    let isSmooth = scene.shapes[Int(hit.shape)].normals >= 0 && dot(plainHit.frame.n, other.plainHit.frame.n) > 0.9
    return height <= (isSmooth ? 0.3 : 1e-4) * offset.length + 1e-6 * (1 + hit.distance)
  }
}
