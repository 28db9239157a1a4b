/// ∂/∂θ of Σ A · I for a given adjoint image A.
struct ReversePass {
  let plan: RenderPlan
  let scope: GradientScope
  /// Shape [height × width × 3].
  let adjoint: [Float]

  private struct State {
    let pixels: RecordedPixels
    var gradient: OwnedBuffer<Double>?
  }

  func run(_ monitor: RenderMonitor) throws(TransportError) -> (window: [Double], statistics: RenderStatistics) {
    let tiles = TilePlan(
      width: plan.film.width, height: plan.film.height, maximumChunks: GradientScope.sums(of: scope.window.count))
    let pool = WorkerPool(tiles, plan, monitor)
    let accumulator = OrderedAccumulator(count: scope.window.count, share: plan.share)
    let path = PathAdjoint(tracer: plan.tracer, flags: scope.request.flags)
    var statistics = RenderStatistics()
    try pool.run(
      makeState: { State(pixels: RecordedPixels(plan, unit: .wave)) },
      work: { state, tile in
        let buffer = state.gradient ?? accumulator.take()
        state.gradient = buffer
        let gradient = buffer.base - scope.window.lowerBound
        tiles.forEachPixel(ofTile: tile) { x, y, _ in
          if weight(x, y).isZero { return }
          state.pixels.add(x: x, y: y) { add($0, path, gradient, &state) }
        }
        state.pixels.finish { add($0, path, gradient, &state) }
      },
      endChunk: { state, chunk in
        accumulator.submit(state.gradient ?? accumulator.take(), chunk: chunk)
        state.gradient = nil
      },
      finish: { statistics += $0.pixels.statistics })
    return (try accumulator.total(chunks: tiles.chunkCount), statistics)
  }

  private func weight(_ x: Int, _ y: Int) -> Spectrum {
    let pixel = 3 * (y * plan.film.width + x)
    return Spectrum(adjoint[pixel], adjoint[pixel + 1], adjoint[pixel + 2]) / Float(plan.samplesPerPixel)
  }

  private func add(
    _ part: RecordedPixels.Part, _ path: PathAdjoint, _ gradient: UnsafeMutablePointer<Double>, _ state: inout State
  ) {
    let weight = weight(part.x, part.y)
    for sample in part.samples {
      let position = state.pixels[sample].position
      let vertices = state.pixels.vertices(of: sample)
      var sink = ReverseSink(
        adjoint: weight * position.weight, gradient: gradient, wanted: UnsafePointer(scope.wanted.base))
      path.add(vertices.base, count: vertices.count, at: position, to: &sink)
      state.pixels.statistics.rejectedDerivatives += sink.rejected
    }
  }
}
