/// dI/dε along one direction of θ, with the picture from the same paths.
struct ForwardPass {
  let plan: RenderPlan
  let request: GradientRequest
  /// Velocity of the expanded vector.
  let tangent: [Float]

  private struct State {
    let pixels: RecordedPixels
    var statistics = RenderStatistics()
  }

  func run(_ monitor: RenderMonitor) throws(TransportError) -> ForwardDerivative {
    let (width, height) = (plan.film.width, plan.film.height)
    var result = ForwardDerivative(
      width: width, height: height, derivative: [Float](repeating: 0, count: 3 * width * height),
      rgb: [Float](repeating: 0, count: 3 * width * height), statistics: RenderStatistics())
    let tiles = TilePlan(width: width, height: height)
    let pool = WorkerPool(plan: tiles, threads: plan.threads, monitor: monitor)
    let velocity = OwnedBuffer(tangent)
    let adjoint = PathAdjoint(tracer: plan.tracer, flags: request.flags)
    var statistics = RenderStatistics()
    try result.derivative.withUnsafeMutableBufferPointer { derivative throws(TransportError) in
      try result.rgb.withUnsafeMutableBufferPointer { rgb throws(TransportError) in
        let (derivative, rgb) = (derivative.baseAddress!, rgb.baseAddress!)
        try pool.run(
          makeState: { State(pixels: RecordedPixels(plan)) },
          work: { state, tile in
            let finish = { (state: inout State) in
              differentiate(&state, adjoint, velocity.base) { pixel, d, image in
                for c in 0..<3 {
                  derivative[3 * pixel + c] = d[c]
                  rgb[3 * pixel + c] = image[c]
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
      }
    }
    result.statistics = statistics
    return result
  }

  /// Finishes the pixels that were started and hands out the derivative and the value of each.
  private func differentiate(
    _ state: inout State, _ adjoint: PathAdjoint, _ velocity: UnsafePointer<Float>,
    _ body: (_ pixel: Int, _ derivative: Spectrum, _ value: Spectrum) -> Void
  ) {
    let samples = state.pixels
    var rejected: UInt64 = 0
    samples.finish(&state.statistics) { x, y, first in
      var derivative = SIMD3<Double>.zero
      var image = SIMD3<Double>.zero
      for sample in first..<first + plan.samplesPerPixel {
        let entry = samples[sample]
        let vertices = samples.vertices(of: sample)
        var sink = ForwardSink(tangent: velocity)
        adjoint.add(vertices.base, count: vertices.count, at: entry.position, to: &sink)
        rejected += sink.rejected
        derivative += SIMD3<Double>(sink.derivative * entry.position.weight)
        image += SIMD3<Double>(entry.radiance)
      }
      let n = Double(plan.samplesPerPixel)
      body(y * plan.film.width + x, Spectrum(derivative / n), Spectrum(image / n))
    }
    state.statistics.rejectedDerivatives += rejected
  }
}
