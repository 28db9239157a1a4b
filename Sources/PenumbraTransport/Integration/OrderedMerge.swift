import Foundation

/// Merges what was computed in parts in the order of the parts, whichever thread finishes first, so that sums are the same
/// bits for every thread count. Holds only buffers whose turn has not come; where several processes share the turns, all of
/// this one's until `finish`.
final class OrderedMerge<Element: BitwiseCopyable>: @unchecked Sendable {
  private let lock = NSLock()
  private var next = 0
  private var pending: [Int: OwnedBuffer<Element>] = [:]
  private var free: [OwnedBuffer<Element>] = []
  private let count: Int
  private let zero: Element
  private let share: RankShare

  /// - Parameter count: elements of a buffer.
  init(count: Int, zero: Element, share: RankShare) {
    self.count = count
    self.zero = zero
    self.share = share
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
      guard share.group == nil else { return }
      while let ready = pending.removeValue(forKey: next) {
        merge(ready, next)
        free.append(ready)
        next += 1
      }
    }
  }

  /// After the last `submit`: calls `merge` for the turns of all processes, in their order.
  func finish(
    turns: Int, merge: (OwnedBuffer<Element>, _ turn: Int) -> Void
  ) throws(TransportError) {
    guard let group = share.group else { return }
    let received = (0..<group.count).map { _ in take() }
    try forEachRound(turns) { own, round throws(TransportError) in
      let sent = own.map { UnsafeRawBufferPointer($0.buffer) } ?? UnsafeRawBufferPointer(start: nil, count: 0)
      let incoming = received.enumerated().map { rank, buffer in
        UnsafeMutableRawBufferPointer(
          rank < round.count ? buffer.buffer : UnsafeMutableBufferPointer(start: nil, count: 0))
      }
      try group.exchange(Array(repeating: sent, count: group.count), incoming)
      for (rank, turn) in round.enumerated() { merge(received[rank], turn) }
    }
  }

  /// Calls `body` for as many turns at a time as there are processes: with this one's buffer, if it has one of them.
  func forEachRound(
    _ turns: Int, _ body: (_ own: OwnedBuffer<Element>?, _ round: Range<Int>) throws(TransportError) -> Void
  ) throws(TransportError) {
    guard let group = share.group else { return }
    for first in stride(from: 0, to: turns, by: group.count) {
      let own = lock.withLock { pending.removeValue(forKey: first + group.rank) }
      try body(own, first..<min(first + group.count, turns))
    }
  }
}
