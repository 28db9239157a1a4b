import Foundation

/// Jacobian mode of boundary samples: every sample keeps its film position and its derivatives by all unknowns.
struct BoundaryRows: BoundaryTarget {
  let map: UnknownMap
  /// Shape [n]; the row of the sample at hand.
  let row: OwnedBuffer<Spectrum>
  var share: Float = 0
  var rejected: UInt64 = 0
  private(set) var positions: [SIMD2<Float>] = []
  /// Shape [positions.count × n].
  private(set) var rows: [Spectrum] = []

  init(map: UnknownMap) {
    self.map = map
    row = OwnedBuffer(repeating: .zero, count: map.count)
  }

  func sink(at pixel: SIMD2<Float>) -> JacobianSink? {
    row.base.update(repeating: .zero, count: map.count)
    return JacobianSink(map, row: row.base, scale: share)
  }

  mutating func take(_ sink: JacobianSink, at pixel: SIMD2<Float>) {
    rejected += sink.rejected
    guard row.buffer.contains(where: { !$0.isZero }) else { return }
    positions.append(pixel)
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

  init(footprint: FilmFootprint, target: UnsafeMutablePointer<Float>) {
    self.footprint = footprint
    self.target = target
  }

  func submit(_ samples: BoundaryRows, chunk: Int) {
    lock.withLock {
      pending[chunk] = samples
      while let ready = pending.removeValue(forKey: next) {
        add(ready)
        next += 1
      }
    }
  }

  private func add(_ samples: BoundaryRows) {
    let n = samples.map.count
    samples.rows.withUnsafeBufferPointer { rows in
      for (sample, position) in samples.positions.enumerated() {
        footprint.forEach(at: position) { index, weight in
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
    let splats = OrderedSplats(footprint: estimator.footprint, target: rows)
    let tiles = TilePlan(width: BoundaryEstimator.chunks * TilePlan.tileSide, height: 1)
    let pool = WorkerPool(plan: tiles, threads: plan.threads, monitor: monitor)
    var statistics = RenderStatistics()
    let estimator = estimator
    try pool.run(
      makeState: { RowState() },
      work: { state, chunk in
        var samples = BoundaryRows(map: map)
        estimator.run(chunk: chunk, rays: &state.statistics.rays, target: &samples)
        state.statistics.rejectedDerivatives += samples.rejected
        state.samples = samples
      },
      endChunk: { state, chunk in
        splats.submit(state.samples ?? BoundaryRows(map: map), chunk: chunk)
        state.samples = nil
      }, finish: { statistics += $0.statistics })
    return statistics
  }
}
