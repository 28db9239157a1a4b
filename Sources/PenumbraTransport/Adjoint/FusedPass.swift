/// Image, loss and gradient from one set of paths (DESIGN §3): all samples of a pixel are traced and kept, the loss
/// adjoint of each comes from samples independent of it, and the records are differentiated at once.
///
/// Independent samples leave themselves out of the mean; Sobol points come in two independently scrambled halves,
/// each of which gets its adjoint from the other, since points of one set are not independent.
struct FusedPass {
  let plan: RenderPlan
  let scope: GradientScope
  let target: FusedTarget

  private struct State {
    let pixels: RecordedPixels
    var gradient: OwnedBuffer<Double>?
    /// Sums of the loss and of the picture's variance over the pixels of the current chunk.
    var loss = 0.0
    var noise = 0.0
  }

  struct Result {
    var rgb: [Float]
    var loss: Double
    var noise: Double
    var window: [Double]
    var statistics: RenderStatistics
  }

  func run(_ monitor: RenderMonitor) throws(TransportError) -> Result {
    let (width, height) = (plan.film.width, plan.film.height)
    let tiles = TilePlan(width: width, height: height, maximumChunks: GradientScope.sums(of: scope.window.count))
    let pool = WorkerPool(tiles, plan, monitor)
    let accumulator = OrderedAccumulator(count: scope.window.count, share: plan.share)
    let path = PathAdjoint(tracer: plan.tracer, flags: scope.request.flags)
    let normalisation = target.normalisation(pixels: width * height)
    let losses = OwnedBuffer<Double>(repeating: 0, count: tiles.chunkCount)
    let noises = OwnedBuffer<Double>(repeating: 0, count: tiles.chunkCount)
    var statistics = RenderStatistics()
    var rgb = [Float](repeating: 0, count: 3 * width * height)
    try rgb.withUnsafeMutableBufferPointer { rgb throws(TransportError) in
      let rgb = rgb.baseAddress!
      try pool.run(
        makeState: { State(pixels: RecordedPixels(plan, unit: .pixel)) },
        work: { state, tile in
          let buffer = state.gradient ?? accumulator.take()
          state.gradient = buffer
          let gradient = buffer.base - scope.window.lowerBound
          tiles.forEachPixel(ofTile: tile) { x, y, _ in
            if weight(y * width + x) == 0 { return }
            state.pixels.add(x: x, y: y) { add($0, path, gradient, normalisation, rgb, &state) }
          }
          state.pixels.finish { add($0, path, gradient, normalisation, rgb, &state) }
        },
        endChunk: { state, chunk in
          accumulator.submit(state.gradient ?? accumulator.take(), chunk: chunk)
          state.gradient = nil
          losses.base[chunk] = state.loss
          noises.base[chunk] = state.noise
          (state.loss, state.noise) = (0, 0)
        },
        finish: { statistics += $0.pixels.statistics })
      try plan.share.complete(rgb, channels: 3, tiles)
    }
    try plan.share.complete(losses)
    try plan.share.complete(noises)
    return Result(
      rgb: rgb, loss: losses.buffer.reduce(0, +), noise: noises.buffer.reduce(0, +),
      window: try accumulator.total(chunks: tiles.chunkCount),
      statistics: statistics)
  }

  private func weight(_ pixel: Int) -> Float { target.weights.isEmpty ? 1 : target.weights[pixel] }

  /// Adds a pixel's gradient and writes its mean.
  private func add(
    _ part: RecordedPixels.Part, _ path: PathAdjoint, _ gradient: UnsafeMutablePointer<Double>, _ normalisation: Float,
    _ rgb: UnsafeMutablePointer<Float>, _ state: inout State
  ) {
    let samples = state.pixels
    let (pixel, first) = (part.y * plan.film.width + part.x, part.samples.lowerBound)
    let weight = weight(pixel) * normalisation
    let isPaired = plan.samplerKind == .sobol
    var sums = (Spectrum.zero, Spectrum.zero)
    for sample in 0..<plan.samplesPerPixel {
      let radiance = samples[first + sample].radiance
      if sample & 1 == 0 { sums.0 += radiance } else { sums.1 += radiance }
    }
    let counts = (Float((plan.samplesPerPixel + 1) / 2), Float(plan.samplesPerPixel / 2))
    let wanted = Spectrum(target.rgb[3 * pixel], target.rgb[3 * pixel + 1], target.rgb[3 * pixel + 2])
    let total = counts.0 + counts.1
    let mean = (sums.0 + sums.1) / total
    // The halves are independent: their difference tells the variance of their mean.
    let difference = sums.0 / counts.0 - sums.1 / counts.1
    state.noise += Double(dot(difference, difference) * weight / (total * (1 / counts.0 + 1 / counts.1)))
    let loss = target.value(mean, wanted) * weight
    state.loss += Double(loss.x) + Double(loss.y) + Double(loss.z)

    let perSample = weight / Float(plan.samplesPerPixel)
    for sample in 0..<plan.samplesPerPixel {
      let entry = samples[first + sample]
      let others: Spectrum
      if isPaired {
        others = sample & 1 == 0 ? sums.1 / counts.1 : sums.0 / counts.0
      } else {
        others = (sums.0 + sums.1 - entry.radiance) / (total - 1)
      }
      var sink = ReverseSink(
        adjoint: target.derivative(others, wanted) * (perSample * entry.position.weight), gradient: gradient,
        wanted: UnsafePointer(scope.wanted.base))
      let vertices = samples.vertices(of: first + sample)
      path.add(vertices.base, count: vertices.count, at: entry.position, to: &sink)
      state.pixels.statistics.rejectedDerivatives += sink.rejected
    }
    for c in 0..<3 { rgb[3 * pixel + c] = mean[c] }
  }
}
