/// Partials with respect to the camera's own numbers of what the boundary terms need.
struct CameraMotion {
  let tracer: PathTracer

  private var sensor: SensorRecord { tracer.sensor }
  private var pose: CameraInputs<Dual16> { sensor.poseVariables(tracer.scene.values, tracer.camera) }
  private var optics: CameraInputs<Dual16> { sensor.opticsVariables(tracer.camera) }

  /// Hands on weight · (partial · ṗ) for the film position p of a fixed world point.
  func addProjection(
    _ point: Vector3, lens: SIMD2<Float>, _ partial: SIMD2<Float>, _ weight: Spectrum,
    to sink: inout some DerivativeSink
  ) {
    func lanes(_ inputs: CameraInputs<Dual16>) -> SIMD16<Float>? {
      sensor.project(Vector<Dual16>(point), lens: lens, inputs).map {
        $0.x.tangent * partial.x + $0.y.tangent * partial.y
      }
    }
    if let lanes = lanes(pose) { addPose(lanes, weight, to: &sink) }
    if sensor.hasOptics, let lanes = lanes(optics) { addOptics(lanes, weight, to: &sink) }
  }

  /// Hands on weight · (covector · ẋ) for the point at a fixed distance along the ray of a fixed film position.
  func addRay(
    _ p: SIMD2<Float>, lens: SIMD2<Float>, distance: Float, _ covector: Vector3, _ weight: Spectrum,
    to sink: inout some DerivativeSink
  ) {
    func lanes(_ inputs: CameraInputs<Dual16>) -> SIMD16<Float> {
      let ray = sensor.ray(p, lens: lens, inputs)
      return (ray.origin + ray.direction * Dual16(distance)).dot(covector).tangent
    }
    addPose(lanes(pose), weight, to: &sink)
    if sensor.hasOptics { addOptics(lanes(optics), weight, to: &sink) }
  }

  /// Hands on covectors of where the ray of a fixed film position starts and of its unit direction.
  func addRay(_ p: CameraSample, origin: Covector, direction: Covector, to sink: inout some DerivativeSink) {
    for isPose in sensor.hasOptics ? [true, false] : [true] {
      let ray = sensor.ray(p.film, lens: p.lens, isPose ? pose : optics)
      func lanes(_ o: Vector3, _ d: Vector3) -> SIMD16<Float> {
        ray.origin.dot(o).tangent + ray.direction.dot(d).tangent
      }
      let (r, g, b) = (lanes(origin.r, direction.r), lanes(origin.g, direction.g), lanes(origin.b, direction.b))
      func add(_ lane: Int, _ offset: Int) { sink.add(offset, Spectrum(r[lane], g[lane], b[lane])) }
      if isPose { sensor.forEachPoseVariable(add) } else { sensor.forEachOpticsVariable(add) }
    }
  }

  /// Hands on weight · (covector · v̇) for the vector v from a fixed point to the viewer: where rays start, or against the
  /// direction of parallel ones.
  func addViewpoint(
    _ p: SIMD2<Float>, lens: SIMD2<Float>, _ covector: Vector3, _ weight: Spectrum, to sink: inout some DerivativeSink
  ) {
    if sensor.isPerspective { return addRay(p, lens: lens, distance: 0, covector, weight, to: &sink) }
    addPose(sensor.ray(p, lens: lens, pose).direction.dot(covector * -1).tangent, weight, to: &sink)
  }

  private func addPose(_ lanes: SIMD16<Float>, _ weight: Spectrum, to sink: inout some DerivativeSink) {
    sensor.forEachPoseVariable { sink.add($1, weight * lanes[$0]) }
  }

  private func addOptics(_ lanes: SIMD16<Float>, _ weight: Spectrum, to sink: inout some DerivativeSink) {
    sensor.forEachOpticsVariable { sink.add($1, weight * lanes[$0]) }
  }
}
