/// How the surface moves on which a shadow's border, or a light's, falls.
struct ReceiverMotion {
  let tracer: PathTracer
  let flags: GradientFlags

  /// Hands on weight · (covector · Ḋ) for the surface point D.
  ///
  /// - Parameter view: how the camera sees the point, when it is the first surface of a path; `nil` for a material point.
  @inline(__always)
  func add<Sink: DerivativeSink>(
    _ hit: SurfaceHit, _ covector: Vector3, _ weight: Spectrum, view: CameraWalk.View?, to sink: inout Sink
  ) {
    let moves = flags.moves(hit.shape, hit.instance)
    let motion = SurfaceMotion(scene: tracer.scene)
    guard let view else {
      if moves { motion.addPosition(hit, covector, weight, to: &sink) }
      return
    }
    // The first hit is where the ray of a fixed film position meets the surface: it moves along that ray with the
    // surface, and over the surface with the ray.
    let d = view.direction * -1
    let n = hit.geometricNormal
    let along = n * (dot(covector, d) / dot(n, d))
    if moves { motion.addPosition(hit, along, weight, to: &sink) }
    if flags.wantsCamera {
      let p = CameraSample(film: tracer.sensor.fraction(ofPixel: view.pixel), lens: view.lens)
      CameraAdjoint(tracer: tracer).addPoint(p, distance: view.distance, covector - along, weight, to: &sink)
    }
  }
}
