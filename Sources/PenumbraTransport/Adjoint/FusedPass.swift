/// Image, loss and gradient from one set of paths (DESIGN §3): all samples of a pixel are traced and kept, the loss
/// adjoint of each comes from samples independent of it, and the records are differentiated at once.
///
/// Independent samples leave themselves out of the mean; Sobol points come in two independently scrambled halves,
/// each of which gets its adjoint from the other, since points of one set are not independent.
struct FusedPass {
  let plan: RenderPlan
  let scope: GradientScope
  let target: FusedTarget

  private struct Sample {
    var first: Int
    var count: Int
    var position: CameraSample
    var radiance: Spectrum
  }

  private struct State {
    var arena = PathArena()
    let samples: OwnedBuffer<Sample>
    var statistics = RenderStatistics()
    var gradient: OwnedBuffer<Double>?
    /// Sums of the loss and of the picture's variance over the pixels of the current chunk.
    var loss = 0.0
    var noise = 0.0

    init(samplesPerPixel: Int) {
      samples = OwnedBuffer(
        repeating: Sample(first: 0, count: 0, position: CameraSample(film: .zero), radiance: .zero),
        count: samplesPerPixel)
    }
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
    let pool = WorkerPool(plan: tiles, threads: plan.threads, monitor: monitor)
    let accumulator = OrderedAccumulator(count: scope.window.count)
    let path = PathAdjoint(tracer: plan.tracer, flags: scope.request.flags)
    let normalisation = target.normalisation(pixels: width * height)
    let losses = OwnedBuffer<Double>(repeating: 0, count: tiles.chunkCount)
    let noises = OwnedBuffer<Double>(repeating: 0, count: tiles.chunkCount)
    var statistics = RenderStatistics()
    var rgb = [Float](repeating: 0, count: 3 * width * height)
    try rgb.withUnsafeMutableBufferPointer { rgb throws(TransportError) in
      let rgb = rgb.baseAddress!
      try pool.run(
        makeState: { State(samplesPerPixel: plan.samplesPerPixel) },
        work: { state, tile in
          let buffer = state.gradient ?? accumulator.take()
          state.gradient = buffer
          for y in tiles.rows(ofTile: tile) {
            for x in tiles.columns(ofTile: tile) {
              let image = addPixel(
                x, y, path, buffer.base - scope.window.lowerBound, normalisation, &state)
              let pixel = 3 * (y * width + x)
              for c in 0..<3 { rgb[pixel + c] = image[c] }
            }
          }
        },
        endChunk: { state, chunk in
          accumulator.submit(state.gradient ?? accumulator.take(), chunk: chunk)
          state.gradient = nil
          losses.base[chunk] = state.loss
          noises.base[chunk] = state.noise
          (state.loss, state.noise) = (0, 0)
        },
        finish: { state in
          statistics += state.statistics
          state.arena.deallocate()
        })
    }
    return Result(
      rgb: rgb, loss: losses.buffer.reduce(0, +), noise: noises.buffer.reduce(0, +), window: accumulator.total,
      statistics: statistics)
  }

  private func addPixel(
    _ x: Int, _ y: Int, _ path: PathAdjoint, _ gradient: UnsafeMutablePointer<Double>, _ normalisation: Float,
    _ state: inout State
  ) -> Spectrum {
    let pixel = y * plan.film.width + x
    let weight = (target.weights.isEmpty ? 1 : target.weights[pixel]) * normalisation
    if weight == 0 { return .zero }
    let isPaired = plan.samplerKind == .sobol
    var sums = (Spectrum.zero, Spectrum.zero)
    var counts = (Float(0), Float(0))
    state.arena.removeAll()
    for sample in 0..<plan.samplesPerPixel {
      let half = sample & 1
      var sampler = PathSampler(
        kind: plan.samplerKind, seed: plan.seed, pixel: pixel, sample: isPaired ? sample >> 1 : sample,
        set: isPaired ? UInt64(half) : 0)
      let p = plan.cameraSample(x: x, y: y, &sampler)
      let first = state.arena.count
      let estimate = plan.tracer.radiance(
        at: p, sampler: &sampler, recorder: &state.arena, rays: &state.statistics.rays)
      let isFinite = estimate.radiance.isFinite
      if !isFinite { state.statistics.rejectedNonFinite += 1 }
      let radiance = isFinite ? estimate.radiance * p.weight : .zero
      state.samples.base[sample] = Sample(
        first: first, count: isFinite ? state.arena.count - first : 0, position: p, radiance: radiance)
      if half == 0 {
        sums.0 += radiance
        counts.0 += 1
      } else {
        sums.1 += radiance
        counts.1 += 1
      }
    }
    state.statistics.paths += UInt64(plan.samplesPerPixel)
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
      let entry = state.samples.base + sample
      let others: Spectrum
      if isPaired {
        others = sample & 1 == 0 ? sums.1 / counts.1 : sums.0 / counts.0
      } else {
        others = (sums.0 + sums.1 - entry.pointee.radiance) / (total - 1)
      }
      var sink = ReverseSink(
        adjoint: target.derivative(others, wanted) * (perSample * entry.pointee.position.weight),
        gradient: gradient,
        wanted: UnsafePointer(scope.wanted.base))
      path.add(
        state.arena.base + entry.pointee.first, count: entry.pointee.count, at: entry.pointee.position, to: &sink)
      state.statistics.rejectedDerivatives += sink.rejected
    }
    return mean
  }
}
