/// A picture and its derivatives by a few unknowns, from one set of paths: a path's local partials are contracted with all
/// columns of ∂expanded/∂θ at once, so that further unknowns cost arithmetic and no rays.
struct JacobianPass {
  let plan: RenderPlan
  let request: GradientRequest
  let map: UnknownMap

  private struct State {
    var arena = PathArena()
    let row: OwnedBuffer<Spectrum>
    var statistics = RenderStatistics()
  }

  /// - Parameters:
  ///   - rgb: receives the picture, shape [height × width × 3].
  ///   - rows: receives ∂I/∂θᵢ, shape [height × width × 3 × n].
  func run(
    rgb: UnsafeMutablePointer<Float>, rows: UnsafeMutablePointer<Float>, _ monitor: RenderMonitor
  ) throws(TransportError) -> RenderStatistics {
    let width = plan.film.width
    let tiles = TilePlan(width: width, height: plan.film.height)
    let pool = WorkerPool(plan: tiles, threads: plan.threads, monitor: monitor)
    let path = PathAdjoint(tracer: plan.tracer, flags: request.flags)
    var statistics = RenderStatistics()
    let n = map.count
    try pool.run(
      makeState: { State(row: OwnedBuffer(repeating: .zero, count: n)) },
      work: { state, tile in
        for y in tiles.rows(ofTile: tile) {
          for x in tiles.columns(ofTile: tile) {
            let pixel = 3 * (y * width + x)
            let image = differentiatePixel(x, y, path, &state)
            for c in 0..<3 {
              rgb[pixel + c] = image[c]
              for i in 0..<n { rows[(pixel + c) * n + i] = state.row.base[i][c] }
            }
          }
        }
      },
      finish: { state in
        statistics += state.statistics
        state.arena.deallocate()
      })
    return statistics
  }

  /// The mean of a pixel's samples; its derivatives are left in the state's row.
  private func differentiatePixel(_ x: Int, _ y: Int, _ path: PathAdjoint, _ state: inout State) -> Spectrum {
    let pixel = y * plan.film.width + x
    state.row.base.update(repeating: .zero, count: map.count)
    var image = SIMD3<Double>.zero
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
      var sink = JacobianSink(map, row: state.row.base, scale: p.weight / Float(plan.samplesPerPixel))
      path.add(state.arena.base, count: state.arena.count, at: p, to: &sink)
      state.statistics.rejectedDerivatives += sink.rejected
      image += SIMD3<Double>(estimate.radiance * p.weight)
    }
    state.statistics.paths += UInt64(plan.samplesPerPixel)
    return Spectrum(image / Double(plan.samplesPerPixel))
  }
}
