/// dI/dε along one direction of θ, with the picture from the same paths.
struct ForwardPass {
  let plan: RenderPlan
  let request: GradientRequest
  /// Velocity of the expanded vector.
  let tangent: [Float]

  private struct State {
    var arena = PathArena()
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
          makeState: { State() },
          work: { state, tile in
            for y in tiles.rows(ofTile: tile) {
              for x in tiles.columns(ofTile: tile) {
                let pixel = 3 * (y * width + x)
                let (d, image) = pixelDerivative(x, y, adjoint, velocity.base, &state)
                for c in 0..<3 {
                  derivative[pixel + c] = d[c]
                  rgb[pixel + c] = image[c]
                }
              }
            }
          },
          finish: { state in
            statistics += state.statistics
            state.arena.deallocate()
          })
      }
    }
    result.statistics = statistics
    return result
  }

  private func pixelDerivative(
    _ x: Int, _ y: Int, _ adjoint: PathAdjoint, _ velocity: UnsafePointer<Float>, _ state: inout State
  ) -> (Spectrum, Spectrum) {
    var derivative = SIMD3<Double>.zero
    var image = SIMD3<Double>.zero
    let pixel = y * plan.film.width + x
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
      var sink = ForwardSink(tangent: velocity)
      adjoint.add(state.arena.base, count: state.arena.count, at: p, to: &sink)
      state.statistics.rejectedDerivatives += sink.rejected
      derivative += SIMD3<Double>(sink.derivative * p.weight)
      image += SIMD3<Double>(estimate.radiance * p.weight)
    }
    state.statistics.paths += UInt64(plan.samplesPerPixel)
    let n = Double(plan.samplesPerPixel)
    return (Spectrum(derivative / n), Spectrum(image / n))
  }
}
