/// A curve of a surface beyond which something else may be seen.
struct EdgeRecord {
  enum Kind: UInt8 {
    /// Between two triangles, or the border of one.
    case mesh
    /// Where a sphere's outline is depends on the viewpoint.
    case sphere
    /// The rim of a disk, or of a cylinder at `height`.
    case rim
    /// One of the two lines along which a cylinder's side turns away from the viewpoint, by the sign of `height`.
    case side
  }
  /// Whether the curve depends on where it is seen from.
  var isOutline: Bool { kind == .sphere || kind == .side }

  var kind: Kind
  /// Whether shading differs on its two sides, so that it shows in the picture though nothing is hidden.
  var isCrease = false
  var shape: Int32
  /// Index of the instance it is seen through, −1 for none.
  var instance: Int32
  /// Meshes: the vertices at the ends, and the third corners of the triangles, the second −1 at a border.
  var ends = SIMD2<Int32>(repeating: 0)
  var thirds = SIMD2<Int32>(repeating: -1)
  /// First and number of the edges of other objects that may lie on this one, in the topology's list.
  var rivals = SIMD2<Int32>(repeating: 0)
  /// Cylinders: the rim's local z; for lines of the side 1 or −1.
  var height: Float = 0
}

/// A point of an edge, in world space.
struct EdgePoint {
  var position: Vector3
  /// Derivative of the position by the edge's parameter t in 0...1.
  var along: Vector3
  /// Directions from the edge into its one or two surfaces; both zero on outlines of smooth surfaces.
  var inward: Vector3
  var otherInward: Vector3?
  /// Outlines of smooth surfaces: the outward normal there.
  var smoothNormal: Vector3?
  /// Object coordinates for analytic shapes, or (1 − t, t, 0), the weights of the ends.
  var local: Vector3

  /// Normals of the two triangles of a mesh's edge by its winding, as long as their areas are large; `nil` at borders.
  var areas: (Vector3, Vector3)? { otherInward.map { (cross(along, inward), cross($0, along)) } }

  /// The side on which a line of direction `omega` through this point passes the object, as a unit vector
  /// perpendicular to the line and the edge; `nil` when the line enters the object or leaves it here.
  @inline(__always) func outward(_ omega: Vector3) -> Vector3? {
    smoothNormal ?? Self.outward(omega, along: along, inward: inward, otherInward: otherInward)
  }

  /// The same for all points of a straight edge, whose directions into its surfaces may be taken from any of them.
  @inline(__always)
  static func outward(_ omega: Vector3, along: Vector3, inward: Vector3, otherInward: Vector3?) -> Vector3? {
    let across = cross(along, omega)
    let length = across.length
    guard length > 1e-12 else { return nil }
    let side = dot(inward, across)
    if let otherInward, side * dot(otherInward, across) <= 0 { return nil }
    guard side != 0 else { return nil }
    return across * (side < 0 ? 1 / length : -1 / length)
  }
}
