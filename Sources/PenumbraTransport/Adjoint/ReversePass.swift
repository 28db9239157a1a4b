/// ∂/∂θ of Σ A · I for a given adjoint image A.
struct ReversePass {
  let plan: RenderPlan
  let scope: GradientScope
  /// Shape [height × width × 3].
  let adjoint: [Float]

  private struct State {
    var arena = PathArena()
    var statistics = RenderStatistics()
    var gradient: OwnedBuffer<Double>?
  }

  func run(_ monitor: RenderMonitor) throws(TransportError) -> (window: [Double], statistics: RenderStatistics) {
    let tiles = TilePlan(
      width: plan.film.width, height: plan.film.height, maximumChunks: GradientScope.sums(of: scope.window.count))
    let pool = WorkerPool(plan: tiles, threads: plan.threads, monitor: monitor)
    let accumulator = OrderedAccumulator(count: scope.window.count)
    let path = PathAdjoint(tracer: plan.tracer, flags: scope.request.flags)
    var statistics = RenderStatistics()
    try pool.run(
      makeState: { State() },
      work: { state, tile in
        let buffer = state.gradient ?? accumulator.take()
        state.gradient = buffer
        for y in tiles.rows(ofTile: tile) {
          for x in tiles.columns(ofTile: tile) { addPixel(x, y, path, buffer.base - scope.window.lowerBound, &state) }
        }
      },
      endChunk: { state, chunk in
        accumulator.submit(state.gradient ?? accumulator.take(), chunk: chunk)
        state.gradient = nil
      },
      finish: { state in
        statistics += state.statistics
        state.arena.deallocate()
      })
    return (accumulator.total, statistics)
  }

  private func addPixel(
    _ x: Int, _ y: Int, _ path: PathAdjoint, _ gradient: UnsafeMutablePointer<Double>, _ state: inout State
  ) {
    let pixel = y * plan.film.width + x
    let weight =
      Spectrum(adjoint[3 * pixel], adjoint[3 * pixel + 1], adjoint[3 * pixel + 2]) / Float(plan.samplesPerPixel)
    if weight.isZero { return }
    for sample in 0..<plan.samplesPerPixel {
      var sampler = PathSampler(kind: plan.samplerKind, seed: plan.seed, pixel: pixel, sample: sample)
      let p = plan.cameraSample(x: x, y: y, &sampler)
      state.arena.removeAll()
      let estimate = plan.tracer.radiance(
        at: p, sampler: &sampler, recorder: &state.arena, rays: &state.statistics.rays)
      guard estimate.radiance.isFinite else {
        state.statistics.rejectedNonFinite += 1
        continue
      }
      var sink = ReverseSink(adjoint: weight * p.weight, gradient: gradient, wanted: UnsafePointer(scope.wanted.base))
      path.add(state.arena.base, count: state.arena.count, at: p, to: &sink)
      state.statistics.rejectedDerivatives += sink.rejected
    }
    state.statistics.paths += UInt64(plan.samplesPerPixel)
  }
}
