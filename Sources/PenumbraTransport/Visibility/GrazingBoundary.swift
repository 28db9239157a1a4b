/// The part of interior derivatives that is estimated from points of surfaces at grazing angles, see `GrazingPartition`.
struct GrazingBoundary {
  /// Records what derivatives by places read.
  let tracer: PathTracer
  let partition: GrazingPartition
  let surfaces: GrazingSurfaces
  let footprint: FilmFootprint

  func sample<Target: BoundaryTarget>(
    choice: Float, sampler: inout PathSampler, arena: inout PathArena, rays: inout UInt64, target: inout Target
  ) {
    guard let drawn = surfaces.sample(choice, sampler.next2D()),
      let place = FilmPoint(drawn.position, lens: .zero, tracer), footprint.contains(place.pixel),
      target.wants(place.pixel), let start = target.sink(at: place.pixel)
    else { return }
    let p = tracer.sensor.sample(at: place.pixel, lens: .zero)
    arena.removeAll()
    let radiance = tracer.radiance(at: p, sampler: &sampler, recorder: &arena, rays: &rays).radiance
    guard arena.count > 0, radiance.isFinite, arena.base[0].kind != .escape else { return }
    // Another surface stands before it, or it was seen from its other side; a sphere's own ray may miss it by rounding.
    let hit = arena.base[0].hit
    guard hit.shape == drawn.face.shape, hit.instance == drawn.face.instance, hit.primitive == drawn.face.primitive,
      let film = FilmPoint(hit.position, lens: .zero, tracer)
    else { return }
    let rest = 1 - partition.pixelShare(arena.base)
    let factor = rest * film.density(normal: hit.geometricNormal) / drawn.density
    guard factor > 0, factor < .infinity else { return }
    var sink = ScaledSink(base: start, factor: factor)
    PathAdjoint(tracer: tracer, flags: partition.flags).addMotion(arena.base, count: arena.count, at: p, to: &sink)
    target.take(sink.base, at: place.pixel)
  }
}
