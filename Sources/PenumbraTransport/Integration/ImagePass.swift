/// The picture alone.
struct ImagePass {
  let plan: RenderPlan
  let aovs: [AOV]

  func run(_ monitor: RenderMonitor) throws(TransportError) -> RenderResult {
    let (width, height) = (plan.film.width, plan.film.height)
    var result = RenderResult(
      width: width, height: height, rgb: [Float](repeating: 0, count: 3 * width * height),
      alpha: [Float](repeating: 0, count: width * height), layers: [], statistics: RenderStatistics())
    let channels = aovs.reduce(0) { $0 + $1.kind.channelCount }
    var layerValues = [Float](repeating: 0, count: channels * width * height)
    let tiles = TilePlan(width: width, height: height)
    let pool = WorkerPool(tiles, plan, monitor)
    let sampler = LayerSampler(scene: plan.tracer.scene, aovs: aovs)
    var statistics = RenderStatistics()
    try result.rgb.withUnsafeMutableBufferPointer { rgb throws(TransportError) in
      try result.alpha.withUnsafeMutableBufferPointer { alpha throws(TransportError) in
        try layerValues.withUnsafeMutableBufferPointer { layers throws(TransportError) in
          let (rgb, alpha, layers) = (rgb.baseAddress!, alpha.baseAddress!, layers.baseAddress)
          try pool.run(
            makeState: { Worker() },
            work: { worker, tile in
              worker.sums.base.update(repeating: Sums(), count: worker.sums.count)
              tiles.forEachPixel(ofTile: tile) { x, y, place in
                trace(x, y, place, layers.map { $0 + channels * (y * width + x) }, sampler, worker)
              }
              add(worker)
              tiles.forEachPixel(ofTile: tile) { x, y, place in
                let pixel = y * width + x
                finish(
                  worker.sums.base[place], rgb + 3 * pixel, alpha + pixel, layers.map { $0 + channels * pixel }, sampler
                )
              }
            }, finish: { statistics += $0.statistics })
          try plan.share.complete(rgb, channels: 3, tiles)
          try plan.share.complete(alpha, channels: 1, tiles)
          if let layers { try plan.share.complete(layers, channels: channels, tiles) }
        }
      }
    }
    result.statistics = statistics
    var start = 0
    for aov in aovs {
      let n = aov.kind.channelCount
      var values = [Float](repeating: 0, count: n * width * height)
      for pixel in 0..<width * height {
        for c in 0..<n { values[n * pixel + c] = layerValues[channels * pixel + start + c] }
      }
      result.layers.append((aov, values))
      start += n
    }
    return result
  }

  /// Of one pixel.
  private struct Sums {
    /// Red, green, blue and alpha.
    var value = SIMD4<Float>.zero
    var squares = SIMD4<Float>.zero
    /// Of squares in CIE XYZ, the fourth 0.
    var moment = SIMD4<Float>.zero
  }

  private final class Worker {
    var statistics = RenderStatistics()
    let wave = PathWave(capacity: PathWave.imageCapacity)
    let sums = OwnedBuffer(repeating: Sums(), count: TilePlan.tileSide * TilePlan.tileSide)
  }

  /// - Parameter place: the pixel in its tile.
  private func trace(
    _ x: Int, _ y: Int, _ place: Int, _ layers: UnsafeMutablePointer<Float>?, _ layerSampler: LayerSampler,
    _ worker: Worker
  ) {
    let seed = PathSampler.pixelSeed(seed: plan.seed, pixel: y * plan.film.width + x)
    worker.statistics.paths += UInt64(plan.samplesPerPixel)
    guard let layers, !layerSampler.isEmpty else {
      return plan.isPlain && !plan.hasQuickSamples
        ? startInPackets(x, y, place, seed, worker) : startSamples(x, y, place, seed, worker)
    }
    let joins = plan.joinsSamples()
    for sample in 0..<plan.samplesPerPixel {
      var sampler = PathSampler(kind: plan.samplerKind, pixelSeed: seed, sample: sample, joins: joins)
      let p = plan.cameraSample(x: x, y: y, &sampler)
      worker.wave.append(sampler, at: p, pixel: place)
      if worker.wave.isFull { add(worker) }
      layerSampler.accumulate(plan.tracer.cameraRay(p), into: layers)
    }
  }

  /// The samples of a pixel that needs nothing besides.
  @inline(never)
  private func startSamples(_ x: Int, _ y: Int, _ place: Int, _ seed: UInt64, _ worker: Worker) {
    let (wave, kind, joins) = (worker.wave, plan.samplerKind, plan.joinsSamples())
    for sample in 0..<plan.samplesPerPixel {
      var sampler = PathSampler(kind: kind, pixelSeed: seed, sample: sample, joins: joins)
      let p = plan.cameraSample(x: x, y: y, &sampler)
      wave.append(sampler, at: p, pixel: place)
      if wave.isFull { add(worker) }
    }
  }

  /// The same of plans whose samples are plain; see `RenderPlan.isPlain`.
  @inline(never)
  private func startInPackets(_ x: Int, _ y: Int, _ place: Int, _ seed: UInt64, _ worker: Worker) {
    worker.wave.addSamples(plan, seed, pixel: place) { samplers in
      plan.filmPositions(x: x, y: y, samplers.film)
    } whenFull: {
      add(worker)
    }
  }

  /// Finishes a wave and adds its paths to their pixels.
  private func add(_ worker: Worker) {
    let sums = worker.sums.base
    let wantsMoments = !aovs.isEmpty
    worker.wave.finish(plan.tracer, &worker.statistics) { lane in
      let target = sums + lane.pointee.pixel
      let value = SIMD4(lane.pointee.path.radiance, lane.pointee.path.alpha) * lane.pointee.weight
      target.pointee.value += value
      if wantsMoments {
        target.pointee.squares += value * value
        let xyz = Tristimulus.xyz(value)
        target.pointee.moment += xyz * xyz
      }
    }
  }

  private func finish(
    _ sums: Sums, _ rgb: UnsafeMutablePointer<Float>, _ alpha: UnsafeMutablePointer<Float>,
    _ layers: UnsafeMutablePointer<Float>?, _ layerSampler: LayerSampler
  ) {
    let n = Float(plan.samplesPerPixel)
    for c in 0..<3 { rgb[c] = sums.value[c] / n }
    alpha.pointee = sums.value.w / n
    if let layers {
      let mean = Spectrum(rgb[0], rgb[1], rgb[2])
      let (squares, moment) = (sums.squares / n, sums.moment / n)
      layerSampler.finish(
        layers, samples: n, mean: mean, squares: Spectrum(squares.x, squares.y, squares.z),
        moment: Spectrum(moment.x, moment.y, moment.z))
    }
  }
}
