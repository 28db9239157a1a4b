/// Warped-area sampling: the boundary term without a search for edges (Bangaru et al. 2020).
///
/// A path integral may be differentiated in directions that move with warp fields, where nothing jumps
/// (`WarpedPath`), or with its vertices fixed on their surfaces, where the jumps are missing (the interior derivative of
/// paths). The boundary term is the difference of both, taken for the same paths.
struct WarpedEstimator {
  private let plan: RenderPlan
  private let flags: GradientFlags
  private let film: FilmWarp
  private let lookout: Lookout
  private let owners: [AnyObject]
  let footprint: FilmFootprint

  /// - Parameter hasTrails: whether any surface is perfectly specular.
  /// - Throws: when Embree fails.
  init(
    plan: RenderPlan, request: GradientRequest, topology: EdgeTopology, hasTrails: Bool
  ) throws(TransportError) {
    self.plan = plan
    let crossings = CrossingTable.entries(
      topology, between: try CrossingCurves.between(topology.bodies, in: plan.tracer.scene))
    lookout = Lookout(plan.tracer.scene, crossings, topology, hasTrails: hasTrails)
    owners = [request, crossings, topology.pointLights]
    flags = request.flags
    footprint = FilmFootprint(plan.film)
    film = FilmWarp(tracer: plan.tracer, flags: flags, lookout: lookout)
  }

  /// Runs the samples of one chunk.
  func run(chunk: Int, rays: inout UInt64, target: inout some BoundaryTarget) {
    var arena = PathArena()
    var around = WarpedPath.Surroundings(
      field: WarpField(perRay: lookout.sightsPerRay, hasTrails: lookout.hasTrails),
      sampler: PathSampler(kind: .independent, seed: plan.seed, pixel: 0, sample: 0))
    defer {
      arena.deallocate()
      around.field.deallocate()
    }
    target.share = 1 / Float(plan.samplesPerPixel)
    let positions = FilmPositions(plan, radius: footprint.radius, salt: 0x3a9d)
    positions.forEach(chunk, of: BoundaryEstimator.chunks) { pixel, p, number, sampler in
      around.sampler = PathSampler(
        kind: .independent, seed: Hash.combine(plan.seed, 0x3a9e), pixel: Int(truncatingIfNeeded: number), sample: 0)
      add(pixel, p, sampler, &arena, &around, target: &target)
      for axis in 0..<2 { addJumps(pixel, p, axis: axis, sampler, &arena, &around, target: &target) }
    }
    rays &+= around.rays
  }

  /// One path, and what its film position adds where the filter is smooth.
  private func add(
    _ pixel: SIMD2<Float>, _ p: CameraSample, _ numbers: PathSampler, _ arena: inout PathArena,
    _ around: inout WarpedPath.Surroundings, target: inout some BoundaryTarget
  ) {
    arena.removeAll()
    var numbers = numbers
    let radiance = plan.tracer.radiance(at: p, sampler: &numbers, recorder: &arena, rays: &around.rays).radiance
    guard radiance.isFinite, arena.count > 0 else { return }
    if let start = target.sink(at: pixel) {
      var sink = PerChannelSink(base: start)
      let ray = WarpedPath(tracer: plan.tracer, flags: flags, lookout: lookout).addBoundary(
        arena.base, count: arena.count, at: p, &around, to: &sink)
      film.look(
        around: pixel, lens: p.lens, path: arena.base, count: arena.count, &around.field, &around.sampler,
        &around.rays)
      film.add(
        around.field, at: pixel, film.pull(ray, at: p), divergence: radiance, lens: p.lens, to: &sink)
      target.take(sink.base, at: pixel)
    }
    guard !radiance.isZero, !footprint.hasJumps else { return }
    addFilter(pixel, p, radiance, .slopeX, around, target: &target)
    addFilter(pixel, p, radiance, .slopeY, around, target: &target)
  }

  /// What moves over the film changes its weight there.
  private func addFilter(
    _ pixel: SIMD2<Float>, _ p: CameraSample, _ radiance: Spectrum, _ weight: FilmWeight,
    _ around: WarpedPath.Surroundings, target: inout some BoundaryTarget
  ) {
    guard let start = target.sink(at: pixel, weight) else { return }
    var sink = PerChannelSink(base: start)
    let isX = weight == .slopeX
    film.add(
      around.field, at: pixel, (isX ? radiance : .zero, isX ? .zero : radiance), divergence: .zero, lens: p.lens,
      to: &sink)
    target.take(sink.base, at: pixel, weight)
  }

  /// The same where the filter's weight jumps: on the borders of pixels under a box filter, and on the border of a film
  /// that ends there.
  private func addJumps(
    _ pixel: SIMD2<Float>, _ p: CameraSample, axis: Int, _ numbers: PathSampler, _ arena: inout PathArena,
    _ around: inout WarpedPath.Surroundings, target: inout some BoundaryTarget
  ) {
    footprint.forEachJump(inSquareOf: pixel, axis: axis) { place, step in
      var before = place
      before[axis] -= step
      var after = place
      after[axis] += step
      let q = plan.tracer.sensor.sample(at: place, lens: p.lens)
      var numbers = numbers
      arena.removeAll()
      let radiance = plan.tracer.radiance(at: q, sampler: &numbers, recorder: &arena, rays: &around.rays).radiance
      guard radiance.isFinite, !radiance.isZero else { return }
      film.look(
        around: place, lens: q.lens, path: arena.base, count: arena.count, &around.field, &around.sampler,
        &around.rays)
      for (position, sign) in [(before, Float(-1)), (after, 1)] {
        guard let start = target.sink(at: position) else { continue }
        var sink = PerChannelSink(base: start)
        let value = radiance * sign
        film.add(
          around.field, at: place, (axis == 0 ? value : .zero, axis == 0 ? .zero : value), divergence: .zero,
          lens: q.lens,
          to: &sink)
        target.take(sink.base, at: position)
      }
    }
  }
}
