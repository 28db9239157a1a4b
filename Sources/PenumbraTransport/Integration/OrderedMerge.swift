import Foundation

/// Merges what was computed in parts in the order of the parts, whichever thread finishes first, so that sums are the same
/// bits for every thread count. Holds only buffers whose turn has not come.
final class OrderedMerge<Element: BitwiseCopyable>: @unchecked Sendable {
  private let lock = NSLock()
  private var next = 0
  private var pending: [Int: OwnedBuffer<Element>] = [:]
  private var free: [OwnedBuffer<Element>] = []
  private let count: Int
  private let zero: Element

  /// - Parameter count: elements of a buffer.
  init(count: Int, zero: Element) {
    self.count = count
    self.zero = zero
  }

  /// A buffer of zeros.
  func take() -> OwnedBuffer<Element> {
    let reused = lock.withLock { free.popLast() }
    guard let reused else { return OwnedBuffer(repeating: zero, count: count) }
    reused.base.update(repeating: zero, count: count)
    return reused
  }

  /// Takes a finished buffer back and calls `merge`, one call at a time, for each whose turn it is.
  func submit(_ buffer: OwnedBuffer<Element>, turn: Int, merge: (OwnedBuffer<Element>, _ turn: Int) -> Void) {
    lock.withLock {
      pending[turn] = buffer
      while let ready = pending.removeValue(forKey: next) {
        merge(ready, next)
        free.append(ready)
        next += 1
      }
    }
  }
}
