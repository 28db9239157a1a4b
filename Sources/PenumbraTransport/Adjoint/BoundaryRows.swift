import Foundation

/// Jacobian mode of boundary samples: every sample keeps its film position and its derivatives by all unknowns.
struct BoundaryRows: BoundaryTarget {
  let map: UnknownMap
  /// Shape [n]; the row of the sample at hand.
  let row: OwnedBuffer<Spectrum>
  var share: Float = 0
  var rejected: UInt64 = 0
  private(set) var positions: [Place] = []
  /// Shape [positions.count × n].
  private(set) var rows: [Spectrum] = []

  /// Where on the film a sample is, and with what it is weighted there.
  struct Place: BitwiseCopyable {
    var pixel: SIMD2<Float>
    var weight: FilmWeight
  }

  init(map: UnknownMap, positions: [Place] = [], rows: [Spectrum] = []) {
    self.map = map
    (self.positions, self.rows) = (positions, rows)
    row = OwnedBuffer(repeating: .zero, count: map.count)
  }

  func sink(at pixel: SIMD2<Float>, _ weight: FilmWeight) -> JacobianSink? {
    row.base.update(repeating: .zero, count: map.count)
    return JacobianSink(map, row: row.base, scale: share)
  }

  mutating func take(_ sink: JacobianSink, at pixel: SIMD2<Float>, _ weight: FilmWeight) {
    rejected += sink.rejected
    guard row.buffer.contains(where: { !$0.isZero }) else { return }
    positions.append(Place(pixel: pixel, weight: weight))
    rows.append(contentsOf: row.buffer)
  }
}

/// Adds the boundary samples of chunks to the rows of a Jacobian in the order of the chunks, whichever thread finishes
/// first, so that the sums are the same bits for every thread count.
private final class OrderedSplats: @unchecked Sendable {
  private let lock = NSLock()
  private var next = 0
  private var pending: [Int: BoundaryRows] = [:]
  private let footprint: FilmFootprint
  private let target: UnsafeMutablePointer<Float>
  private let share: RankShare

  init(footprint: FilmFootprint, target: UnsafeMutablePointer<Float>, share: RankShare) {
    self.share = share
    self.footprint = footprint
    self.target = target
  }

  func submit(_ samples: BoundaryRows, chunk: Int) {
    lock.withLock {
      pending[chunk] = samples
      guard share.group == nil else { return }
      while let ready = pending.removeValue(forKey: next) {
        add(ready)
        next += 1
      }
    }
  }

  /// Adds the chunks of all processes that share the work; each has kept its own until now.
  ///
  /// - Parameter chunks: those submitted since the last call, by this and other processes.
  func finish(_ chunks: Range<Int>, map: UnknownMap) throws(TransportError) {
    guard let group = share.group else { return }
    for first in stride(from: chunks.lowerBound, to: chunks.upperBound, by: group.count) {
      let own = lock.withLock { pending.removeValue(forKey: first + group.rank) }
      let positions = try group.gather(own?.positions ?? [])
      for (positions, rows) in zip(positions, try group.gather(own?.rows ?? [])) {
        add(BoundaryRows(map: map, positions: positions, rows: rows))
      }
    }
  }

  private func add(_ samples: BoundaryRows) {
    let n = samples.map.count
    samples.rows.withUnsafeBufferPointer { rows in
      for (sample, place) in samples.positions.enumerated() {
        footprint.forEach(at: place.pixel, place.weight) { index, weight in
          for i in 0..<n {
            let value = rows[sample * n + i] * weight
            for c in 0..<3 { target[(3 * index + c) * n + i] += value[c] }
          }
        }
      }
    }
  }
}

extension BoundaryPass {
  private struct RowState {
    var samples: BoundaryRows?
    var statistics = RenderStatistics()
  }

  /// Adds what moving edges contribute to every row of a Jacobian.
  ///
  /// - Parameter rows: shape [height × width × 3 × n].
  func addRows(
    _ map: UnknownMap, to rows: UnsafeMutablePointer<Float>, _ monitor: RenderMonitor
  ) throws(TransportError) -> RenderStatistics {
    let splats = OrderedSplats(footprint: estimator.footprint, target: rows, share: plan.share)
    var statistics = RenderStatistics()
    let estimator = estimator
    // Processes keep the samples of their chunks until all meet: a few chunks at a time.
    let all = BoundaryEstimator.chunks
    let step = plan.share.group.map { min(all, 8 * $0.count) } ?? all
    for first in stride(from: 0, to: all, by: step) {
      let chunks = first..<min(first + step, all)
      let tiles = TilePlan(width: chunks.count * TilePlan.tileSide, height: 1)
      let pool = WorkerPool(tiles, plan, monitor)
      try pool.run(
        makeState: { RowState() },
        work: { state, chunk in
          var samples = BoundaryRows(map: map)
          estimator.run(chunk: first + chunk, rays: &state.statistics.rays, target: &samples)
          state.statistics.rejectedDerivatives += samples.rejected
          state.samples = samples
        },
        endChunk: { state, chunk in
          splats.submit(state.samples ?? BoundaryRows(map: map), chunk: first + chunk)
          state.samples = nil
        }, finish: { statistics += $0.statistics })
      try splats.finish(chunks, map: map)
    }
    return statistics
  }
}
