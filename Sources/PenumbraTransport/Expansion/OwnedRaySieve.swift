/// Decides which shapes rays are tested against one triangle after another, and which are left to the hierarchy.
final class OwnedRaySieve {
  private let triangles: OwnedBuffer<ListedTriangle>
  private let bodies: OwnedBodyBoxes
  private let record: OwnedBuffer<RaySieve>

  /// Testing a triangle takes eight rays about as long as a hierarchy takes for a tenth of a ray.
  private static let mostTriangles = 64
  /// Of a listed shape, where there are others that are not listed.
  private static let mostPerShape = 12
  private static let mostBodies = 6
  /// Shapes of more triangles are not asked whether they are convex.
  private static let mostToExamine = 300_000
  /// How many of the rays through the scene's box may also pass boxes of bodies, estimated by areas; where there are more, the
  /// sieve stops too few of them.
  private static let mostPassing: Float = 0.25

  /// - Parameters:
  ///   - shapes: are told on which sides they are convex.
  ///   - values: the expanded vector.
  ///   - bounds: of the whole scene.
  /// - Returns: `nil` where it would cost more than it saves.
  init?(
    shapes: OwnedBuffer<ShapeRecord>, vertexCounts: [Int], values: UnsafePointer<Float>, bounds: Box,
    hasInstances: Bool
  ) {
    for i in 0..<shapes.count { (shapes.base[i].leftInFront, shapes.base[i].leftBehind) = (-1, -1) }
    guard !hasInstances, shapes.count > 0 else { return nil }
    let listed = Self.listed(shapes.buffer)
    guard shapes.count - listed.count <= Self.mostBodies else { return nil }
    var (triangles, bodies, passing) = ([ListedTriangle](), [BodyBoxes.Body](), Float(0))
    for i in 0..<shapes.count {
      let shape = shapes.base + i
      if listed.contains(i) {
        triangles += Self.triangles(shape.pointee, i, values)
        continue
      }
      let box = Box(shape.pointee, vertexCount: vertexCounts[i], values)
      let sides = Self.sides(shape.pointee, vertexCounts[i], values)
      if sides.front { shape.pointee.leftInFront = Float(i) }
      if sides.back { shape.pointee.leftBehind = Float(i) }
      // Most rays that meet a convex body come from it.
      if !sides.front && !sides.back { passing += box.area / bounds.area }
      bodies.append(BodyBoxes.Body(box, shape: i))
    }
    guard passing <= Self.mostPassing else { return nil }
    self.triangles = OwnedBuffer(triangles)
    self.bodies = OwnedBodyBoxes(bodies)
    record = OwnedBuffer([
      RaySieve(
        triangles: TriangleList(triangles: UnsafePointer(self.triangles.base), count: triangles.count),
        bodies: self.bodies.kernel)
    ])
  }

  var kernel: UnsafePointer<RaySieve> { UnsafePointer(record.base) }

  /// Shapes whose triangles are listed: all of a small scene, else those of few triangles.
  private static func listed(_ shapes: UnsafeMutableBufferPointer<ShapeRecord>) -> Set<Int> {
    let meshes = shapes.indices.filter { shapes[$0].kind == .mesh }
    let total = meshes.reduce(0) { $0 + Int(shapes[$1].triangleCount) }
    if total <= mostTriangles { return Set(meshes) }
    var (result, count) = (Set<Int>(), 0)
    for i in meshes where shapes[i].triangleCount <= mostPerShape && count < mostTriangles / 2 {
      result.insert(i)
      count += Int(shapes[i].triangleCount)
    }
    return result
  }

  private static func triangles(_ shape: ShapeRecord, _ index: Int, _ values: UnsafePointer<Float>) -> [ListedTriangle]
  {
    (0..<shape.triangleCount).map { triangle in
      let (a, b, c) = shape.corners(triangle)
      func corner(_ i: Int) -> Vector3 { ShapeRecord.load(values, shape.positions, i) }
      return ListedTriangle(
        corner(a), corner(b), corner(c), geometry: UInt32(index), primitive: UInt32(triangle))
    }
  }

  /// The sides of the surface with its orientation.
  private static func sides(_ shape: ShapeRecord, _ vertexCount: Int, _ values: UnsafePointer<Float>) -> (
    front: Bool, back: Bool
  ) {
    let outward: (front: Bool, back: Bool)
    switch shape.kind {
    case .sphere, .cylinder: outward = (true, false)
    case .disk: outward = (true, true)
    case .mesh:
      guard shape.triangleCount <= mostToExamine else { return (false, false) }
      let sides = ConvexSides(
        positions: values + Int(shape.positions), vertexCount: vertexCount, triangles: shape.triangles,
        triangleCount: Int(shape.triangleCount))
      outward = (sides.front, sides.back)
    }
    return shape.orientation < 0 ? (outward.back, outward.front) : outward
  }
}

extension Box {
  /// Of the surface.
  fileprivate var area: Float {
    let d = high - low
    return 2 * (d.x * d.y + d.y * d.z + d.z * d.x)
  }
}
