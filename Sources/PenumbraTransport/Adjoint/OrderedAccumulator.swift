import Foundation

/// Sums gradients of chunks in the order of the chunks, whichever thread finishes first, so that the sum is the same
/// bits for every thread count. Holds only buffers whose turn has not come.
final class OrderedAccumulator: @unchecked Sendable {
  private let lock = NSLock()
  private var next = 0
  private var pending: [Int: OwnedBuffer<Double>] = [:]
  private var free: [OwnedBuffer<Double>] = []
  private let count: Int
  private(set) var total: [Double]

  init(count: Int) {
    self.count = count
    total = [Double](repeating: 0, count: count)
  }

  /// A buffer of zeros.
  func take() -> OwnedBuffer<Double> {
    let reused = lock.withLock { free.popLast() }
    guard let reused else { return OwnedBuffer(repeating: 0, count: count) }
    reused.base.update(repeating: 0, count: count)
    return reused
  }

  func submit(_ buffer: OwnedBuffer<Double>, chunk: Int) {
    lock.withLock {
      pending[chunk] = buffer
      while let ready = pending.removeValue(forKey: next) {
        for i in 0..<count { total[i] += ready.base[i] }
        free.append(ready)
        next += 1
      }
    }
  }
}
