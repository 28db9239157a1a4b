import Dispatch

/// Work on all processors whose result does not depend on their number.
enum Parallel {
  /// The results of `body` for 0..<count, in order.
  static func map<Result: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
      let target = Slots(base: buffer.baseAddress)
      DispatchQueue.concurrentPerform(iterations: count) { index in
        target.base.map { ($0 + index).initialize(to: body(index)) }
      }
      initialized = count
    }
  }

  /// Distinct iterations write distinct elements.
  private struct Slots<Result>: @unchecked Sendable { let base: UnsafeMutablePointer<Result>? }

  /// `count` split into `parts` ranges of nearly one length.
  static func ranges(_ count: Int, parts: Int) -> [Range<Int>] {
    (0..<parts).map { (count * $0 / parts)..<(count * ($0 + 1) / parts) }
  }
}
