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
    let pool = WorkerPool(plan: tiles, threads: plan.threads, monitor: monitor)
    let sampler = LayerSampler(scene: plan.tracer.scene, aovs: aovs)
    var statistics = RenderStatistics()
    try result.rgb.withUnsafeMutableBufferPointer { rgb throws(TransportError) in
      try result.alpha.withUnsafeMutableBufferPointer { alpha throws(TransportError) in
        try layerValues.withUnsafeMutableBufferPointer { layers throws(TransportError) in
          let (rgb, alpha, layers) = (rgb.baseAddress!, alpha.baseAddress!, layers.baseAddress)
          try pool.run(
            makeState: { RenderStatistics() },
            work: { state, tile in
              for y in tiles.rows(ofTile: tile) {
                for x in tiles.columns(ofTile: tile) {
                  let pixel = y * width + x
                  renderPixel(
                    x, y, pixel, rgb + 3 * pixel, alpha + pixel, layers.map { $0 + channels * pixel }, sampler,
                    &state)
                }
              }
            }, finish: { statistics += $0 })
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

  private func renderPixel(
    _ x: Int, _ y: Int, _ pixel: Int, _ rgb: UnsafeMutablePointer<Float>, _ alpha: UnsafeMutablePointer<Float>,
    _ layers: UnsafeMutablePointer<Float>?, _ layerSampler: LayerSampler, _ statistics: inout RenderStatistics
  ) {
    var recorder = Unrecorded()
    var sum = SIMD4<Float>.zero
    var squares = Spectrum.zero
    var moment = Spectrum.zero
    for sample in 0..<plan.samplesPerPixel {
      var sampler = PathSampler(kind: plan.samplerKind, seed: plan.seed, pixel: pixel, sample: sample)
      let p = plan.cameraSample(x: x, y: y, &sampler)
      let estimate = plan.tracer.radiance(at: p, sampler: &sampler, recorder: &recorder, rays: &statistics.rays)
      guard estimate.radiance.isFinite else {
        statistics.rejectedNonFinite += 1
        continue
      }
      let radiance = estimate.radiance * p.weight
      sum += SIMD4(radiance, estimate.alpha * p.weight)
      squares += radiance * radiance
      if !aovs.isEmpty {
        let xyz = Tristimulus.xyz(radiance)
        moment += xyz * xyz
      }
      if let layers, !layerSampler.isEmpty { layerSampler.accumulate(plan.tracer.cameraRay(p), into: layers) }
    }
    let n = Float(plan.samplesPerPixel)
    statistics.paths += UInt64(plan.samplesPerPixel)
    for c in 0..<3 { rgb[c] = sum[c] / n }
    alpha.pointee = sum.w / n
    if let layers {
      let mean = Spectrum(rgb[0], rgb[1], rgb[2])
      layerSampler.finish(layers, samples: n, mean: mean, squares: squares / n, moment: moment / n)
    }
  }
}
