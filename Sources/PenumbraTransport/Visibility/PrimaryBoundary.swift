/// Edges in the picture: the boundary term of the camera segment (Li et al. 2018, in the film's plane).
///
///     dI = ∫ over edges  h(p) (L₋ − L₊) (ṗ · n) dl
///
/// with p the film position of the edge point, n the unit normal of the projected edge and L∓ the radiance beside it.
struct PrimaryBoundary {
  let tracer: PathTracer
  let edges: PrimaryEdges
  let table: CumulativeTable
  let geometry: EdgeGeometry
  let footprint: FilmFootprint
  let movesCamera: Bool
  /// See `EdgeRecord.rivals`.
  let rivals: UnsafePointer<EdgeRecord>

  /// Distance from the edge at which radiance is taken, in pixels.
  private static let offset: Float = 1e-3

  /// One sample: where on the film, and everything its derivative depends on.
  ///
  /// - Parameter choice: in [0, 1), stratified over samples.
  func sample<Target: BoundaryTarget>(
    choice: Float, sampler: inout PathSampler, rays: inout UInt64, target: inout Target
  ) {
    let numbers = sampler.nextVertex()
    let lens = tracer.sensor.hasLens ? Warp.disk(numbers.direction) : .zero
    let drawn = table.sample(choice)
    guard drawn.probability > 0 else { return }
    // What the choice of the curve leaves of its number is stratified too.
    guard
      let (point, span) = tracer.point(edges.curves.base[drawn.index], geometry, drawn.remainder, lens: lens),
      let (p, gradient) = project(point.position, lens)
    else { return }
    let along = point.along
    let alongFilm = SIMD2(dot(gradient.0, along), dot(gradient.1, along))
    let length = (alongFilm * alongFilm).sum().squareRoot()
    guard length > 0, length.isFinite, let start = target.sink(at: p) else { return }
    guard isVisible(point.position, p, lens, &rays) else { return }

    // The normal of the curve's image times dl/dt: ṗ · normal is the speed at which it sweeps the film.
    let normal = SIMD2(-alongFilm.y, alongFilm.x)
    let step = normal * (Self.offset / length)
    // Seen nearly edge-on, a triangle is narrower than the step, and an outline lies between. That is then taken for all
    // of the jump, so that what is no outline must not count.
    if let belongs = belonging(point, lens) {
      guard sees(p - step, lens, belongs, &rays), sees(p + step, lens, belongs, &rays) else { return }
    }
    var same = sampler
    let before = radiance(p - step, lens, &same, &rays)
    let after = radiance(p + step, lens, &sampler, &rays)
    var share = span / drawn.probability
    if case .edge(let edge, _) = point { share /= geometry.multiplicity(edge, at: point.position, rivals) }
    let weight = (before - after) * share
    guard weight.isFinite, !weight.isZero else { return }
    var sink = start
    let toViewer = point.addMotion(
      geometry, gradient.0 * normal.x + gradient.1 * normal.y, weight, to: &sink)
    if movesCamera {
      let size = SIMD2(Float(tracer.sensor.width), Float(tracer.sensor.height))
      let motion = CameraMotion(tracer: tracer)
      motion.addProjection(point.position, lens: lens, normal * size, weight, to: &sink)
      if let toViewer { motion.addViewpoint(filmFraction(p), lens: lens, toViewer, weight, to: &sink) }
    }
    target.take(sink, at: p)
  }

  /// Film position in pixels and its gradients by the world point.
  private func project(_ point: Vector3, _ lens: SIMD2<Float>) -> (SIMD2<Float>, (Vector3, Vector3))? {
    let camera = tracer.camera
    let still = CameraInputs<Dual4>(camera)
    let moving = Vector(Dual4(point.x, lane: 0), Dual4(point.y, lane: 1), Dual4(point.z, lane: 2))
    guard let film = tracer.sensor.project(moving, lens: lens, still) else { return nil }
    let (w, h) = (Float(tracer.sensor.width), Float(tracer.sensor.height))
    func gradient(_ d: Dual4, _ scale: Float) -> Vector3 {
      Vector3(d.tangent[0], d.tangent[1], d.tangent[2]) * scale
    }
    return (SIMD2(film.x.value * w, film.y.value * h), (gradient(film.x, w), gradient(film.y, h)))
  }

  private func filmFraction(_ pixel: SIMD2<Float>) -> SIMD2<Float> {
    SIMD2(pixel.x / Float(tracer.sensor.width), pixel.y / Float(tracer.sensor.height))
  }

  /// Whether nothing stands before the edge.
  private func isVisible(_ point: Vector3, _ p: SIMD2<Float>, _ lens: SIMD2<Float>, _ rays: inout UInt64) -> Bool {
    var ray = tracer.cameraRay(CameraSample(film: filmFraction(p), lens: lens))
    let distance = dot(point - ray.origin, ray.direction)
    ray.far = min(ray.far, distance * (1 - 2 * RayOffset.shadow))
    guard ray.near < ray.far else { return false }
    rays &+= 1
    return !tracer.scene.isOccluded(ray)
  }

  /// For a point of what is no outline: which hits belong to the surface around it.
  private func belonging(_ point: PrimaryPoint, _ lens: SIMD2<Float>) -> ((SurfaceHit) -> Bool)? {
    switch point {
    case .edge(let edge, let place):
      guard edge.kind == .mesh, edge.thirds.y >= 0,
        place.outward(tracer.directionToCamera(place.position, lens: lens)) == nil
      else { return nil }
      return { geometry.borders(edge, $0) }
    case .terminator(let place): return { geometry.touch($0, place.hit) }
    case .crossing: return nil
    }
  }

  private func sees(
    _ pixel: SIMD2<Float>, _ lens: SIMD2<Float>, _ belongs: (SurfaceHit) -> Bool, _ rays: inout UInt64
  ) -> Bool {
    rays &+= 1
    let ray = tracer.cameraRay(CameraSample(film: filmFraction(pixel), lens: lens))
    return tracer.scene.intersect(ray).map(belongs) ?? false
  }

  private func radiance(
    _ pixel: SIMD2<Float>, _ lens: SIMD2<Float>, _ sampler: inout PathSampler, _ rays: inout UInt64
  ) -> Spectrum {
    var recorder = Unrecorded()
    let value = tracer.radiance(
      at: CameraSample(film: filmFraction(pixel), lens: lens), sampler: &sampler, recorder: &recorder, rays: &rays
    ).radiance
    return value.isFinite ? value : .zero
  }
}

extension CameraInputs {
  /// The same camera at rest over another scalar.
  init(_ still: CameraInputs<Float>) {
    map = AffineMap(
      x: Vector(still.map.x.value), y: Vector(still.map.y.value), z: Vector(still.map.z.value),
      translation: Vector(still.map.translation.value))
    halfWidth = S(still.halfWidth)
    principalX = S(still.principalX)
    principalY = S(still.principalY)
    aperture = S(still.aperture)
    focus = S(still.focus)
    distortion = still.distortion.still()
  }
}
