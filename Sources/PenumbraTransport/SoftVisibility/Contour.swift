/// A straight part of the outline of an object, as one viewpoint sees it.
struct ContourPiece {
  enum Kind: UInt8 {
    /// Part of an edge between two triangles, or of a border.
    case mesh
    /// Part of the rim of a disk or cylinder: a chord, whose points are moved onto the circle.
    case rim
  }
  var kind: Kind
  var edge: EdgeRecord
  /// World positions of the ends.
  var start: Vector3
  var end: Vector3
  /// What `EdgePoint.local` is there.
  var localStart: Vector3
  var localEnd: Vector3
  /// A point on whose line of sight the object is, beside the piece's middle.
  var inner: Vector3
}

/// An object that can hide others, with the outline that one viewpoint sees.
struct ContourObject {
  var shape: Int32
  /// −1 for shapes of the scene itself.
  var instance: Int32
  /// Spheres, and the sides of cylinders, have their outlines in closed form from any viewpoint; all else comes in pieces.
  var kind: ShapeRecord.Kind
  /// Its clusters of pieces.
  var first: Int32 = 0
  var count: Int32 = 0
  /// A sphere around the outline; of a sphere itself.
  var center = Vector3.zero
  var radius: Float = 0

  var isSphere: Bool { kind == .sphere }

  /// A record by which `EdgeGeometry` finds the object.
  var edge: EdgeRecord { EdgeRecord(kind: isSphere ? .sphere : .rim, shape: shape, instance: instance) }
}

/// Where outlines are seen from.
enum Viewpoint {
  case point(Vector3)
  /// Parallel lines; the unit direction towards the viewer.
  case direction(Vector3)

  /// Unit direction from a point to the viewer.
  func direction(from p: Vector3) -> Vector3 {
    switch self {
    case .point(let origin): (origin - p).normalized
    case .direction(let direction): direction
    }
  }

  /// The line of sight through a point.
  func ray(through p: Vector3, reach: Float) -> Ray {
    switch self {
    case .point(let origin): Ray(origin: origin, direction: (p - origin).normalized)
    case .direction(let direction): Ray(origin: p + direction * reach, direction: direction * -1)
    }
  }
}

/// The outlines of some objects from one viewpoint, as plain data for the sample loop.
struct ContourTable {
  let objects: UnsafePointer<ContourObject>
  let count: Int
  let clusters: UnsafePointer<ContourCluster>
  let pieces: UnsafePointer<ContourPiece>
}

/// Owner of a `ContourTable`.
final class ContourSet {
  private let objects: OwnedBuffer<ContourObject>
  private let clusters: OwnedBuffer<ContourCluster>
  private let pieces: OwnedBuffer<ContourPiece>

  init(objects: [ContourObject], clusters: [ContourCluster], pieces: [ContourPiece]) {
    self.objects = OwnedBuffer(objects)
    self.clusters = OwnedBuffer(clusters)
    self.pieces = OwnedBuffer(pieces)
  }

  var table: ContourTable {
    ContourTable(
      objects: UnsafePointer(objects.base), count: objects.count, clusters: UnsafePointer(clusters.base),
      pieces: UnsafePointer(pieces.base))
  }
}
