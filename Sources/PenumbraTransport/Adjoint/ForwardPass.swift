/// dI/dε along one direction of θ, with the picture from the same paths.
struct ForwardPass {
  let plan: RenderPlan
  let request: GradientRequest
  /// Velocity of the expanded vector.
  let tangent: [Float]

  private struct State {
    let pixels: RecordedPixels
    /// Of the pixel whose samples are being traced.
    var derivative = SIMD3<Double>.zero
    var image = SIMD3<Double>.zero
  }

  func run(_ monitor: RenderMonitor) throws(TransportError) -> ForwardDerivative {
    let (width, height) = (plan.film.width, plan.film.height)
    var result = ForwardDerivative(
      width: width, height: height, derivative: [Float](repeating: 0, count: 3 * width * height),
      rgb: [Float](repeating: 0, count: 3 * width * height), statistics: RenderStatistics())
    let tiles = TilePlan(width: width, height: height)
    let pool = WorkerPool(tiles, plan, monitor)
    let velocity = OwnedBuffer(tangent)
    let adjoint = PathAdjoint(tracer: plan.tracer, flags: request.flags)
    var statistics = RenderStatistics()
    try result.derivative.withUnsafeMutableBufferPointer { derivative throws(TransportError) in
      try result.rgb.withUnsafeMutableBufferPointer { rgb throws(TransportError) in
        let (derivative, rgb) = (derivative.baseAddress!, rgb.baseAddress!)
        try pool.run(
          makeState: { State(pixels: RecordedPixels(plan, unit: .wave)) },
          work: { state, tile in
            let take = { (part: RecordedPixels.Part, state: inout State) in
              add(part, adjoint, velocity.base, &state)
              guard part.isLast else { return }
              let (pixel, n) = (3 * (part.y * width + part.x), Double(plan.samplesPerPixel))
              for c in 0..<3 {
                derivative[pixel + c] = Float(state.derivative[c] / n)
                rgb[pixel + c] = Float(state.image[c] / n)
              }
              (state.derivative, state.image) = (.zero, .zero)
            }
            tiles.forEachPixel(ofTile: tile) { x, y, _ in state.pixels.add(x: x, y: y) { take($0, &state) } }
            state.pixels.finish { take($0, &state) }
          },
          finish: { statistics += $0.pixels.statistics })
        try plan.share.complete(derivative, channels: 3, tiles)
        try plan.share.complete(rgb, channels: 3, tiles)
      }
    }
    result.statistics = statistics
    return result
  }

  private func add(
    _ part: RecordedPixels.Part, _ adjoint: PathAdjoint, _ velocity: UnsafePointer<Float>, _ state: inout State
  ) {
    for sample in part.samples {
      let entry = state.pixels[sample]
      let vertices = state.pixels.vertices(of: sample)
      var sink = ForwardSink(tangent: velocity)
      adjoint.add(vertices.base, count: vertices.count, at: entry.position, to: &sink)
      state.pixels.statistics.rejectedDerivatives += sink.rejected
      state.derivative += SIMD3<Double>(sink.derivative * entry.position.weight)
      state.image += SIMD3<Double>(entry.radiance)
    }
  }
}
