import Foundation
public import PenumbraTransport

/// Ranks that are threads of one process: exchanges without MPI.
public final class ThreadRanks: RankGroup {
  public let rank: Int
  public let count: Int
  private let board: Board

  private init(rank: Int, board: Board) {
    self.rank = rank
    count = board.count
    self.board = board
  }

  /// Calls `body` on `count` threads, each of which is a rank.
  ///
  /// - Returns: the results in the order of the ranks.
  /// - Throws: what the first rank that fails throws; the others then lose it at their next exchange.
  public static func run<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (ThreadRanks) throws -> Result
  ) throws -> [Result] {
    let board = Board(count: count)
    let results = Results<Result>(count: count)
    let running = DispatchGroup()
    for rank in 0..<count {
      running.enter()
      let thread = Thread {
        let result = Swift.Result { try body(ThreadRanks(rank: rank, board: board)) }
        results.set(rank, result)
        if case .failure = result { board.close() }
        running.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    running.wait()
    return try results.all()
  }

  public func exchange(
    _ outgoing: [UnsafeRawBufferPointer], _ incoming: [UnsafeMutableRawBufferPointer]
  ) throws(TransportError) {
    precondition(outgoing.count == count && incoming.count == count)
    let parts = try board.exchange(outgoing.map { Array($0) }, rank: rank)
    for (other, part) in parts.enumerated() {
      guard part.count == incoming[other].count else {
        throw TransportError(
          .ranks, "rank \(other) sends \(part.count) bytes to rank \(rank), which expects \(incoming[other].count)")
      }
      incoming[other].copyBytes(from: part)
    }
  }

  /// Where all leave what they send: nobody takes anything until all have, nor leaves anything new until all have taken.
  private final class Board: @unchecked Sendable {
    let count: Int
    private let condition = NSCondition()
    private var posted: [[[UInt8]]?]
    private var readers = 0
    private var isClosed = false

    init(count: Int) {
      self.count = count
      posted = Array(repeating: nil, count: count)
    }

    /// Leaves one part for every rank, and takes what all left for this one.
    func exchange(_ parts: [[UInt8]], rank: Int) throws(TransportError) -> [[UInt8]] {
      condition.lock()
      defer { condition.unlock() }
      while readers > 0, !isClosed { condition.wait() }
      posted[rank] = parts
      if posted.allSatisfy({ $0 != nil }) {
        readers = count
        condition.broadcast()
      }
      while readers == 0, !isClosed { condition.wait() }
      guard readers > 0 else { throw TransportError(.ranks, "another rank is lost") }
      let taken = posted.compactMap { $0?[rank] }
      readers -= 1
      if readers == 0 {
        posted = Array(repeating: nil, count: count)
        condition.broadcast()
      }
      return taken
    }

    func close() {
      condition.withLock {
        isClosed = true
        condition.broadcast()
      }
    }
  }

  private final class Results<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var values: [Result<Value, any Error>?]

    init(count: Int) { values = Array(repeating: nil, count: count) }

    func set(_ rank: Int, _ value: Result<Value, any Error>) { lock.withLock { values[rank] = value } }

    func all() throws -> [Value] { try lock.withLock { try values.compactMap { try $0?.get() } } }
  }
}
