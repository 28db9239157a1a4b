import Foundation

/// Points of edges, and what their motion depends on.
struct EdgeGeometry {
  let scene: KernelScene

  /// From the coordinates of an object to the world.
  func map(_ edge: EdgeRecord) -> AffineMap<Float> {
    let own = AffineMap<Float>(rowMajor: scene.values + Int(scene.shapes[Int(edge.shape)].matrix))
    return edge.instance < 0 ? own : instance(edge).toWorld.composed(with: own)
  }

  private func instance(_ edge: EdgeRecord) -> InstanceMaps {
    scene.instances[Int(edge.instance)].maps(scene.values)
  }

  private func vertex(_ edge: EdgeRecord, _ index: Int32) -> Vector3 {
    let p = ShapeRecord.load(scene.values, scene.shapes[Int(edge.shape)].positions, Int(index))
    return edge.instance < 0 ? p : instance(edge).toWorld.point(Vector(p)).value
  }

  /// Ends of a mesh edge in world space.
  func ends(_ edge: EdgeRecord) -> (Vector3, Vector3) { (vertex(edge, edge.ends.x), vertex(edge, edge.ends.y)) }

  /// A fixed curve of the surface at t in 0...1.
  func point(_ edge: EdgeRecord, _ t: Float) -> EdgePoint {
    switch edge.kind {
    case .mesh, .sphere, .side:
      let (a, b) = ends(edge)
      let p = a + (b - a) * t
      return EdgePoint(
        position: p, along: b - a, inward: vertex(edge, edge.thirds.x) - p,
        otherInward: edge.thirds.y < 0 ? nil : vertex(edge, edge.thirds.y) - p, local: Vector3(1 - t, t, 0))
    case .rim:
      let map = map(edge)
      let angle = 2 * .pi * t
      let (c, s) = (cos(angle), sin(angle))
      let local = Vector3(c, s, edge.height)
      let isDisk = scene.shapes[Int(edge.shape)].kind == .disk
      let inward = isDisk ? Vector3(-c, -s, 0) : Vector3(0, 0, 1 - 2 * edge.height)
      return EdgePoint(
        position: map.point(Vector(local)).value,
        along: map.direction(Vector(Vector3(-s, c, 0) * (2 * .pi))).value, inward: map.direction(Vector(inward)).value,
        otherInward: nil, local: local)
    }
  }

  /// Whether a mesh's edge is one of the triangle that was hit; triangles share edges by their vertices' positions.
  func borders(_ edge: EdgeRecord, _ hit: SurfaceHit) -> Bool {
    guard hit.shape == edge.shape, hit.instance == edge.instance else { return false }
    let corners = corners(hit)
    return has(corners, corner(edge.shape, Int(edge.ends.x))) && has(corners, corner(edge.shape, Int(edge.ends.y)))
  }

  /// Whether two triangles of a mesh are the same or have a corner in common.
  func touch(_ a: SurfaceHit, _ b: SurfaceHit) -> Bool {
    guard a.shape == b.shape, a.instance == b.instance else { return false }
    if a.primitive == b.primitive { return true }
    let (own, others) = (corners(a), corners(b))
    return has(others, own.0) || has(others, own.1) || has(others, own.2)
  }

  /// In the mesh's own coordinates.
  private func corners(_ hit: SurfaceHit) -> (Vector3, Vector3, Vector3) {
    let (i0, i1, i2) = scene.shapes[Int(hit.shape)].corners(hit.primitive)
    return (corner(hit.shape, i0), corner(hit.shape, i1), corner(hit.shape, i2))
  }

  private func has(_ corners: (Vector3, Vector3, Vector3), _ p: Vector3) -> Bool {
    corners.0 == p || corners.1 == p || corners.2 == p
  }

  private func corner(_ shape: Int32, _ index: Int) -> Vector3 {
    ShapeRecord.load(scene.values, scene.shapes[Int(shape)].positions, index)
  }

  /// How many edges, itself included, lie on each other at a point of one of them.
  ///
  /// - Parameter omega: when given, only those count beside which a line in this direction passes as beside the first.
  func multiplicity(
    _ edge: EdgeRecord, at point: Vector3, _ rivals: UnsafePointer<EdgeRecord>,
    line: (omega: Vector3, outward: Vector3)? = nil
  ) -> Float {
    var count: Float = 1
    for k in 0..<edge.rivals.y {
      let other = rivals[Int(edge.rivals.x + k)]
      guard CoincidentEdges.contains(ends(other), point) else { continue }
      if let line {
        guard let side = self.point(other, 0.5).outward(line.omega), dot(side, line.outward) > 0 else { continue }
      }
      count += 1
    }
    return count
  }

  /// Centre and radius of a sphere's image; an instance may only turn, move and scale it.
  func sphere(_ edge: EdgeRecord) -> (center: Vector3, radius: Float) {
    let map = map(edge)
    return (map.translation.value, map.x.value.length)
  }

  /// About the length of an outline.
  func size(_ edge: EdgeRecord) -> Float {
    switch edge.kind {
    case .sphere: return 2 * .pi * sphere(edge).radius
    case .side: return map(edge).z.value.length
    case .mesh:
      let (a, b) = ends(edge)
      return (b - a).length
    case .rim: return point(edge, 0).along.length
    }
  }

  /// The angle in radians by which a mesh turns at an edge; 0 at borders and on other shapes.
  func turn(_ edge: EdgeRecord) -> Float {
    guard edge.kind == .mesh, let (m, n) = point(edge, 0.5).areas else { return 0 }
    let lengths = (m.squaredLength * n.squaredLength).squareRoot()
    return lengths > 0 ? acos(min(max(dot(m, n) / lengths, -1), 1)) : 0
  }

  /// The outline of a sphere or of a cylinder's side from a point, at t in 0...1; `nil` from inside.
  func outline(_ edge: EdgeRecord, from viewpoint: Vector3, _ t: Float) -> EdgePoint? {
    OutlinedShape(edge, self).outline(from: viewpoint).map { EdgePoint($0.point(t)) }
  }

  /// The outline of a sphere or of a cylinder's side along a direction; `nil` along a cylinder's axis.
  func outline(_ edge: EdgeRecord, along direction: Vector3, _ t: Float) -> EdgePoint? {
    OutlinedShape(edge, self).outline(along: direction).map { EdgePoint($0.point(t)) }
  }

  /// Hands on weight · (covector · ẏ) for a point that is fixed on its edge.
  @inline(__always)
  func addMotion(
    _ edge: EdgeRecord, _ point: EdgePoint, _ covector: Vector3, _ weight: Spectrum, to sink: inout some DerivativeSink
  ) {
    addMotion(edge, at: point.position, local: point.local, covector, weight, to: &sink)
  }

  /// The same.
  ///
  /// - Parameters:
  ///   - position: in world space.
  ///   - local: as `EdgePoint.local`.
  @inline(__always)
  func addMotion(
    _ edge: EdgeRecord, at position: Vector3, local: Vector3, _ covector: Vector3, _ weight: Spectrum,
    to sink: inout some DerivativeSink
  ) {
    let shape = scene.shapes + Int(edge.shape)
    var own = covector
    if edge.instance >= 0 {
      let maps = instance(edge)
      own = Vector3(
        dot(covector, maps.toWorld.x.value), dot(covector, maps.toWorld.y.value), dot(covector, maps.toWorld.z.value))
      let inGroup = maps.toObject.point(Vector(position)).value
      sink.add(
        matrix: Int(scene.instances[Int(edge.instance)].matrix), linear: covector, at: inGroup, translation: covector,
        times: weight)
    }
    guard edge.kind == .mesh else {
      return sink.add(
        matrix: Int(shape.pointee.matrix), linear: own, at: local, translation: own, times: weight)
    }
    for end in 0..<2 {
      sink.add(Int(shape.pointee.positions) + 3 * Int(edge.ends[end]), own * local[end], times: weight)
    }
  }
}

extension AffineMap {
  /// self ∘ other.
  func composed(with other: Self) -> Self {
    Self(
      x: direction(other.x), y: direction(other.y), z: direction(other.z), translation: point(other.translation))
  }
}
