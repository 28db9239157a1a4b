/// Partials of depth and normal of the surface that a camera ray meets first.
///
/// The ray keeps its place on the film: the point is traced, slides over its surface and moves with it (DESIGN §4).
struct FirstSurfaceAdjoint {
  let tracer: PathTracer
  let flags: GradientFlags

  func add<Sink: DerivativeSink>(_ vertex: UnsafePointer<PathVertex>, at p: CameraSample, to sink: inout Sink) {
    let isDepth = tracer.quantity == .depth
    if flags.wantsGeometry {
      // With a unit direction d from a fixed origin, the distance grows by d · ẋ.
      let counted = sink.counted(.one)
      let position = isDepth ? Sink.Vectors(vertex.pointee.direction, counted: counted) : .zero
      let normal =
        isDepth ? .zero : Sink.Vectors(Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1), counted: counted)
      GeometryAdjoint(tracer: tracer, flags: flags).addTraced(
        vertex, count: 1, position: position, normal: normal, back: .zero, to: &sink)
    }
    guard flags.wantsCamera else { return }
    MovingPath(tracer: tracer, flags: flags).addRay(vertex, count: 1, at: p, to: &sink) { origin, direction in
      let hit = MovingHit(vertex.pointee.hit, origin: origin, direction: direction, scene: tracer.scene)
      guard isDepth else { return Color(hit.frame.n.x, hit.frame.n.y, hit.frame.n.z) }
      return Color((hit.position - origin).squaredLength.safeSquareRoot())
    }
  }
}
