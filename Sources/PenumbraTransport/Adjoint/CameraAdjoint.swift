/// The chain rule from a camera's rays, and from where it sees a point, to the numbers of the camera: its matrix, its
/// field of view and principal point, and its optics.
///
/// Rays and film positions are functions of the camera's own space, which the matrix maps to the world. What the matrix
/// does is therefore known in closed form, and only the few other numbers need lanes.
struct CameraAdjoint {
  let tracer: PathTracer

  private var sensor: SensorRecord { tracer.sensor }
  private var camera: CameraInputs<Float> { tracer.camera }

  // MARK: - Rays

  /// Hands on the covectors of where the ray of a fixed place on film and lens starts, and of its unit direction.
  @inline(__always)
  func addRay<Sink: DerivativeSink>(
    _ p: CameraSample, origin: Sink.Vectors, direction: Sink.Vectors, to sink: inout Sink
  ) {
    guard sensor.isPinhole else { return addBentRay(p, origin: origin, direction: direction, to: &sink) }
    let own = sensor.pinholeRay(p.film, camera.inOwnSpace)
    let turn = turn(own, direction)
    sink.add(matrix: Int(sensor.matrix), linear: turn, at: own.direction.value, translation: origin)
    addPinholeView(own, turn.map(camera.map.pulled), to: &sink)
  }

  /// Covector of the direction l of a ray in the camera's own space, as the matrix' linear part L turns it: the unit
  /// direction is L l / |L l|.
  @inline(__always)
  private func turn<Vectors: ChannelVector>(_ own: CameraRay<Float>, _ direction: Vectors) -> Vectors {
    let turned = camera.map.direction(own.direction).value
    let scale = 1 / turned.length
    return direction.across(turned * scale) * scale
  }

  /// Of other cameras than pinholes.
  @inline(never)
  private func addBentRay<Sink: DerivativeSink>(
    _ p: CameraSample, origin: Sink.Vectors, direction: Sink.Vectors, to sink: inout Sink
  ) {
    let own = sensor.ray(p.film, lens: p.lens, camera.inOwnSpace)
    let turn = turn(own, direction)
    let matrix = Int(sensor.matrix)
    sink.add(matrix: matrix, linear: origin, at: own.origin.value, translation: origin)
    sink.add(matrix: matrix, linear: turn, at: own.direction.value, translation: .zero)
    guard sensor.isPerspective else { return }
    let (ownOrigin, ownTurn) = (origin.map(camera.map.pulled), turn.map(camera.map.pulled))
    let view = sensor.ray(p.film, lens: p.lens, sensor.viewVariables(camera, firstLane: 0) as CameraInputs<Dual4>)
    sensor.forEachViewVariable {
      sink.add(
        $1, counted: ownOrigin.applied(to: view.origin.lane($0)).adding(ownTurn.applied(to: view.direction.lane($0))))
    }
    guard sensor.hasOptics else { return }
    let optics = sensor.ray(p.film, lens: p.lens, sensor.opticsVariables(camera))
    sensor.forEachOpticsVariable {
      sink.add(
        $1,
        counted: ownOrigin.applied(to: optics.origin.lane($0)).adding(ownTurn.applied(to: optics.direction.lane($0))))
    }
  }

  /// Hands on weight · (covector · ẋ) for the point x at a distance along the ray.
  func addPoint<Sink: DerivativeSink>(
    _ p: CameraSample, distance: Float, _ covector: Vector3, _ weight: Spectrum, to sink: inout Sink
  ) {
    if sensor.isPinhole { return addPinholePoint(p, distance: distance, covector, weight, to: &sink) }
    let origin = Sink.Vectors(covector, counted: sink.counted(weight))
    addRay(p, origin: origin, direction: origin * distance, to: &sink)
  }

  /// The same as `addRay` with origins at the pinhole, for one covector.
  private func addPinholePoint<Sink: DerivativeSink>(
    _ p: CameraSample, distance: Float, _ covector: Vector3, _ weight: Spectrum, to sink: inout Sink
  ) {
    let own = sensor.pinholeRay(p.film, camera.inOwnSpace)
    let along = own.direction.value
    let turned = camera.map.direction(Vector(along)).value
    let scale = 1 / turned.length
    let unit = turned * scale
    let turn = (covector - unit * dot(covector, unit)) * (distance * scale)
    sink.add(matrix: Int(sensor.matrix), linear: turn, at: along, translation: covector, times: weight)
    addPinholeView(own, Sink.Vectors(camera.map.pulled(turn), counted: sink.counted(weight)), to: &sink)
  }

  /// Hands on weight · (covector · v̇) for the vector v from a fixed point to the viewer: where rays start, or against the
  /// direction of parallel ones.
  func addViewpoint<Sink: DerivativeSink>(
    _ p: CameraSample, _ covector: Vector3, _ weight: Spectrum, to sink: inout Sink
  ) {
    if sensor.isPerspective { return addPoint(p, distance: 0, covector, weight, to: &sink) }
    addRay(p, origin: .zero, direction: Sink.Vectors(covector, counted: sink.counted(weight * -1)), to: &sink)
  }

  /// For l = (x, y, 1) / |(x, y, 1)| with x = (1 − 2 (pₓ + u)) h and y likewise, over the aspect.
  ///
  /// - Parameter turn: covector of l, across it.
  private func addPinholeView<Sink: DerivativeSink>(
    _ own: CameraRay<Float>, _ turn: Sink.Vectors, to sink: inout Sink
  ) {
    let along = own.direction.value
    let aspect = Float(sensor.width) / Float(sensor.height)
    let h = camera.halfWidth
    let growth = sensor.halfWidthSlope(camera) / h
    sink.add(Int(sensor.xFov), counted: turn.applied(to: Vector3(along.x, along.y, 0)).scaled(by: growth))
    let shift = -2 * h * along.z
    sink.add(Int(sensor.principalX), counted: turn[0].scaled(by: shift))
    sink.add(Int(sensor.principalY), counted: turn[1].scaled(by: shift / aspect))
  }

  // MARK: - Film positions

  /// For p = ((1 − x / (z h)) / 2 − pₓ, …), y likewise times the aspect.
  private func addPinholeProjection(
    _ local: Vector3, _ partial: SIMD2<Float>, _ weight: Spectrum, to sink: inout some DerivativeSink
  ) {
    guard local.z > 0 else { return }
    let aspect = Float(sensor.width) / Float(sensor.height)
    let slope = SIMD2(local.x, local.y) / local.z
    // Of the slopes x / z and y / z.
    let bent = partial * SIMD2(1, aspect) * (-0.5 / camera.halfWidth)
    let along = (bent * slope).sum()
    // L l + t stays: l moves by −L⁻¹ (L̇ l + ṫ).
    let covector = tracer.cameraSpace.pushed(Vector3(bent.x, bent.y, -along) * (-1 / local.z))
    sink.add(matrix: Int(sensor.matrix), linear: covector, at: local, translation: covector, times: weight)
    sink.add(Int(sensor.xFov), weight * (-along * sensor.halfWidthSlope(camera) / camera.halfWidth))
    sink.add(Int(sensor.principalX), weight * -partial.x)
    sink.add(Int(sensor.principalY), weight * -partial.y)
  }

  /// Hands on weight · (partial · ṗ) for the film position p, in fractions of the film, of a fixed world point.
  func addProjection(
    of point: Vector3, lens: SIMD2<Float>, _ partial: SIMD2<Float>, _ weight: Spectrum,
    to sink: inout some DerivativeSink
  ) {
    let local = tracer.cameraSpace.point(point)
    if sensor.isPinhole { return addPinholeProjection(local, partial, weight, to: &sink) }
    let inputs: CameraInputs<Dual8> = sensor.viewVariables(camera, firstLane: 3)
    let moving = Vector(Dual8(local.x, lane: 0), Dual8(local.y, lane: 1), Dual8(local.z, lane: 2))
    guard let film = sensor.project(local: moving, lens: lens, inputs) else { return }
    let lanes = film.x.tangent * partial.x + film.y.tangent * partial.y
    // L l + t stays: l moves by −L⁻¹ (L̇ l + ṫ).
    let covector = tracer.cameraSpace.pushed(Vector3(lanes[0], lanes[1], lanes[2])) * -1
    sink.add(matrix: Int(sensor.matrix), linear: covector, at: local, translation: covector, times: weight)
    sensor.forEachViewVariable { sink.add($1, weight * lanes[3 + $0]) }
    guard sensor.hasOptics,
      let bent = sensor.project(local: Vector<Dual16>(local), lens: lens, sensor.opticsVariables(camera))
    else { return }
    let optics = bent.x.tangent * partial.x + bent.y.tangent * partial.y
    sensor.forEachOpticsVariable { sink.add($1, weight * optics[$0]) }
  }
}

extension Vector {
  /// The derivative by the input of one lane.
  @inline(__always) fileprivate func lane<T>(_ number: Int) -> Vector3 where S == Dual<T> {
    Vector3(x.tangent[number], y.tangent[number], z.tangent[number])
  }
}
