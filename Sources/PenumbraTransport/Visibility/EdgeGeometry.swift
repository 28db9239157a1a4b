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
    case .mesh, .sphere:
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

  /// The outline of a sphere from a point, at t in 0...1; `nil` from inside.
  func outline(_ edge: EdgeRecord, from viewpoint: Vector3, _ t: Float) -> EdgePoint? {
    let (center, radius) = sphere(edge)
    let axis = viewpoint - center
    let squared = axis.squaredLength
    guard squared > radius * radius * 1.000_001 else { return nil }
    let ratio = radius * radius / squared
    return outline(
      edge, center: center + axis * ratio, radius: radius * (1 - ratio).squareRoot(), axis: axis.normalized, t)
  }

  /// The outline of a sphere along a direction.
  func outline(_ edge: EdgeRecord, along direction: Vector3, _ t: Float) -> EdgePoint {
    let (center, radius) = sphere(edge)
    return outline(edge, center: center, radius: radius, axis: direction, t)
  }

  private func outline(_ edge: EdgeRecord, center: Vector3, radius: Float, axis: Vector3, _ t: Float) -> EdgePoint {
    let frame = Frame(normal: axis)
    let angle = 2 * .pi * t
    let (c, s) = (cos(angle), sin(angle))
    let position = center + (frame.s * c + frame.t * s) * radius
    let map = map(edge)
    return EdgePoint(
      position: position, along: (frame.t * c - frame.s * s) * (2 * .pi * radius), inward: .zero, otherInward: nil,
      smoothNormal: (position - map.translation.value).normalized,
      local: map.preimage(of: Vector(position)).value)
  }

  /// Hands on weight · (covector · ẏ) for a point that is fixed on its edge.
  @inline(__always)
  func addMotion(
    _ edge: EdgeRecord, _ point: EdgePoint, _ covector: Vector3, _ weight: Spectrum, to sink: inout some DerivativeSink
  ) {
    let shape = scene.shapes + Int(edge.shape)
    var own = covector
    if edge.instance >= 0 {
      let maps = instance(edge)
      own = Vector3(
        dot(covector, maps.toWorld.x.value), dot(covector, maps.toWorld.y.value), dot(covector, maps.toWorld.z.value))
      let inGroup = maps.toObject.point(Vector(point.position)).value
      Self.addMatrix(Int(scene.instances[Int(edge.instance)].matrix), inGroup, covector, weight, to: &sink)
    }
    guard edge.kind == .mesh else {
      return Self.addMatrix(Int(shape.pointee.matrix), point.local, own, weight, to: &sink)
    }
    for end in 0..<2 {
      let offset = Int(shape.pointee.positions) + 3 * Int(edge.ends[end])
      for axis in 0..<3 { sink.add(offset + axis, weight * (own[axis] * point.local[end])) }
    }
  }

  /// covector · (Ṁ p) for a row-major 3×4 matrix.
  @inline(__always)
  static func addMatrix(
    _ offset: Int, _ p: Vector3, _ covector: Vector3, _ weight: Spectrum, to sink: inout some DerivativeSink
  ) {
    for row in 0..<3 {
      for column in 0..<3 { sink.add(offset + 4 * row + column, weight * (covector[row] * p[column])) }
      sink.add(offset + 4 * row + 3, weight * covector[row])
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
