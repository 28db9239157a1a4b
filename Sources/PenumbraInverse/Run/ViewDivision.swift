import PenumbraTransport

/// Divides views among the ranks of a job. Of N ranks, each takes one of N views at a time; the views that are left over
/// are rendered by all ranks together, each a part of the picture.
///
/// What a view gives does not depend on who renders it, and results come in the order of the views, so that sums over them
/// are the same bits for every number of ranks.
struct ViewDivision {
  /// What one view gives, in a form that can be sent.
  struct Part {
    var numbers: [Double]
    var gradient: [Float] = []
  }

  /// `nil` where one process does all.
  let ranks: (any RankGroup)?

  /// - Parameter body: gives the part of a view, from this rank alone or from all together.
  func map(
    _ views: [Int], _ body: (_ view: Int, _ isAlone: Bool) throws(TransportError) -> Part
  ) throws(TransportError) -> [Part] {
    guard let ranks, ranks.count > 1 else {
      return try views.map { view throws(TransportError) in try body(view, false) }
    }
    var parts: [Part] = []
    let whole = views.count / ranks.count * ranks.count
    for first in stride(from: 0, to: whole, by: ranks.count) {
      let own = try agreed(ranks) { () throws(TransportError) in try body(views[first + ranks.rank], true) }
      let numbers = try ranks.gather(own.numbers)
      parts += zip(numbers, try ranks.gather(own.gradient)).map { Part(numbers: $0, gradient: $1) }
    }
    for view in views[whole...] { parts.append(try body(view, false)) }
    return parts
  }

  /// Throws on all ranks when `body` throws on any: the others would wait for it.
  private func agreed(
    _ ranks: any RankGroup, _ body: () throws(TransportError) -> Part
  ) throws(TransportError) -> Part {
    let result = Result { () throws(TransportError) in try body() }
    var failure: TransportError?
    if case .failure(let error) = result { failure = error }
    if try ranks.any(failure != nil) { throw failure ?? TransportError(.cancelled, "another rank stopped") }
    return try result.get()
  }
}
