/// Partials with respect to the camera's own numbers of what the boundary terms need.
struct CameraMotion {
  let tracer: PathTracer

  private var inputs: CameraInputs<Dual16> {
    let (sensor, e) = (tracer.sensor, tracer.scene.values)
    return CameraInputs<Dual16>(
      map: AffineMap(rowMajor: e + Int(sensor.matrix), firstLane: 0), xFov: Dual16(e[Int(sensor.xFov)], lane: 12),
      principalX: Dual16(e[Int(sensor.principalX)], lane: 13),
      principalY: Dual16(e[Int(sensor.principalY)], lane: 14), aperture: Dual16(tracer.camera.aperture),
      focus: Dual16(tracer.camera.focus))
  }

  /// The numbers of the lens, which do not fit beside the others.
  private var lensInputs: CameraInputs<Dual4> {
    var inputs = CameraInputs<Dual4>(tracer.camera)
    inputs.aperture = Dual4(tracer.camera.aperture, lane: 0)
    inputs.focus = Dual4(tracer.camera.focus, lane: 1)
    return inputs
  }

  /// Hands on weight · (partial · ṗ) for the film position p of a fixed world point.
  func addProjection(
    _ point: Vector3, lens: SIMD2<Float>, _ partial: SIMD2<Float>, _ weight: Spectrum,
    to sink: inout some DerivativeSink
  ) {
    guard let p = tracer.sensor.project(Vector<Dual16>(point), lens: lens, inputs) else { return }
    add(p.x.tangent * partial.x + p.y.tangent * partial.y, weight, to: &sink)
    guard tracer.sensor.hasLens,
      let p = tracer.sensor.project(Vector<Dual4>(point), lens: lens, lensInputs)
    else { return }
    addLens(p.x.tangent * partial.x + p.y.tangent * partial.y, weight, to: &sink)
  }

  /// Hands on weight · (covector · ẋ) for the point at a fixed distance along the ray of a fixed film position.
  func addRay(
    _ p: SIMD2<Float>, lens: SIMD2<Float>, distance: Float, _ covector: Vector3, _ weight: Spectrum,
    to sink: inout some DerivativeSink
  ) {
    let ray = tracer.sensor.ray(p, lens: lens, inputs)
    add((ray.origin + ray.direction * Dual16(distance)).dot(covector).tangent, weight, to: &sink)
    guard tracer.sensor.hasLens else { return }
    let lensRay = tracer.sensor.ray(p, lens: lens, lensInputs)
    addLens((lensRay.origin + lensRay.direction * Dual4(distance)).dot(covector).tangent, weight, to: &sink)
  }

  /// Hands on weight · (covector · v̇) for the vector v from a fixed point to the viewer: where rays start, or against the
  /// direction of parallel ones.
  func addViewpoint(
    _ p: SIMD2<Float>, lens: SIMD2<Float>, _ covector: Vector3, _ weight: Spectrum, to sink: inout some DerivativeSink
  ) {
    if tracer.sensor.isPerspective { return addRay(p, lens: lens, distance: 0, covector, weight, to: &sink) }
    add(tracer.sensor.ray(p, lens: lens, inputs).direction.dot(covector * -1).tangent, weight, to: &sink)
  }

  private func addLens(_ lanes: SIMD4<Float>, _ weight: Spectrum, to sink: inout some DerivativeSink) {
    sink.add(Int(tracer.sensor.aperture), weight * lanes[0])
    sink.add(Int(tracer.sensor.focus), weight * lanes[1])
  }

  private func add(_ lanes: SIMD16<Float>, _ weight: Spectrum, to sink: inout some DerivativeSink) {
    let sensor = tracer.sensor
    for entry in 0..<12 { sink.add(Int(sensor.matrix) + entry, weight * lanes[entry]) }
    guard sensor.isPerspective else { return }
    sink.add(Int(sensor.xFov), weight * lanes[12])
    sink.add(Int(sensor.principalX), weight * lanes[13])
    sink.add(Int(sensor.principalY), weight * lanes[14])
  }
}
