/// Edges in the picture: the boundary term of the camera segment (Li et al. 2018, in the film's plane).
///
///     dI = ∫ over edges  h(p) (L₋ − L₊) (ṗ · n) dl
///
/// with p the film position of the edge point, n the unit normal of the projected edge and L∓ the radiance beside it.
struct PrimaryBoundary {
  let tracer: PathTracer
  let curves: UnsafePointer<PrimaryCurve>
  let table: CumulativeTable
  let geometry: EdgeGeometry
  /// Where the film may see them.
  let region: FilmRegion
  let movesCamera: Bool
  /// See `EdgeRecord.rivals`.
  let rivals: UnsafePointer<EdgeRecord>

  /// - Parameters:
  ///   - edges: kept alive by who samples them; nothing is counted in the sample loop.
  ///   - rivals: likewise.
  init(
    tracer: PathTracer, edges: PrimaryEdges, footprint: FilmFootprint, movesCamera: Bool,
    rivals: OwnedBuffer<EdgeRecord>
  ) {
    self.tracer = tracer
    curves = UnsafePointer(edges.curves.base)
    table = edges.distribution.table
    geometry = EdgeGeometry(scene: tracer.scene)
    region = footprint.region
    self.movesCamera = movesCamera
    self.rivals = UnsafePointer(rivals.base)
  }

  /// Distance from the edge at which radiance is taken, in film widths: little beside what is seen, since towards the
  /// outline of something round it changes with the root of the distance, but much beside the rounding of positions.
  private static let offset: Float = 2e-6

  /// A point of a curve as one lens point sees it, unless something hides it.
  struct Sight {
    var curve: Int
    /// In 0...1, from which the curve's point is found again.
    var place: Float
    var position: Vector3
    /// Film position in pixels.
    var pixel: SIMD2<Float>
    var lens: SIMD2<Float>
    /// Derivative of the film position by the curve's own parameter, turned by a right angle: ṗ · normal is the speed at
    /// which the curve sweeps the film, times the parameter's scale.
    var normal: SIMD2<Float>
    /// From the curve to where radiance is taken, in pixels.
    var step: SIMD2<Float>
    /// Part of the curve's own parameter that the sample stands for over its probability.
    var share: Float
    /// Whether it may only be taken for a discontinuity, see `isUndivided`.
    var mayBeDivided: Bool
  }

  /// Samples in the order of their choice: what the last one found, for those of the same curve.
  struct Run {
    fileprivate var entry = CumulativeRun()
    fileprivate var curve = -1
    fileprivate var edge: EdgeRecord?
    /// The part of the edge that is on the film.
    fileprivate var first: Float = 0
    fileprivate var span: Float = 1
    fileprivate var course: PinholeCurve?
  }

  /// Chooses a point that may count.
  ///
  /// - Parameter choice: in [0, 1), stratified over samples.
  func sight(choice: Float, _ sampler: inout PathSampler, _ run: inout Run) -> Sight? {
    let lens = tracer.sensor.hasLens ? Warp.disk(sampler.nextVertex().direction) : .zero
    // What the choice of the curve leaves of its number is stratified too.
    let drawn = table.sample(choice, after: &run.entry)
    guard drawn.probability > 0 else { return nil }
    if run.curve != drawn.index { begin(drawn.index, &run) }
    guard let edge = run.edge else { return general(drawn.index, drawn.remainder, drawn.probability, lens) }
    guard let point = run.course?.point(run.first + run.span * drawn.remainder, tracer),
      region.contains(point.pixel)
    else { return nil }
    let shared = geometry.multiplicity(edge, at: point.position, rivals)
    return sight(
      drawn.index, drawn.remainder, point.position, lens, point.pixel, point.along,
      share: run.span / (drawn.probability * shared), mayBeDivided: run.course?.hasTwoSides ?? false)
  }

  /// What the samples of an edge have in common, for a pinhole.
  private func begin(_ curve: Int, _ run: inout Run) {
    run.curve = curve
    guard tracer.sensor.isPinhole, case .edge(let edge, let first, let last) = curves[curve] else {
      run.edge = nil
      return
    }
    (run.edge, run.first, run.span) = (edge, first, last - first)
    run.course = PinholeCurve(edge, geometry, tracer)
  }

  /// Any curve before any camera.
  private func general(_ curve: Int, _ place: Float, _ probability: Float, _ lens: SIMD2<Float>) -> Sight? {
    guard let (point, span) = tracer.point(curves[curve], geometry, place, lens: lens),
      let film = FilmPoint(point.position, lens: lens, tracer), region.contains(film.pixel)
    else { return nil }
    let along = point.along
    var share = span / probability
    var mayBeDivided = false
    switch point {
    case .edge(let edge, let found):
      share /= geometry.multiplicity(edge, at: point.position, rivals)
      mayBeDivided = !tracer.hides(edge, found, lens: lens)
    case .terminator: mayBeDivided = true
    case .crossing: break
    }
    return sight(
      curve, place, point.position, lens, film.pixel, SIMD2(dot(film.gradientX, along), dot(film.gradientY, along)),
      share: share, mayBeDivided: mayBeDivided)
  }

  @inline(__always)
  private func sight(
    _ curve: Int, _ place: Float, _ position: Vector3, _ lens: SIMD2<Float>, _ pixel: SIMD2<Float>,
    _ alongFilm: SIMD2<Float>, share: Float, mayBeDivided: Bool
  ) -> Sight? {
    let length = (alongFilm * alongFilm).sum().squareRoot()
    guard length > 0, length.isFinite else { return nil }
    let normal = SIMD2(-alongFilm.y, alongFilm.x)
    return Sight(
      curve: curve, place: place, position: position, pixel: pixel, lens: lens, normal: normal,
      step: normal * (Self.offset * tracer.sensor.size.max() / length), share: share,
      mayBeDivided: mayBeDivided)
  }

  /// Part of the distance to a curve by which what is seen beside it may be nearer than the curve: surfaces bend.
  private static let nearness: Float = 1e-3

  /// Whether the camera sees a curve's point: unless its clip planes hide it, or both sides see something before it.
  ///
  /// Where something close before a curve is taken for it, both sides see that, and there is no difference.
  ///
  /// - Parameters:
  ///   - ray: to one of `sides`.
  ///   - distances: of what is seen there.
  @inline(__always) func isSeen(_ sight: Sight, along ray: Ray, _ distances: (Float, Float)) -> Bool {
    let distance = dot(sight.position - ray.origin, ray.direction)
    return distance > ray.near && distance < ray.far
      && max(distances.0, distances.1) > distance * (1 - Self.nearness)
  }

  /// The places on either side of the curve.
  func sides(_ sight: Sight) -> (before: CameraSample, after: CameraSample) {
    let (p, step) = (sight.pixel, sight.step)
    return (
      CameraSample(film: tracer.sensor.fraction(ofPixel: p - step), lens: sight.lens),
      CameraSample(film: tracer.sensor.fraction(ofPixel: p + step), lens: sight.lens)
    )
  }

  /// Whether both sides see the surface around what is no outline; asked of those that may be divided.
  ///
  /// Seen nearly edge-on, a triangle is narrower than the step, and an outline lies between. That would be taken for all
  /// of the jump.
  ///
  /// - Parameter hits: what the camera sees at `sides`.
  func isUndivided(_ sight: Sight, _ hits: (SurfaceHit?, SurfaceHit?)) -> Bool {
    guard let before = hits.0, let after = hits.1 else { return false }
    switch curves[sight.curve] {
    case .edge(let edge, _, _): return geometry.borders(edge, before) && geometry.borders(edge, after)
    case .terminator:
      guard case .terminator(let place)? = point(sight) else { return false }
      return geometry.touch(before, place.hit) && geometry.touch(after, place.hit)
    case .crossing: return true
    }
  }

  /// The curve's point again.
  private func point(_ sight: Sight) -> PrimaryPoint? {
    tracer.point(curves[sight.curve], geometry, sight.place, lens: sight.lens)?.0
  }

  /// Adds what a sample of a batch contributes.
  func add(_ entry: UnsafePointer<PrimaryBatch.Entry>, to target: inout some BoundaryTarget) {
    add(entry.pointee.sight, before: entry.pointee.before, after: entry.pointee.after, to: &target)
  }

  /// Adds what the sample contributes with the radiances on its two sides.
  private func add(_ sight: Sight, before: Spectrum, after: Spectrum, to target: inout some BoundaryTarget) {
    let weight = (before - after) * sight.share
    guard weight.isFinite, !weight.isZero, let film = FilmPoint(sight.position, lens: sight.lens, tracer),
      let open = target.sink(at: sight.pixel)
    else { return }
    var sink = open
    let normal = sight.normal
    let covector = film.gradientX * normal.x + film.gradientY * normal.y
    var toViewer: Vector3?
    if case .edge(let edge, let first, let last) = curves[sight.curve] {
      let local = geometry.local(edge, at: sight.position, first + (last - first) * sight.place)
      geometry.addMotion(edge, at: sight.position, local: local, covector, weight, to: &sink)
    } else if let point = point(sight) {
      toViewer = point.addMotion(geometry, covector, weight, to: &sink)
    }
    if movesCamera {
      let camera = CameraAdjoint(tracer: tracer)
      camera.addProjection(of: sight.position, lens: sight.lens, normal * tracer.sensor.size, weight, to: &sink)
      if let toViewer {
        let p = CameraSample(film: tracer.sensor.fraction(ofPixel: sight.pixel), lens: sight.lens)
        camera.addViewpoint(p, toViewer, weight, to: &sink)
      }
    }
    target.take(sink, at: sight.pixel)
  }

  /// One sample by itself.
  func sample<Target: BoundaryTarget>(
    choice: Float, sampler: inout PathSampler, rays: inout UInt64, target: inout Target
  ) {
    var run = Run()
    guard let sight = sight(choice: choice, &sampler, &run), target.wants(sight.pixel) else { return }
    let sides = sides(sight)
    let ray = tracer.cameraRay(sides.before)
    let hits = (tracer.scene.intersect(ray), tracer.scene.intersect(tracer.cameraRay(sides.after)))
    rays &+= 2
    guard isSeen(sight, along: ray, (hits.0?.distance ?? .infinity, hits.1?.distance ?? .infinity)),
      !sight.mayBeDivided || isUndivided(sight, hits)
    else { return }
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
