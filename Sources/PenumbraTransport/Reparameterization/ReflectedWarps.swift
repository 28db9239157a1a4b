/// What surfaces seen in perfect mirrors and through smooth glass receive past edges that move: soft shadows and indirect
/// light.
///
/// No line from an edge leads through a mirror to the camera. But the film position of such a path may stay while its later
/// directions follow warp fields: the difference to the interior derivative is what later segments' edges add. What
/// the camera sees of edges in the mirror is left to `SpecularBoundary`.
struct ReflectedWarps {
  let tracer: PathTracer
  let flags: GradientFlags
  let lookout: Lookout
  /// Pixels in which the camera may see something through a specular lobe, as (x, y) of the whole film.
  let pixels: OwnedBuffer<SIMD2<Int32>>

  /// - Parameter choice: in [0, 1), stratified over samples.
  func sample(
    choice: Float, sampler: inout PathSampler, arena: inout PathArena, _ around: inout WarpedPath.Surroundings,
    target: inout some BoundaryTarget
  ) {
    guard pixels.count > 0 else { return }
    let pixel = pixels.base[min(Int(choice * Float(pixels.count)), pixels.count - 1)]
    let place = SIMD2(Float(pixel.x), Float(pixel.y)) + sampler.next2D()
    let lens = tracer.sensor.hasLens ? Warp.disk(sampler.next2D()) : .zero
    guard target.wants(place) else { return }
    // The fields' random numbers are not those of the path.
    let key = sampler.nextVertexKey()
    around.sampler = PathSampler(
      kind: .independent, seed: UInt64(key.seed) << 32 | UInt64(key.second), pixel: 0, sample: 0)
    let p = tracer.sensor.sample(at: place, lens: lens)
    arena.removeAll()
    let radiance = tracer.radiance(at: p, sampler: &sampler, recorder: &arena, rays: &around.rays).radiance
    let specular = SpecularTrail.count(arena.base, arena.count)
    guard specular > 0, specular < arena.count, arena.base[specular].kind == .scatter, radiance.isFinite,
      let start = target.sink(at: place)
    else { return }
    var sink = PerChannelSink(base: ScaledSink(base: start, factor: Float(pixels.count)))
    WarpedPath(tracer: tracer, flags: flags, lookout: lookout).addBoundary(
      arena.base, count: arena.count, at: p, &around, to: &sink)
    target.take(sink.base.base, at: place)
  }
}
