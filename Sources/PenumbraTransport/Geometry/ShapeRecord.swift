/// A shape as the kernel reads it: plain data, offsets into the expanded vector.
struct ShapeRecord {
  enum Kind: UInt8 { case mesh, sphere, disk, cylinder }
  var kind: Kind
  /// −1 where the surface's outside is turned in.
  var orientation: Float
  var material: Int32
  /// Index of the area emitter on this shape, −1 for none.
  var emitter: Int32 = -1
  /// Whether hits need texture coordinates, and whether they need dp/du.
  var needsUV = false
  var needsTangent = false
  /// How paths scatter here side by side: both sides of the surface are of this kind. `nil` where they scatter alone.
  var packetKind: PacketKind?
  /// Whether they do so once the wrappers of its material are resolved.
  var wrapsPackets = false
  /// The kind inside, where the only wrapper is a bump or normal map on a mesh: packets turn its normals themselves.
  var turnedKind: PacketKind?

  // Meshes: corner indices (3 per triangle) and expanded-vector offsets, −1 for absent.
  var triangles: UnsafePointer<UInt32>
  var triangleCount: Int32 = 0
  var positions: Int32 = 0
  var normals: Int32 = -1
  var texcoords: Int32 = -1

  /// Spheres, disks and cylinders: offset of the 3×4 world matrix, row-major; for spheres followed by centre and radius.
  var matrix: Int32 = 0

  /// Whether the two triangles are the halves of a parallelogram with corners 0, 1, 2, 3 in order.
  var isRectangle = false

  /// Of an emitting rectangle: corner, edges along u and v, unit normal, copied here so that sampling it reads one place.
  var rectangle = Rectangle()
  /// Attributes of a mesh by texture index, `nil` when no texture reads any.
  var attributes: UnsafePointer<AttributeRecord>?

  /// The shape's index where rays that leave its front, or its back, cannot meet it again; −1 elsewhere.
  var leftInFront: Float = -1
  var leftBehind: Float = -1

  /// World surface area, and for emitting meshes the cumulative areas of its triangles.
  var area: Float = 0
  var triangleAreas: CumulativeTable?
}

extension ShapeRecord {
  /// A parallelogram in world space.
  struct Rectangle {
    var corner = Vector3.zero
    var alongU = Vector3.zero
    var alongV = Vector3.zero
    /// Unit length, on the lit side.
    var normal = Vector3.zero
  }
}

extension ShapeRecord.Rectangle {
  init(_ shape: ShapeRecord, _ e: UnsafePointer<Float>) {
    corner = ShapeRecord.load(e, shape.positions, 0)
    alongU = ShapeRecord.load(e, shape.positions, 1) - corner
    alongV = ShapeRecord.load(e, shape.positions, 3) - corner
    normal = cross(alongU, alongV).normalized * shape.orientation
  }
}
