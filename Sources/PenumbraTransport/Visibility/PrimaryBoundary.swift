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

  /// Distance from the edge at which radiance is taken, in film widths: little beside what is seen, since towards the
  /// outline of something round it changes with the root of the distance, but much beside the rounding of positions.
  private static let offset: Float = 2e-6

  /// A point of a curve as one lens point sees it, unless something hides it.
  struct Sight {
    var point: PrimaryPoint
    var film: FilmPoint
    var lens: SIMD2<Float>
    /// Derivative of the film position by the curve's own parameter, turned by a right angle: ṗ · normal is the speed at
    /// which the curve sweeps the film, times the parameter's scale.
    var normal: SIMD2<Float>
    /// From the curve to where radiance is taken, in pixels.
    var step: SIMD2<Float>
    /// Part of the curve's own parameter that the sample stands for over its probability.
    var share: Float
  }

  /// Chooses a point that may count.
  ///
  /// - Parameter choice: in [0, 1), stratified over samples.
  func sight(choice: Float, _ sampler: inout PathSampler) -> Sight? {
    let numbers = sampler.nextVertex()
    let lens = tracer.sensor.hasLens ? Warp.disk(numbers.direction) : .zero
    let drawn = table.sample(choice)
    guard drawn.probability > 0 else { return nil }
    // What the choice of the curve leaves of its number is stratified too.
    guard
      let (point, span) = tracer.point(edges.curves.base[drawn.index], geometry, drawn.remainder, lens: lens),
      let film = FilmPoint(point.position, lens: lens, tracer), footprint.contains(film.pixel)
    else { return nil }
    let along = point.along
    let alongFilm = SIMD2(dot(film.gradientX, along), dot(film.gradientY, along))
    let length = (alongFilm * alongFilm).sum().squareRoot()
    guard length > 0, length.isFinite else { return nil }
    var share = span / drawn.probability
    if case .edge(let edge, _) = point { share /= geometry.multiplicity(edge, at: point.position, rivals) }
    let normal = SIMD2(-alongFilm.y, alongFilm.x)
    return Sight(
      point: point, film: film, lens: lens, normal: normal,
      step: normal * (Self.offset * tracer.sensor.size.max() / length),
      share: share)
  }

  /// The ray on which nothing must stand before the curve; `nil` where the camera's clip planes hide it.
  func sightline(_ sight: Sight) -> Ray? {
    var ray = tracer.cameraRay(CameraSample(film: tracer.sensor.fraction(ofPixel: sight.film.pixel), lens: sight.lens))
    let distance = dot(sight.point.position - ray.origin, ray.direction)
    ray.far = min(ray.far, distance * (1 - 2 * RayOffset.shadow))
    return ray.near < ray.far ? ray : nil
  }

  /// The places on either side of the curve.
  func sides(_ sight: Sight) -> (before: CameraSample, after: CameraSample) {
    let (p, step) = (sight.film.pixel, sight.step)
    return (
      CameraSample(film: tracer.sensor.fraction(ofPixel: p - step), lens: sight.lens),
      CameraSample(film: tracer.sensor.fraction(ofPixel: p + step), lens: sight.lens)
    )
  }

  /// Whether both sides see the surface around what is no outline.
  ///
  /// Seen nearly edge-on, a triangle is narrower than the step, and an outline lies between. That would be taken for all
  /// of the jump.
  func isUndivided(_ sight: Sight, _ rays: inout UInt64) -> Bool {
    switch sight.point {
    case .edge(let edge, let place):
      guard edge.kind == .mesh, edge.thirds.y >= 0,
        place.outward(tracer.directionToCamera(place.position, lens: sight.lens)) == nil
      else { return true }
    case .terminator: break
    case .crossing: return true
    }
    let sides = sides(sight)
    return belongs(sides.before, sight.point, &rays) && belongs(sides.after, sight.point, &rays)
  }

  private func belongs(_ place: CameraSample, _ point: PrimaryPoint, _ rays: inout UInt64) -> Bool {
    rays &+= 1
    guard let hit = tracer.scene.intersect(tracer.cameraRay(place)) else { return false }
    switch point {
    case .edge(let edge, _): return geometry.borders(edge, hit)
    case .terminator(let place): return geometry.touch(hit, place.hit)
    case .crossing: return true
    }
  }

  /// Adds what a sample of a batch contributes.
  func add(_ entry: UnsafePointer<PrimaryBatch.Entry>, to target: inout some BoundaryTarget) {
    add(entry.pointee.sight, before: entry.pointee.before, after: entry.pointee.after, to: &target)
  }

  /// Adds what the sample contributes with the radiances on its two sides.
  func add(_ sight: Sight, before: Spectrum, after: Spectrum, to target: inout some BoundaryTarget) {
    let weight = (before - after) * sight.share
    guard weight.isFinite, !weight.isZero, let open = target.sink(at: sight.film.pixel) else { return }
    var sink = open
    let (normal, film) = (sight.normal, sight.film)
    let toViewer = sight.point.addMotion(
      geometry, film.gradientX * normal.x + film.gradientY * normal.y, weight, to: &sink)
    if movesCamera {
      let camera = CameraAdjoint(tracer: tracer)
      camera.addProjection(
        of: sight.point.position, lens: sight.lens, normal * tracer.sensor.size, weight, to: &sink)
      if let toViewer {
        let p = CameraSample(film: tracer.sensor.fraction(ofPixel: film.pixel), lens: sight.lens)
        camera.addViewpoint(p, toViewer, weight, to: &sink)
      }
    }
    target.take(sink, at: film.pixel)
  }

  /// One sample by itself.
  func sample<Target: BoundaryTarget>(
    choice: Float, sampler: inout PathSampler, rays: inout UInt64, target: inout Target
  ) {
    guard let sight = sight(choice: choice, &sampler), target.wants(sight.film.pixel), let line = sightline(sight)
    else { return }
    rays &+= 1
    guard !tracer.scene.isOccluded(line), isUndivided(sight, &rays) else { return }
    let sides = sides(sight)
    var same = sampler
    let before = radiance(sides.before, &same, &rays)
    let after = radiance(sides.after, &sampler, &rays)
    add(sight, before: before, after: after, to: &target)
  }

  private func radiance(_ place: CameraSample, _ sampler: inout PathSampler, _ rays: inout UInt64) -> Spectrum {
    var recorder = Unrecorded()
    let value = tracer.radiance(at: place, sampler: &sampler, recorder: &recorder, rays: &rays).radiance
    return value.isFinite ? value : .zero
  }
}
