/// Processes that do one piece of work together, called ranks: each runs the same program on the same inputs and does a part
/// of every pass. All meet in the same exchanges in the same order, and hold the same bits after each.
///
/// Cold boundary: a few exchanges per pass, from the thread that started the pass.
public protocol RankGroup: Sendable {
  /// This process, in 0..<count.
  var rank: Int { get }
  /// Number of processes, at least 1.
  var count: Int { get }

  /// Sends `outgoing[r]` to every rank r, and fills `incoming[r]` with what rank r sends here.
  ///
  /// Both have one part per rank, this one included. What rank r sends here has the size of `incoming[r]`.
  /// - Throws: when another process is lost, unless the group ends this process too.
  func exchange(
    _ outgoing: [UnsafeRawBufferPointer], _ incoming: [UnsafeMutableRawBufferPointer]
  ) throws(TransportError)
}

extension RankGroup {
  /// Whether this process is the one that writes files and speaks for all.
  public var isFirst: Bool { rank == 0 }

  /// The lists of all ranks, in their order.
  public func gather<Element: BitwiseCopyable>(_ own: [Element]) throws(TransportError) -> [[Element]] {
    let counts = try gather(fixed: [own.count], counts: Array(repeating: 1, count: count)).map { $0[0] }
    return try gather(fixed: own, counts: counts)
  }

  /// Whether any rank says so.
  public func any(_ flag: Bool) throws(TransportError) -> Bool {
    try gather(fixed: [flag], counts: Array(repeating: 1, count: count)).contains { $0[0] }
  }

  /// Whether all ranks hold the same words.
  public func agree(on words: [UInt64]) throws(TransportError) -> Bool { try gather(words).allSatisfy { $0 == words } }

  /// - Parameter counts: elements of the lists of all ranks.
  private func gather<Element: BitwiseCopyable>(
    fixed own: [Element], counts: [Int]
  ) throws(TransportError) -> [[Element]] {
    let sent = OwnedBuffer(own)
    let lists = counts.map { OwnedBuffer<Element>(uninitialized: $0) }
    try exchange(
      Array(repeating: UnsafeRawBufferPointer(sent.buffer), count: count),
      lists.map { UnsafeMutableRawBufferPointer($0.buffer) })
    return lists.map { Array($0.buffer) }
  }
}
