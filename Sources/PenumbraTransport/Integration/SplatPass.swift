/// The picture alone, for filters wider than a pixel: every sample is uniform in a pixel and counts for all pixels that its
/// filter reaches, which then share their noise.
///
/// A pixel's value is the weighted mean of the samples around it, as Mitsuba has it; the ratio's bias falls with the number
/// of samples. Weights of filters of both signs can sum to anything, so they are divided by what their sum is on average.
struct SplatPass {
  let plan: RenderPlan
  private let table: FilterTable
  private let border: FilmBorder
  /// Side of a tile with the pixels around it that its samples reach.
  private let side: Int
  /// Columns and rows of samples around the picture, when its border is open.
  private let margin: Int

  init(plan: RenderPlan) {
    self.plan = plan
    table = FilterTable(plan.film.filter)
    border = FilmBorder(plan.film)
    side = TilePlan.tileSide + 2 * table.reach
    margin = plan.film.samplesBorder ? table.reach : 0
  }

  /// Whether a filter reaches beyond its own pixel.
  static func isNeeded(for filter: ReconstructionFilter) -> Bool { filter.radius > 0.5 }

  /// Values of a tile under construction: red, green, blue, alpha and weight of each pixel.
  private typealias Values = SIMD8<Float>

  private final class Worker {
    var statistics = RenderStatistics()
    let wave = PathWave(capacity: PathWave.imageCapacity)
    let rows: OwnedBuffer<Float>

    init(taps: Int) { rows = OwnedBuffer(repeating: 0, count: taps) }
  }

  func run(_ monitor: RenderMonitor) throws(TransportError) -> RenderResult {
    let (width, height) = (plan.film.width, plan.film.height)
    let tiles = TilePlan(width: width + 2 * margin, height: height + 2 * margin)
    let pool = WorkerPool(tiles, plan, monitor)
    let parts = OrderedMerge(count: side * side, zero: Values.zero, share: plan.share)
    let film = Picture(pixels: width * height)
    var statistics = RenderStatistics()
    try pool.run(
      makeState: { Worker(taps: 2 * table.reach + 1) },
      work: { worker, tile in
        let values = parts.take()
        let low = SIMD2(tiles.columns(ofTile: tile).lowerBound, tiles.rows(ofTile: tile).lowerBound)
        for y in tiles.rows(ofTile: tile) {
          for x in tiles.columns(ofTile: tile) {
            let first = (y - low.y) * side + (x - low.x)
            let seed = PathSampler.pixelSeed(seed: plan.seed, pixel: y * tiles.width + x)
            start(x, y, seed, first: first, worker.wave) { splat(worker, to: values.base) }
          }
        }
        splat(worker, to: values.base)
        parts.submit(values, turn: tile) { merge($0.base, corner($1, tiles), into: film) }
      }, finish: { statistics += $0.statistics })
    try parts.finish(turns: tiles.chunkCount) { merge($0.base, corner($1, tiles), into: film) }
    return RenderResult(
      width: width, height: height, rgb: film.rgb(factor), alpha: film.alpha(factor), layers: [], statistics: statistics
    )
  }

  /// What a pixel's sum is multiplied by, given the sum of its weights.
  private func factor(_ pixel: Int, weight: Float) -> Float {
    if table.isPositive { return weight > 0 ? 1 / weight : 0 }
    let inside = border.normalisation(x: pixel % plan.film.width, y: pixel / plan.film.width)
    return inside / (table.integral * table.integral * Float(plan.samplesPerPixel))
  }

  /// The picture's pixel that a tile's first value belongs to; it may lie outside.
  @inline(__always) private func corner(_ tile: Int, _ tiles: TilePlan) -> SIMD2<Int> {
    SIMD2(tiles.columns(ofTile: tile).lowerBound, tiles.rows(ofTile: tile).lowerBound) &- (margin + table.reach)
  }

  /// Adds the samples of a pixel.
  ///
  /// - Parameters:
  ///   - first: the first of the tile's values that the pixel's samples reach.
  ///   - empty: empties a full wave.
  @inline(__always)
  private func start(_ column: Int, _ row: Int, _ seed: UInt64, first: Int, _ wave: PathWave, _ empty: () -> Void) {
    let (x, y) = (Float(column - margin), Float(row - margin))
    guard plan.tracer.sensor.hasLens else {
      return wave.addSamples(plan, seed, pixel: first) { samplers in
        (plan.filmPositions(x + samplers.film.0, y + samplers.film.1), 1)
      } whenFull: {
        empty()
      }
    }
    let (kind, joins) = (plan.samplerKind, plan.joinsSamples())
    for sample in 0..<plan.samplesPerPixel {
      var sampler = PathSampler(kind: kind, pixelSeed: seed, sample: sample, joins: joins)
      let u = sampler.next2D()
      let p = plan.cameraSample(at: SIMD2(x + u.x, y + u.y), &sampler)
      wave.append(sampler, at: p, pixel: first, place: u)
      if wave.isFull { empty() }
    }
  }

  private func splat(_ worker: Worker, to values: UnsafeMutablePointer<Values>) {
    let (rows, reach, taps) = (worker.rows.base, table.reach, 2 * table.reach + 1)
    worker.statistics.paths += UInt64(worker.wave.count)
    worker.wave.finish(plan.tracer, &worker.statistics) { lane in
      let value = Values(
        lowHalf: SIMD4(lane.pointee.path.radiance, lane.pointee.path.alpha), highHalf: SIMD4(1, 0, 0, 0))
      let u = lane.pointee.place
      for k in 0..<taps { rows[k] = table.value(abs(Float(k - reach) + 0.5 - u.x)) }
      for l in 0..<taps {
        let weighted = value * table.value(abs(Float(l - reach) + 0.5 - u.y))
        let target = values + (lane.pointee.pixel + l * side)
        for k in 0..<taps { target[k] += weighted * rows[k] }
      }
    }
  }

  private func merge(_ values: UnsafePointer<Values>, _ corner: SIMD2<Int>, into film: Picture) {
    let (width, height) = (plan.film.width, plan.film.height)
    for y in max(corner.y, 0)..<max(min(corner.y + side, height), max(corner.y, 0)) {
      for x in max(corner.x, 0)..<max(min(corner.x + side, width), max(corner.x, 0)) {
        film.add(values[(y - corner.y) * side + (x - corner.x)], to: y * width + x)
      }
    }
  }

  /// Sums over the whole film; written by one thread at a time.
  private final class Picture {
    private let colours: OwnedBuffer<SIMD4<Float>>
    private let weights: OwnedBuffer<Float>

    init(pixels: Int) {
      colours = OwnedBuffer(repeating: .zero, count: pixels)
      weights = OwnedBuffer(repeating: 0, count: pixels)
    }

    func add(_ value: Values, to pixel: Int) {
      colours.base[pixel] += value.lowHalf
      weights.base[pixel] += value[4]
    }

    func rgb(_ factor: (Int, Float) -> Float) -> [Float] {
      [Float](unsafeUninitializedCapacity: 3 * colours.count) { target, count in
        for pixel in 0..<colours.count {
          let value = colours.base[pixel] * factor(pixel, weights.base[pixel])
          for c in 0..<3 { target[3 * pixel + c] = value[c] }
        }
        count = 3 * colours.count
      }
    }

    func alpha(_ factor: (Int, Float) -> Float) -> [Float] {
      (0..<colours.count).map { colours.base[$0].w * factor($0, weights.base[$0]) }
    }
  }
}
