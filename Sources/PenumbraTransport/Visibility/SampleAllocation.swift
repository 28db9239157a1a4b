/// How a term of a derivative's estimate varies, and what it costs.
struct TermPilot {
  /// Variance of the picture's derivative, summed over pixels, that one sample alone would leave.
  var variance = 0.0
  /// Time of a sample, see `SampleCost`.
  var cost = 1.0
  /// A pilot run may have missed what matters: the term keeps this part of the time.
  var leastShare = 0.25

  /// Standard deviation over the root of the cost.
  fileprivate var merit: Double {
    let value = (variance / cost).squareRoot()
    return value.isFinite ? value : 0
  }
}

/// How many samples the boundary terms get beside the interior's: for the least error in a given time each term has samples
/// in proportion to its standard deviation over the root of its cost (Neyman 1934), and together they take half as long as the
/// interior's paths with their derivatives, at most. None has more samples than there are paths.
struct SampleAllocation {
  /// Camera paths of the interior.
  let paths: Int

  private static let leastCount = 1024
  /// Of the interior's time.
  private static let largestShare = 0.5
  /// What a pilot run calls the interior's noise, that of random paths, over that of low-discrepancy points.
  static let randomOverPoints = 2.0

  /// - Parameter terms: those that share the time.
  func counts(_ terms: [TermPilot], interior: TermPilot) -> [Int] {
    let budget = Self.largestShare * Double(paths) * interior.cost
    let least = terms.map { $0.leastShare * budget / $0.cost }
    guard terms.contains(where: { $0.merit > 0 }) else {
      return terms.map { count(budget / (Double(terms.count) * $0.cost)) }
    }
    let best = interior.merit > 0 ? Double(paths) * Self.randomOverPoints / interior.merit : .infinity
    let scale = min(best, scale(terms, least, budget))
    return zip(terms, least).map { count(max($0.merit * scale, $1)) }
  }

  /// Samples for each unit of merit with which all terms use up the budget: those that would have less than their least get
  /// that, and the others share the rest.
  private func scale(_ terms: [TermPilot], _ least: [Double], _ budget: Double) -> Double {
    var isShort = terms.map { _ in false }
    while true {
      var (rest, total) = (budget, 0.0)
      for (i, term) in terms.enumerated() {
        if isShort[i] { rest -= least[i] * term.cost } else { total += term.merit * term.cost }
      }
      guard total > 0 else { return 0 }
      let scale = max(rest, 0) / total
      let short = terms.indices.filter { !isShort[$0] && terms[$0].merit * scale < least[$0] }
      if short.isEmpty { return scale }
      for i in short { isShort[i] = true }
    }
  }

  private func count(_ wanted: Double) -> Int { max(Int(min(wanted, Double(paths)).rounded()), Self.leastCount) }
}
