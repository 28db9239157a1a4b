import Testing

@testable import PenumbraTransport

struct SampleAllocationTests {
  private static let paths = 1 << 20

  private func counts(_ terms: [TermPilot], interior: TermPilot) -> [Int] {
    SampleAllocation(paths: Self.paths).counts(terms, interior: interior)
  }

  @Test("No other division of the same time leaves less variance") func optimum() {
    let terms = [TermPilot(variance: 4, cost: 5), TermPilot(variance: 1, cost: 3)]
    let interior = TermPilot(variance: 324, cost: 2)
    let found = counts(terms, interior: interior)
    func variance(_ n: [Double]) -> Double {
      let points = interior.variance / (SampleAllocation.randomOverPoints * SampleAllocation.randomOverPoints)
      return zip(terms, n).reduce(points / n[2]) { $0 + $1.0.variance / $1.1 }
    }
    func time(_ n: [Double]) -> Double { zip(terms + [interior], n).reduce(0) { $0 + $1.0.cost * $1.1 } }
    let best = found.map { Double($0) } + [Double(Self.paths)]
    for first in [0.8, 0.9, 1.1, 1.25] {
      for second in [0.8, 0.9, 1.1, 1.25] {
        var other = [best[0] * first, best[1] * second, best[2]]
        let scale = time(best) / time(other)
        other = other.map { $0 * scale }
        #expect(variance(other) >= variance(best) * (1 - 1e-6))
      }
    }
  }

  @Test("Edges take half as long as the paths with their derivatives, and share it as they deserve") func budget() {
    let found = counts(
      [TermPilot(variance: 4, cost: 4), TermPilot(variance: 1, cost: 4)], interior: TermPilot(variance: 0, cost: 2))
    #expect(4 * (found[0] + found[1]) == Self.paths)
    // 2 : 1 with equal costs, to the rounding of counts.
    #expect(abs(Double(found[0]) / Double(found[1]) - 2) < 1e-4)
  }

  @Test("Edges never have more samples than there are paths") func limit() {
    #expect(counts([TermPilot(variance: 1, cost: 1)], interior: TermPilot(variance: 0, cost: 6)) == [Self.paths])
  }

  @Test("A term whose pilot found little keeps a quarter of the time, and what is left goes to the other") func rare() {
    for variance in [0, 0.01] {
      let found = counts(
        [TermPilot(variance: variance, cost: 4), TermPilot(variance: 1, cost: 2)], interior: TermPilot(cost: 2))
      #expect(found == [Self.paths / 16, 3 * Self.paths / 8])
    }
    #expect(counts([TermPilot(), TermPilot()], interior: TermPilot()) == [Self.paths / 4, Self.paths / 4])
  }
}
