/// A curve in space along which a picture may change abruptly.
enum PrimaryCurve {
  /// An edge or outline; of fixed curves the part that lies on the film and before the camera.
  case edge(EdgeRecord, from: Float, to: Float)
  case terminator(SurfaceFace)
  case crossing(SurfaceCrossing)
}

/// A point of such a curve as one lens point sees it.
enum PrimaryPoint {
  case edge(EdgeRecord, EdgePoint)
  case terminator(ShadingTerminator.Point)
  case crossing(SurfaceCrossing, SurfaceCrossing.Point)

  var position: Vector3 {
    switch self {
    case .edge(_, let point): point.position
    case .terminator(let point): point.hit.position
    case .crossing(_, let point): point.position
    }
  }

  /// Derivative of the position by the curve's own parameter in 0...1.
  var along: Vector3 {
    switch self {
    case .edge(_, let point): point.along
    case .terminator(let point): point.along
    case .crossing(_, let point): point.along
    }
  }
}

extension PathTracer {
  /// The point of a curve at its parameter s in 0...1, with the part of the curve's own parameter that s runs over;
  /// `nil` where there is nothing to see.
  func point(_ curve: PrimaryCurve, _ geometry: EdgeGeometry, _ s: Float, lens: SIMD2<Float>) -> (PrimaryPoint, Float)?
  {
    switch curve {
    case .edge(let edge, let first, let last):
      let t = first + (last - first) * s
      let found = edge.isOutline ? outline(edge, geometry, t, lens: lens) : geometry.point(edge, t)
      guard let point = found else { return nil }
      return isDiscontinuity(edge, hides: hides(edge, point, lens: lens)) ? (.edge(edge, point), last - first) : nil
    case .terminator(let face):
      return ShadingTerminator(scene: scene).point(face, terminatorView(lens), s).map { (.terminator($0), 1) }
    case .crossing(let crossing): return crossing.point(s, in: scene).map { (.crossing(crossing, $0), 1) }
    }
  }

  /// Whether something may be hidden at a point of an edge: a lens point does not see the surface on both sides.
  func hides(_ edge: EdgeRecord, _ point: EdgePoint, lens: SIMD2<Float> = .zero) -> Bool {
    edge.kind != .mesh || edge.thirds.y < 0
      || point.outward(directionToCamera(point.position, lens: lens)) != nil
  }

  /// Whether the picture may change at an edge abruptly.
  func isDiscontinuity(_ edge: EdgeRecord, hides: Bool) -> Bool {
    hides || edge.isCrease || scene.shapes[Int(edge.shape)].normals >= 0
  }

  /// From where a lens point looks at surfaces.
  func terminatorView(_ lens: SIMD2<Float>) -> ShadingTerminator.Viewpoint {
    sensor.isPerspective ? .point(viewpoint(lens)) : .direction(camera.map.z.value.normalized)
  }
}

extension PrimaryPoint {
  /// Hands on weight · (covector · ẏ) as far as surfaces move; what the camera's motion does to the curve itself is
  /// returned as the covector of the vector from the surface to the viewer.
  func addMotion(
    _ geometry: EdgeGeometry, _ covector: Vector3, _ weight: Spectrum, to sink: inout some DerivativeSink
  ) -> Vector3? {
    switch self {
    case .edge(let edge, let point):
      geometry.addMotion(edge, point, covector, weight, to: &sink)
      return nil
    case .terminator(let point):
      return ShadingTerminator(scene: geometry.scene).addMotion(point, covector, weight, to: &sink)
    case .crossing(let crossing, let point):
      crossing.addMotion(point, covector, weight, in: geometry.scene, to: &sink)
      return nil
    }
  }
}
