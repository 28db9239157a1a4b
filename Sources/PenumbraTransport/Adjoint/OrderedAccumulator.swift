/// Sums gradients of chunks in the order of the chunks.
final class OrderedAccumulator: @unchecked Sendable {
  private let parts: OrderedMerge<Double>
  private let share: RankShare
  /// Written under the lock of `parts`.
  private var sum: [Double]

  init(count: Int, share: RankShare) {
    parts = OrderedMerge(count: count, zero: 0, share: share)
    self.share = share
    sum = [Double](repeating: 0, count: count)
  }

  /// A buffer of zeros.
  func take() -> OwnedBuffer<Double> { parts.take() }

  func submit(_ buffer: OwnedBuffer<Double>, chunk: Int) {
    parts.submit(buffer, turn: chunk) { ready, _ in
      for i in 0..<ready.count { sum[i] += ready.base[i] }
    }
  }

  /// The sum over all chunks, after the last `submit`.
  ///
  /// Of N processes, each adds up one N-th of the elements over the chunks of all, which it then sends to all: no more is
  /// sent than every process's own sums and the total.
  func total(chunks: Int) throws(TransportError) -> [Double] {
    guard let group = share.group else { return sum }
    let slices = (0..<group.count).map { ($0 * sum.count / group.count)..<(($0 + 1) * sum.count / group.count) }
    let slice = slices[group.rank]
    let mine = OwnedBuffer<Double>(repeating: 0, count: slice.count)
    let received = (0..<group.count).map { _ in OwnedBuffer<Double>(uninitialized: slice.count) }
    let none = UnsafeMutableBufferPointer<Double>(start: nil, count: 0)
    try parts.forEachRound(chunks) { own, round throws(TransportError) in
      let outgoing = slices.map { slice in
        UnsafeRawBufferPointer(own.map { UnsafeMutableBufferPointer(rebasing: $0.buffer[slice]) } ?? none)
      }
      let incoming = received.enumerated().map { rank, buffer in
        UnsafeMutableRawBufferPointer(rank < round.count ? buffer.buffer : none)
      }
      try group.exchange(outgoing, incoming)
      for part in received.prefix(round.count) {
        for i in 0..<slice.count { mine.base[i] += part.base[i] }
      }
    }
    return try sum.withUnsafeMutableBufferPointer { sum throws(TransportError) in
      try group.exchange(
        Array(repeating: UnsafeRawBufferPointer(mine.buffer), count: group.count),
        slices.map { UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: sum[$0])) })
      return Array(sum)
    }
  }
}
