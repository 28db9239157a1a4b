import Foundation

/// Pearson's χ² test of counts against expected frequencies.
///
/// Cells that expect fewer than 5 are pooled, smallest first, as the χ² approximation asks.
public struct ChiSquared: Sendable, CustomStringConvertible {
  public let statistic: Double
  public let degreesOfFreedom: Int
  /// Probability of a statistic at least as large when the frequencies are right.
  public let pValue: Double
  /// Drawn although it should never be: a count in cells of expectation 0.
  public let impossible: Double

  /// - Parameters:
  ///   - observed: counts.
  ///   - expected: expected counts, same length and same sum; a cell for "nothing drawn" makes the sums equal.
  public init(observed: [Double], expected: [Double]) {
    precondition(observed.count == expected.count, "\(observed.count) counts for \(expected.count) cells")
    var (pooledObserved, pooledExpected) = (0.0, 0.0)
    var (sum, cells, impossible) = (0.0, 0, 0.0)
    for i in expected.indices.sorted(by: { expected[$0] < expected[$1] }) {
      if expected[i] == 0 {
        impossible += observed[i]
        continue
      }
      pooledObserved += observed[i]
      pooledExpected += expected[i]
      guard pooledExpected >= 5 else { continue }
      let difference = pooledObserved - pooledExpected
      sum += difference * difference / pooledExpected
      cells += 1
      (pooledObserved, pooledExpected) = (0, 0)
    }
    // What is left of the pool had no cell large enough to join, so it joins none; it is below 5 counts.
    statistic = sum
    degreesOfFreedom = max(cells - 1, 0)
    self.impossible = impossible
    pValue = degreesOfFreedom > 0 ? SpecialFunctions.upperGamma(Double(degreesOfFreedom) / 2, sum / 2) : 1
  }

  /// Whether the counts may come from the frequencies, at a significance of 1 % shared by `cases` tests (Šidák 1967).
  public func passes(cases: Int = 1) -> Bool {
    impossible == 0 && pValue > Self.significance(cases: cases)
  }

  /// α′ = 1 − (1 − 0.01)^(1/cases).
  public static func significance(cases: Int) -> Double { -expm1(log1p(-0.01) / Double(cases)) }

  public var description: String {
    "χ² = \(statistic) with \(degreesOfFreedom) degrees of freedom, p = \(pValue), \(impossible) impossible draws"
  }
}
