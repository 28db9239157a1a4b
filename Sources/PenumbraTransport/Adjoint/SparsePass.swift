import Synchronization

/// A picture and its derivatives by many unknowns of which every pixel knows a few, from one set of paths.
struct SparsePass {
  let plan: RenderPlan
  let scope: GradientScope
  /// Entries up to which derivatives are kept.
  let limit: Int

  private struct State {
    let pixels: RecordedPixels
    let row: SparseSink.Row
    /// Of the pixel whose samples are being traced.
    var image = SIMD3<Double>.zero
    /// Of the tile at hand.
    var rows = SparseRows()
  }

  /// Shared with the workers; every tile is written by one of them.
  private final class Tiles: @unchecked Sendable {
    let rows: UnsafeMutableBufferPointer<SparseRows>
    let count = Atomic<Int>(0)

    init(_ count: Int) {
      rows = .allocate(capacity: count)
      rows.initialize(repeating: SparseRows())
    }

    deinit {
      rows.deinitialize()
      rows.deallocate()
    }
  }

  /// - Returns: `nil` when there are more entries than the limit.
  func run(
    _ monitor: RenderMonitor
  ) throws(TransportError) -> (rgb: [Float], tiles: [SparseRows], statistics: RenderStatistics)? {
    let width = plan.film.width
    let tiles = TilePlan(width: width, height: plan.film.height)
    let kept = Tiles(tiles.tileCount)
    let limit = limit
    var watching = monitor
    watching.isCancelled = { monitor.isCancelled?() == true || kept.count.load(ordering: .relaxed) > limit }
    let pool = WorkerPool(tiles, plan, watching)
    let path = PathAdjoint(tracer: plan.tracer, flags: scope.request.flags)
    var statistics = RenderStatistics()
    var rgb = [Float](repeating: 0, count: 3 * width * plan.film.height)
    do {
      try rgb.withUnsafeMutableBufferPointer { buffer throws(TransportError) in
        guard let rgb = buffer.baseAddress else { return }
        try pool.run(
          makeState: {
            State(pixels: RecordedPixels(plan, unit: .wave), row: SparseSink.Row(window: scope.window.count))
          },
          work: { state, tile in
            let take = { (part: RecordedPixels.Part, state: inout State) in
              add(part, path, &state)
              guard part.isLast else { return }
              let pixel = 3 * (part.y * width + part.x)
              for c in 0..<3 { rgb[pixel + c] = Float(state.image[c] / Double(plan.samplesPerPixel)) }
              state.rows.append(state.row.filled)
              state.row.removeAll()
              state.image = .zero
            }
            tiles.forEachPixel(ofTile: tile) { x, y, _ in state.pixels.add(x: x, y: y) { take($0, &state) } }
            state.pixels.finish { take($0, &state) }
            kept.count.add(state.rows.entries.count, ordering: .relaxed)
            kept.rows[tile] = state.rows
            state.rows = SparseRows()
          },
          finish: { statistics += $0.pixels.statistics })
        try plan.share.complete(rgb, channels: 3, tiles)
      }
    } catch {
      guard error.code == .cancelled, try plan.share.any(kept.count.load(ordering: .relaxed) > limit) else {
        throw error
      }
      return nil
    }
    return try complete(kept, tiles).map { (rgb, $0, statistics) }
  }

  /// The rows of all tiles, those of other processes included.
  private func complete(_ kept: Tiles, _ tiles: TilePlan) throws(TransportError) -> [SparseRows]? {
    guard let group = plan.share.group else { return Array(kept.rows) }
    // Whether there are too many must not depend on how many processes share them.
    let total = try group.gather([kept.count.load(ordering: .relaxed)]).reduce(0) { $0 + $1[0] }
    guard total <= limit else { return nil }
    var result: [SparseRows] = []
    for first in stride(from: 0, to: tiles.tileCount, by: group.count) {
      let own = first + group.rank
      let rows = own < tiles.tileCount ? kept.rows[own] : SparseRows()
      let counts = try group.gather(rows.counts)
      for (counts, entries) in zip(counts, try group.gather(rows.entries)).prefix(tiles.tileCount - first) {
        result.append(SparseRows(counts: counts, entries: entries))
      }
    }
    return result
  }

  /// Adds the derivatives of samples to the state's row.
  private func add(_ part: RecordedPixels.Part, _ path: PathAdjoint, _ state: inout State) {
    for sample in part.samples {
      let entry = state.pixels[sample]
      let vertices = state.pixels.vertices(of: sample)
      var sink = SparseSink(scope, state.row, scale: entry.position.weight / Float(plan.samplesPerPixel))
      path.add(vertices.base, count: vertices.count, at: entry.position, to: &sink)
      state.pixels.statistics.rejectedDerivatives += sink.rejected
      state.image += SIMD3<Double>(entry.radiance)
    }
  }
}
