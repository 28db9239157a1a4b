/// Sums gradients of chunks in the order of the chunks.
final class OrderedAccumulator: @unchecked Sendable {
  private let parts: OrderedMerge<Double>
  /// Written under the lock of `parts`.
  private(set) var total: [Double]

  init(count: Int) {
    parts = OrderedMerge(count: count, zero: 0)
    total = [Double](repeating: 0, count: count)
  }

  /// A buffer of zeros.
  func take() -> OwnedBuffer<Double> { parts.take() }

  func submit(_ buffer: OwnedBuffer<Double>, chunk: Int) {
    parts.submit(buffer, turn: chunk) { ready, _ in
      for i in 0..<ready.count { total[i] += ready.base[i] }
    }
  }
}
