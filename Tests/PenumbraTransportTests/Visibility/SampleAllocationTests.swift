import Testing

@testable import PenumbraTransport

struct SampleAllocationTests {
  private static let paths = 1 << 20

  private func counts(_ terms: [TermPilot], interior: TermPilot) -> [Int] {
    SampleAllocation(paths: Self.paths).counts(terms, interior: interior)
  }

  @Test("No other division of the same rays leaves less variance") func optimum() {
    let terms = [TermPilot(variance: 4, rays: 5), TermPilot(variance: 1, rays: 3)]
    let interior = TermPilot(variance: 9, rays: 2)
    let found = counts(terms, interior: interior)
    func variance(_ n: [Double]) -> Double {
      zip(terms + [interior], n).reduce(0) { $0 + $1.0.variance / $1.1 }
    }
    func rays(_ n: [Double]) -> Double { zip(terms + [interior], n).reduce(0) { $0 + $1.0.rays * $1.1 } }
    let best = found.map { Double($0) } + [Double(Self.paths)]
    for first in [0.8, 0.9, 1.1, 1.25] {
      for second in [0.8, 0.9, 1.1, 1.25] {
        var other = [best[0] * first, best[1] * second, best[2]]
        let scale = rays(best) / rays(other)
        other = other.map { $0 * scale }
        #expect(variance(other) >= variance(best) * (1 - 1e-6))
      }
    }
  }

  @Test("Edges never have more samples than there are paths, and share them as they deserve") func limit() {
    let found = counts(
      [TermPilot(variance: 9, rays: 4), TermPilot(variance: 1, rays: 4)], interior: TermPilot(variance: 0, rays: 2))
    #expect(found[0] + found[1] == Self.paths)
    // 3 : 1 with equal costs, to the rounding of counts.
    #expect(abs(Double(found[0]) / Double(found[1]) - 3) < 1e-4)
  }

  @Test("A term whose pilot found nothing keeps a quarter of the paths") func rare() {
    let found = counts([TermPilot(variance: 0, rays: 4), TermPilot(variance: 1, rays: 4)], interior: TermPilot())
    #expect(found[0] == Self.paths / 4)
    #expect(counts([TermPilot(), TermPilot()], interior: TermPilot()) == [Self.paths / 2, Self.paths / 2])
  }
}
