/// Which views an iteration looks at: every view once before any comes again, in an order that is new every time.
///
/// A function of the iteration's draw alone, so that a resumed run sees the views that it would have seen.
struct ViewBatches: Sendable {
  /// Number of views, at least 1.
  let count: Int
  /// Views of an iteration, in 1...count; iterations of one round differ by at most one view.
  let size: Int
  let seeds: SeedSequence

  init(count: Int, size: Int?, seeds: SeedSequence) {
    self.count = count
    self.size = max(1, min(size ?? count, count))
    self.seeds = seeds
  }

  /// Iterations until every view was seen once.
  var round: Int { (count + size - 1) / size }

  /// The views of a draw in rising order, and what their sum is multiplied by to stand for all views.
  func views(draw: Int) -> (indices: [Int], factor: Double) {
    guard round > 1 else { return (Array(0..<count), 1) }
    let (number, place) = draw.quotientAndRemainder(dividingBy: round)
    let order = order(number)
    let indices = order[(place * count / round)..<((place + 1) * count / round)].sorted()
    return (indices, Double(count) / Double(indices.count))
  }

  /// A permutation of the views for one round.
  ///
  /// - Source: Fisher & Yates, in Durstenfeld's form (1964).
  private func order(_ round: Int) -> [Int] {
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) {
      let word = seeds.seed(iteration: round, view: i, for: .order)
      order.swapAt(i, Int(word.multipliedFullWidth(by: UInt64(i + 1)).high))
    }
    return order
  }
}
