/// A discrete distribution by its cumulative sums: entry i is the probability of an index ≤ i.
///
/// It points into memory owned by the expanded scene; tables are built once per expansion.
struct CumulativeTable {
  let cumulative: UnsafePointer<Float>
  let count: Int

  /// The first index whose cumulative probability exceeds u, and u rescaled to [0, 1) within it.
  @inline(__always) func sample(_ u: Float) -> (index: Int, probability: Float, remainder: Float) {
    count == 1 ? (0, 1, u) : sample(u, among: 0, count - 1)
  }

  /// The same where the index is known to be in `low...high`.
  @inline(__always)
  func sample(_ u: Float, among low: Int, _ high: Int) -> (index: Int, probability: Float, remainder: Float) {
    var (first, others) = (low, high &- low)
    while others > (count < 8 ? 0 : 7) {
      let half = (others &+ 1) >> 1
      first &+= cumulative[first &+ half &- 1] > u ? 0 : half
      others &-= half
    }
    if others > 0 {
      // Eight at once, without a branch that depends on u: it could not be predicted. Entries before `first` do not exceed u.
      let start = min(first, count &- 8)
      first = start &+ PacketBits((cumulative + start).eight .<= Packet(repeating: u)).count
    }
    let before = cumulative[max(first &- 1, 0)]
    let start: Float = first == 0 ? 0 : before
    let probability = cumulative[first] - start
    let remainder = probability > 0 ? min((u - start) / probability, 0x1.fffffep-1) : 0
    return (first, probability, remainder)
  }

  /// The same for numbers of which most fall to the entry of the one before.
  @inline(__always)
  func sample(_ u: Float, after last: inout CumulativeRun) -> (index: Int, probability: Float, remainder: Float) {
    if last.start <= u && u < last.end {
      let probability = last.end - last.start
      return (last.index, probability, min((u - last.start) / probability, 0x1.fffffep-1))
    }
    let drawn = sample(u)
    let start = drawn.index == 0 ? 0 : cumulative[drawn.index - 1]
    last = CumulativeRun(index: drawn.index, start: start, end: cumulative[drawn.index])
    return drawn
  }

  @inline(__always) func probability(_ index: Int) -> Float {
    cumulative[index] - (index == 0 ? 0 : cumulative[index - 1])
  }

  /// Writes normalised cumulative sums of `weights`; uniform when all weights are 0.
  static func fill(_ destination: UnsafeMutablePointer<Float>, weights: UnsafeBufferPointer<Float>) -> Float {
    var total = 0.0
    for weight in weights { total += Double(weight) }
    var sum = 0.0
    for (i, weight) in weights.enumerated() {
      sum += total > 0 ? Double(weight) / total : 1 / Double(weights.count)
      destination[i] = Float(sum)
    }
    if let last = weights.indices.last {
      // Trailing zero weights must stay unreachable, so close the table at the last positive one.
      let end = total > 0 ? (weights.lastIndex { $0 > 0 } ?? last) : last
      for i in end...last { destination[i] = 1 }
    }
    return Float(total)
  }
}

/// The entry of a table that was drawn last; none at first.
struct CumulativeRun {
  fileprivate(set) var index = -1
  fileprivate var start: Float = 1
  fileprivate var end: Float = 0
}
