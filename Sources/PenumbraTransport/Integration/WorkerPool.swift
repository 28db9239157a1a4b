import Dispatch
import Foundation
import Synchronization

/// Runs the chunks of a plan, or this process's share of them, on several threads. Which thread does which chunk is left to
/// chance; results must not depend on it.
struct WorkerPool {
  let plan: TilePlan
  let threads: Int
  let monitor: RenderMonitor
  let share: RankShare

  init(_ tiles: TilePlan, _ plan: RenderPlan, _ monitor: RenderMonitor) {
    self.plan = tiles
    threads = plan.threads
    share = plan.share
    self.monitor = monitor
  }

  /// Shared with the workers while `run` blocks; every access inside is to distinct memory per chunk or pixel.
  private struct Unchecked<Value>: @unchecked Sendable { let value: Value }

  /// Calls `work` for every tile of every chunk; one chunk's tiles run in order on one thread.
  ///
  /// - Parameters:
  ///   - makeState: per-thread scratch.
  ///   - endChunk: called on the same thread when all tiles of a chunk are done.
  ///   - finish: receives each thread's state when it has no more work, one at a time.
  /// - Throws: `.cancelled` when the monitor asks for it, or that of another process that shares the work.
  func run<State>(
    makeState: @escaping () -> State, work: @escaping (inout State, _ tile: Int) -> Void,
    endChunk: @escaping (inout State, _ chunk: Int) -> Void = { _, _ in }, finish: @escaping (State) -> Void
  ) throws(TransportError) {
    let next = Atomic<Int>(0)
    let done = Atomic<Int>(0)
    let cancelled = Atomic<Bool>(false)
    let lock = NSLock()
    let calls = Unchecked(value: (makeState: makeState, work: work, endChunk: endChunk, finish: finish))
    let (plan, monitor, share) = (plan, monitor, share)
    let count = share.count(of: plan.chunkCount)
    let tileCount =
      share.count == 1 ? plan.tileCount : (0..<count).reduce(0) { $0 + plan.tiles(inChunk: share.chunk($1)).count }
    let body: @Sendable (Int) -> Void = { _ in
      var state = calls.value.makeState()
      while !cancelled.load(ordering: .relaxed) {
        let place = next.add(1, ordering: .relaxed).oldValue
        guard place < count else { break }
        let chunk = share.chunk(place)
        for tile in plan.tiles(inChunk: chunk) {
          calls.value.work(&state, tile)
          let finished = done.add(1, ordering: .relaxed).newValue
          if monitor.isCancelled?() == true {
            cancelled.store(true, ordering: .relaxed)
            break
          }
          if let progress = monitor.progress {
            lock.withLock { progress(Double(finished) / Double(tileCount)) }
          }
        }
        calls.value.endChunk(&state, chunk)
      }
      lock.withLock { calls.value.finish(state) }
    }
    Self.forEach(max(threads, 1), threads: threads, body)
    // A process that had no chunk to do was not asked yet.
    let isAsked = count > 0 || share.group == nil
    if try share.any(isAsked ? cancelled.load(ordering: .relaxed) : monitor.isCancelled?() ?? false) {
      throw TransportError(.cancelled, "interrupted")
    }
  }

  /// Calls `body` for 0..<count from several threads at once, in no certain order.
  static func forEach(_ count: Int, threads: Int, _ body: @Sendable (Int) -> Void) {
    if threads <= 1 {
      (0..<count).forEach(body)
    } else {
      DispatchQueue.concurrentPerform(iterations: count, execute: body)
    }
  }

  /// The number of processors of this machine; programs that respect an affinity mask pass a number of their own.
  static var defaultThreads: Int { max(ProcessInfo.processInfo.activeProcessorCount, 1) }
}
