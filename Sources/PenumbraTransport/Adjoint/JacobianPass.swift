/// A picture and its derivatives by a few unknowns, from one set of paths: a path's local partials are contracted with all
/// columns of ∂expanded/∂θ at once, so that further unknowns cost arithmetic and no rays.
struct JacobianPass {
  let plan: RenderPlan
  let request: GradientRequest
  let map: UnknownMap

  private struct State {
    let pixels: RecordedPixels
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
      makeState: { State(pixels: RecordedPixels(plan), row: OwnedBuffer(repeating: .zero, count: n)) },
      work: { state, tile in
        let finish = { (state: inout State) in
          let row = state.row.base
          differentiate(&state, path) { pixel, image in
            for c in 0..<3 {
              rgb[3 * pixel + c] = image[c]
              for i in 0..<n { rows[(3 * pixel + c) * n + i] = row[i][c] }
            }
          }
        }
        tiles.forEachPixel(ofTile: tile) { x, y, _ in
          state.pixels.add(x: x, y: y, &state.statistics)
          if state.pixels.isFull { finish(&state) }
        }
        finish(&state)
      },
      finish: { statistics += $0.statistics })
    return statistics
  }

  /// Finishes the pixels that were started; while `body` has a pixel's mean, its derivatives are in the state's row.
  private func differentiate(
    _ state: inout State, _ path: PathAdjoint, _ body: (_ pixel: Int, _ value: Spectrum) -> Void
  ) {
    let (samples, row) = (state.pixels, state.row)
    var rejected: UInt64 = 0
    samples.finish(&state.statistics) { x, y, first in
      row.base.update(repeating: .zero, count: map.count)
      var image = SIMD3<Double>.zero
      for sample in first..<first + plan.samplesPerPixel {
        let entry = samples[sample]
        let vertices = samples.vertices(of: sample)
        var sink = JacobianSink(map, row: row.base, scale: entry.position.weight / Float(plan.samplesPerPixel))
        path.add(vertices.base, count: vertices.count, at: entry.position, to: &sink)
        rejected += sink.rejected
        image += SIMD3<Double>(entry.radiance)
      }
      body(y * plan.film.width + x, Spectrum(image / Double(plan.samplesPerPixel)))
    }
    state.statistics.rejectedDerivatives += rejected
  }
}
