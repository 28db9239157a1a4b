import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

struct FilterCase: Sendable, CustomStringConvertible {
  let description: String
  let filter: ReconstructionFilter
  let radius: Double
  /// One-dimensional integral from −radius to x, before normalisation.
  let integral: @Sendable (Double) -> Double

  static let all = [
    FilterCase(description: "box", filter: .box(), radius: 0.5) { $0 },
    FilterCase(description: "wide box", filter: .box(radius: 1.25), radius: 1.25) { $0 },
    FilterCase(description: "tent", filter: .tent(), radius: 1) { $0 - $0 * abs($0) / 2 },
    FilterCase(description: "gaussian", filter: .gaussian(), radius: 2) {
      0.5 * (Double.pi / 2).squareRoot() * erf($0 / (0.5 * 2.0.squareRoot())) - exp(-8.0) * $0
    },
  ]
}

struct FilterTests {
  @Test("Film positions follow the filter in both axes", arguments: FilterCase.all)
  func follows(_ c: FilterCase) {
    let filter = FilterSampler(c.filter)
    let (bins, count) = (20, 100_000)
    var counts = [Double](repeating: 0, count: bins * bins)
    var sampler = testSampler()
    for _ in 0..<count {
      let p = filter.offset(sampler.next2D())
      let x = (Double(p.x) / c.radius + 1) / 2 * Double(bins)
      let y = (Double(p.y) / c.radius + 1) / 2 * Double(bins)
      #expect(x >= -1e-5 && y >= -1e-5 && x <= Double(bins) + 1e-5 && y <= Double(bins) + 1e-5)
      counts[min(max(Int(y), 0), bins - 1) * bins + min(max(Int(x), 0), bins - 1)] += 1
    }
    let edges = (0...bins).map { c.integral((2 * Double($0) / Double(bins) - 1) * c.radius) }
    let total = edges[bins] - edges[0]
    let expected = (0..<bins * bins).map { i in
      let (x, y) = (i % bins, i / bins)
      return Double(count) * (edges[x + 1] - edges[x]) * (edges[y + 1] - edges[y]) / (total * total)
    }
    let test = ChiSquared(observed: counts, expected: expected)
    #expect(test.passes(cases: FilterCase.all.count), "\(test)")
  }
}
