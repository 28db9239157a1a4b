/// Partials with respect to the camera's own numbers of what the boundary terms need.
struct CameraMotion {
  let tracer: PathTracer

  /// Hands on weight · (partial · ṗ) for the film position p of a fixed world point.
  func addProjection(
    _ point: Vector3, lens: SIMD2<Float>, _ partial: SIMD2<Float>, _ weight: Spectrum,
    to sink: inout some DerivativeSink
  ) {
    CameraAdjoint(tracer: tracer).addProjection(of: point, lens: lens, partial, weight, to: &sink)
  }

  /// Hands on weight · (covector · ẋ) for the point at a fixed distance along the ray of a fixed film position.
  func addRay(
    _ p: SIMD2<Float>, lens: SIMD2<Float>, distance: Float, _ covector: Vector3, _ weight: Spectrum,
    to sink: inout some DerivativeSink
  ) {
    let origin = Covector(covector, times: weight)
    CameraAdjoint(tracer: tracer).addRay(
      CameraSample(film: p, lens: lens), origin: origin, direction: origin * distance, to: &sink)
  }

  /// Hands on weight · (covector · v̇) for the vector v from a fixed point to the viewer: where rays start, or against the
  /// direction of parallel ones.
  func addViewpoint(
    _ p: SIMD2<Float>, lens: SIMD2<Float>, _ covector: Vector3, _ weight: Spectrum, to sink: inout some DerivativeSink
  ) {
    if tracer.sensor.isPerspective { return addRay(p, lens: lens, distance: 0, covector, weight, to: &sink) }
    CameraAdjoint(tracer: tracer).addRay(
      CameraSample(film: p, lens: lens), origin: .zero, direction: Covector(covector, times: weight * -1), to: &sink)
  }
}
