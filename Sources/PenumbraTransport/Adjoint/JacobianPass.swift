/// A picture and its derivatives by a few unknowns, from one set of paths: a path's local partials are contracted with all
/// columns of ∂expanded/∂θ at once, so that further unknowns cost arithmetic and no rays.
struct JacobianPass {
  let plan: RenderPlan
  let request: GradientRequest
  let map: UnknownMap

  private struct State {
    let pixels: RecordedPixels
    let row: OwnedBuffer<Spectrum>
    /// Of the pixel whose samples are being traced.
    var image = SIMD3<Double>.zero
  }

  /// - Parameters:
  ///   - rgb: receives the picture, shape [height × width × 3].
  ///   - rows: receives ∂I/∂θᵢ, shape [height × width × 3 × n].
  func run(
    rgb: UnsafeMutablePointer<Float>, rows: UnsafeMutablePointer<Float>, _ monitor: RenderMonitor
  ) throws(TransportError) -> RenderStatistics {
    let width = plan.film.width
    let tiles = TilePlan(width: width, height: plan.film.height)
    let pool = WorkerPool(tiles, plan, monitor)
    let path = PathAdjoint(tracer: plan.tracer, flags: request.flags)
    var statistics = RenderStatistics()
    let n = map.count
    try pool.run(
      makeState: { State(pixels: RecordedPixels(plan, unit: .wave), row: OwnedBuffer(repeating: .zero, count: n)) },
      work: { state, tile in
        let take = { (part: RecordedPixels.Part, state: inout State) in
          add(part, path, &state)
          guard part.isLast else { return }
          let pixel = 3 * (part.y * width + part.x)
          for c in 0..<3 {
            rgb[pixel + c] = Float(state.image[c] / Double(plan.samplesPerPixel))
            for i in 0..<n { rows[(pixel + c) * n + i] = state.row.base[i][c] }
          }
          state.image = .zero
          state.row.base.update(repeating: .zero, count: n)
        }
        tiles.forEachPixel(ofTile: tile) { x, y, _ in state.pixels.add(x: x, y: y) { take($0, &state) } }
        state.pixels.finish { take($0, &state) }
      },
      finish: { statistics += $0.pixels.statistics })
    try plan.share.complete(rgb, channels: 3, tiles)
    try plan.share.complete(rows, channels: 3 * n, tiles)
    return statistics
  }

  /// Adds the derivatives of samples to the state's row.
  private func add(_ part: RecordedPixels.Part, _ path: PathAdjoint, _ state: inout State) {
    for sample in part.samples {
      let entry = state.pixels[sample]
      let vertices = state.pixels.vertices(of: sample)
      var sink = JacobianSink(map, row: state.row.base, scale: entry.position.weight / Float(plan.samplesPerPixel))
      path.add(vertices.base, count: vertices.count, at: entry.position, to: &sink)
      state.pixels.statistics.rejectedDerivatives += sink.rejected
      state.image += SIMD3<Double>(entry.radiance)
    }
  }
}
