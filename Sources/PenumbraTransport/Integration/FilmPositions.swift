/// Samples of the film and of the margin from which its filter is still reached, in squares of one pixel.
struct FilmPositions {
  private let plan: RenderPlan
  private let salt: UInt64
  /// Squares on each side of the film.
  private let margin: Int
  private let columns: Int
  private let count: Int

  /// - Parameters:
  ///   - radius: of the filter in pixels.
  ///   - salt: makes the random numbers of one estimator independent of another's.
  init(_ plan: RenderPlan, radius: Float, salt: UInt64) {
    self.plan = plan
    self.salt = salt
    margin = Int(radius.rounded(.up))
    columns = plan.film.width + 2 * margin
    count = columns * (plan.film.height + 2 * margin)
  }

  /// Calls `body` with the samples of every square of one chunk.
  ///
  /// - Parameter body: takes the position in pixels of the whole film, the same with a point of the lens, the running
  ///   number of the sample and its random numbers.
  func forEach(
    _ chunk: Int, of chunks: Int,
    _ body: (_ pixel: SIMD2<Float>, _ p: CameraSample, _ number: UInt64, _ sampler: PathSampler) -> Void
  ) {
    let window = SIMD2(Float(plan.film.crop?.x ?? 0), Float(plan.film.crop?.y ?? 0))
    for i in (chunk * count / chunks)..<((chunk + 1) * count / chunks) {
      let corner = window + SIMD2(Float(i % columns - margin), Float(i / columns - margin))
      for sample in 0..<plan.samplesPerPixel {
        var sampler = PathSampler(
          kind: plan.samplerKind, seed: Hash.combine(plan.seed, salt), pixel: i, sample: sample)
        let pixel = corner + sampler.next2D()
        let lens = plan.tracer.sensor.hasLens ? Warp.disk(sampler.next2D()) : .zero
        body(
          pixel, plan.tracer.sensor.sample(at: pixel, lens: lens),
          UInt64(i) &* UInt64(plan.samplesPerPixel) &+ UInt64(sample), sampler)
      }
    }
  }
}

extension SensorRecord {
  /// The sample of a film position in pixels.
  @inline(__always) func sample(at pixel: SIMD2<Float>, lens: SIMD2<Float>) -> CameraSample {
    CameraSample(film: fraction(ofPixel: pixel), lens: lens)
  }
}
