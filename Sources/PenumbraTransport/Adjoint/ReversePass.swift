/// ∂/∂θ of Σ A · I for a given adjoint image A.
struct ReversePass {
  let plan: RenderPlan
  let scope: GradientScope
  /// Shape [height × width × 3].
  let adjoint: [Float]

  private struct State {
    let pixels: RecordedPixels
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
      makeState: { State(pixels: RecordedPixels(plan)) },
      work: { state, tile in
        let buffer = state.gradient ?? accumulator.take()
        state.gradient = buffer
        let gradient = buffer.base - scope.window.lowerBound
        tiles.forEachPixel(ofTile: tile) { x, y, _ in
          if weight(y * plan.film.width + x).isZero { return }
          state.pixels.add(x: x, y: y, &state.statistics)
          if state.pixels.isFull { differentiate(&state, path, gradient) }
        }
        differentiate(&state, path, gradient)
      },
      endChunk: { state, chunk in
        accumulator.submit(state.gradient ?? accumulator.take(), chunk: chunk)
        state.gradient = nil
      },
      finish: { statistics += $0.statistics })
    return (accumulator.total, statistics)
  }

  private func weight(_ pixel: Int) -> Spectrum {
    Spectrum(adjoint[3 * pixel], adjoint[3 * pixel + 1], adjoint[3 * pixel + 2]) / Float(plan.samplesPerPixel)
  }

  /// Finishes the pixels that were started.
  private func differentiate(
    _ state: inout State, _ path: PathAdjoint, _ gradient: UnsafeMutablePointer<Double>
  ) {
    let samples = state.pixels
    var rejected: UInt64 = 0
    samples.finish(&state.statistics) { x, y, first in
      let weight = weight(y * plan.film.width + x)
      for sample in first..<first + plan.samplesPerPixel {
        let position = samples[sample].position
        let vertices = samples.vertices(of: sample)
        var sink = ReverseSink(
          adjoint: weight * position.weight, gradient: gradient, wanted: UnsafePointer(scope.wanted.base))
        path.add(vertices.base, count: vertices.count, at: position, to: &sink)
        rejected += sink.rejected
      }
    }
    state.statistics.rejectedDerivatives += rejected
  }
}
