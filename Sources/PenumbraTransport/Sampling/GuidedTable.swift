/// A cumulative table with a guide (Chen and Asau 1974): where in the table each of a power of two of equal parts of [0, 1)
/// begins, so that a search in a long table ends after a step or two, near one place in memory. It finds what a plain
/// search finds.
struct GuidedTable {
  private let base: UnsafePointer<Float>
  private let count: Int
  private let parts: Int

  /// - Parameter base: what `fill` writes.
  init(_ base: UnsafePointer<Float>, count: Int) {
    self.base = base
    self.count = count
    parts = Self.parts(count)
  }

  /// About four entries of the table for each part.
  private static func parts(_ count: Int) -> Int { 1 << max(Int.bitWidth - 1 - count.leadingZeroBitCount - 2, 0) }

  /// Floats of a table of `count` entries.
  static func storage(_ count: Int) -> Int { count + parts(count) + 1 }

  /// Number `i` of several tables of this size behind each other.
  @inline(__always) func table(_ i: Int) -> GuidedTable {
    GuidedTable(base + i * Self.storage(count), count: count)
  }

  @inline(__always) var cumulative: CumulativeTable { CumulativeTable(cumulative: base, count: count) }

  /// Where a search begins to read.
  @inline(__always) func guide(_ u: Float) -> UnsafePointer<Float> {
    base + (count + min(Int(u * Float(parts)), parts - 1))
  }

  @inline(__always) func sample(_ u: Float) -> (index: Int, probability: Float, remainder: Float) {
    if count == 1 { return (0, 1, u) }
    let guide = base + count
    // Exact: a power of two only changes the exponent.
    let part = min(Int(u * Float(parts)), parts - 1)
    return cumulative.sample(u, among: Int(guide[part]), Int(guide[part + 1]))
  }

  /// As `CumulativeTable.fill`, and the guide behind it.
  static func fill(_ destination: UnsafeMutablePointer<Float>, weights: UnsafeBufferPointer<Float>) -> Float {
    let total = CumulativeTable.fill(destination, weights: weights)
    let parts = parts(weights.count)
    var index = 0
    for part in 0...parts {
      let start = Float(part) / Float(parts)
      while index < weights.count - 1 && destination[index] <= start { index += 1 }
      // Exact below 2²⁴ entries, more than any picture is wide.
      destination[weights.count + part] = Float(index)
    }
    return total
  }
}
