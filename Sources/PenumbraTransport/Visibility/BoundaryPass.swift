/// Runs all boundary samples on several threads and sums what they leave in the order of their chunks, so that the sum
/// is the same bits for every thread count.
struct BoundaryPass {
  let estimator: BoundaryEstimator
  let plan: RenderPlan

  private struct State {
    var sums: OwnedBuffer<Double>?
    var statistics = RenderStatistics()
  }

  /// dI/dε, shape [height × width × 3].
  ///
  /// - Parameter tangent: velocity of the expanded vector.
  func forward(_ tangent: [Float], _ monitor: RenderMonitor) throws(TransportError) -> ([Double], RenderStatistics) {
    let tangent = OwnedBuffer(tangent)
    let footprint = estimator.footprint
    return try run(count: 3 * plan.film.width * plan.film.height, monitor, { $0.rejected }) {
      BoundarySplat(footprint: footprint, tangent: UnsafePointer(tangent.base), image: $0)
    }
  }

  /// Gradient of Σ A · I, laid out like the scope's window.
  ///
  /// - Parameter adjoint: A, shape [height × width × 3].
  func reverse(_ adjoint: [Float], _ scope: GradientScope, _ monitor: RenderMonitor) throws(TransportError)
    -> ([Double], RenderStatistics)
  {
    let adjoint = OwnedBuffer(adjoint)
    let footprint = estimator.footprint
    return try run(count: scope.window.count, monitor, { $0.rejected }) {
      BoundaryGather(
        footprint: footprint, adjoint: UnsafePointer(adjoint.base), gradient: $0 - scope.window.lowerBound,
        wanted: UnsafePointer(scope.wanted.base))
    }
  }

  private func run<Target: BoundaryTarget>(
    count: Int, _ monitor: RenderMonitor, _ rejected: @escaping (Target) -> UInt64,
    _ makeTarget: @escaping (UnsafeMutablePointer<Double>) -> Target
  ) throws(TransportError) -> ([Double], RenderStatistics) {
    let accumulator = OrderedAccumulator(count: count, share: plan.share)
    let tiles = TilePlan(
      width: BoundaryEstimator.chunks * TilePlan.tileSide, height: 1, maximumChunks: GradientScope.sums(of: count))
    let pool = WorkerPool(tiles, plan, monitor)
    var statistics = RenderStatistics()
    let estimator = estimator
    try pool.run(
      makeState: { State() },
      work: { state, chunk in
        let sums = state.sums ?? accumulator.take()
        state.sums = sums
        var target = makeTarget(sums.base)
        estimator.run(chunk: chunk, rays: &state.statistics.rays, target: &target)
        state.statistics.rejectedDerivatives += rejected(target)
      },
      endChunk: { state, chunk in
        accumulator.submit(state.sums ?? accumulator.take(), chunk: chunk)
        state.sums = nil
      }, finish: { statistics += $0.statistics })
    return (try accumulator.total(chunks: tiles.chunkCount), statistics)
  }
}
