/// The part of interior derivatives that is estimated from points of surfaces at grazing angles, see `GrazingPartition`.
struct GrazingBoundary {
  /// Records what derivatives by places read.
  let tracer: PathTracer
  let partition: GrazingPartition
  let surfaces: GrazingSurfaces
  let footprint: FilmFootprint

  /// - Returns: a point that may count, and where the camera sees it, in pixels, if nothing stands before it.
  @inline(__always)
  func draw(_ choice: Float, _ u: SIMD2<Float>) -> (point: GrazingSurfaces.Point, pixel: SIMD2<Float>)? {
    guard let point = surfaces.sample(choice, u), let place = FilmPoint(point.position, lens: .zero, tracer),
      footprint.contains(place.pixel)
    else { return nil }
    return (point, place.pixel)
  }

  /// Hands on what the path to a drawn point found.
  func add<Target: BoundaryTarget>(_ entry: UnsafePointer<GrazingBatch.Entry>, to target: inout Target) {
    guard let start = target.sink(at: entry.pointee.pixel) else { return }
    let (vertices, face) = (entry.pointee.path.base, entry.pointee.point.face)
    // Another surface stands before it, or it was seen from its other side; a sphere's own ray may miss it by rounding.
    let hit = vertices[0].hit
    guard vertices[0].kind != .escape, hit.shape == face.shape, hit.instance == face.instance,
      hit.primitive == face.primitive, let film = FilmPoint(hit.position, lens: .zero, tracer)
    else { return }
    let rest = 1 - partition.pixelShare(vertices)
    let factor = rest * film.density(normal: hit.geometricNormal) / entry.pointee.point.density
    guard factor > 0, factor < .infinity else { return }
    var sink = ScaledSink(base: start, factor: factor)
    PathAdjoint(tracer: tracer, flags: partition.flags)
      .addMotion(vertices, count: entry.pointee.path.count, at: entry.pointee.place, to: &sink)
    target.take(sink.base, at: entry.pointee.pixel)
  }
}
