/// How a term of a derivative's estimate varies, and what it costs.
struct TermPilot {
  /// Variance of the picture's derivative, summed over pixels, that one sample alone would leave.
  var variance = 0.0
  /// Rays per sample: a cost that is the same on every machine.
  var rays = 1.0
  /// A pilot run may have missed what matters: the term keeps this part of the paths.
  var leastShare = 0.25

  /// Standard deviation over the root of the cost.
  fileprivate var merit: Double {
    let value = (variance / max(rays, 1)).squareRoot()
    return value.isFinite ? value : 0
  }
}

/// How many samples the boundary terms get beside the interior's: for the least error in a given time each term has samples
/// in proportion to its standard deviation over the root of its cost (Neyman 1934).
struct SampleAllocation {
  /// Camera paths of the interior, and at most as many boundary samples.
  let paths: Int

  private static let leastCount = 1024

  /// - Parameter terms: those that share the samples.
  func counts(_ terms: [TermPilot], interior: TermPilot) -> [Int] {
    let total = terms.reduce(0) { $0 + $1.merit }
    let scale = Double(paths) / max(total, interior.merit)
    return terms.map { term in
      let wanted = total > 0 ? term.merit * scale : Double(paths) / Double(terms.count)
      return max(Int(max(wanted, term.leastShare * Double(paths)).rounded()), Self.leastCount)
    }
  }
}
