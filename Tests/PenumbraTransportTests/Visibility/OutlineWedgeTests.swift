import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// An edge along z, between two triangles that leave it under angles to the x axis.
private struct Fold: CustomTestStringConvertible, Sendable {
  static let columns = 24
  var testDescription: String
  /// In cells of the histogram's turn about z, so that its quadrature sees no jump.
  var first: Int
  var second: Int

  var point: EdgePoint {
    func inward(_ cell: Int, _ along: Float) -> Vector3 {
      let angle = 2 * .pi * Float(cell) / Float(Fold.columns)
      return Vector3(cos(angle), sin(angle), along) * 0.7
    }
    return EdgePoint(
      position: [0.3, -0.2, 0.1], along: [0, 0, 1.3], inward: inward(first, 0.4), otherInward: inward(second, -0.2),
      local: .zero)
  }
}

struct OutlineWedgeTests {
  @Test(
    "The directions in which lines pass an edge, and no others, are drawn uniformly",
    arguments: [
      Fold(testDescription: "almost flat", first: 3, second: 3 + Fold.columns / 2 - 1),
      Fold(testDescription: "a right angle", first: 0, second: Fold.columns / 4),
      Fold(testDescription: "a blade", first: 5, second: 6),
    ]
  ) fileprivate func distribution(_ fold: Fold) throws {
    let point = fold.point
    let wedge = try #require(OutlineWedge(point))
    var sampler = testSampler()
    var histogram = SphereHistogram(rows: 32, columns: Fold.columns)
    for _ in 0..<200_000 {
      let direction = wedge.sample(sampler.next2D())
      #expect(abs(direction.length - 1) < 1e-5)
      // Off the border of cells by more than rounding: what lies within it of a border is in doubt.
      let angle = atan2(direction.y, direction.x) * Float(Fold.columns) / (2 * .pi)
      guard abs(angle - angle.rounded()) > 1e-3 else { continue }
      #expect(point.outward(direction) != nil)
      histogram.add(direction)
    }
    let (chi, mass) = histogram.test { point.outward($0) == nil ? 0 : wedge.density }
    #expect(abs(mass - 1) < 1e-4)
    #expect(chi.passes(cases: 3), "\(chi)")
    #expect(abs(wedge.share - 1 / (4 * .pi * wedge.density)) < 1e-6 * wedge.share)
  }

  @Test("A line of any direction passes a border, and none a flat edge") func limits() throws {
    let border = EdgePoint(
      position: .zero, along: [0, 0, 1], inward: [1, 0, 0], otherInward: nil, local: .zero)
    #expect(LineDirections(border).share == 1)
    let flat = EdgePoint(
      position: .zero, along: [0, 0, 1], inward: [1, 0, 0.5], otherInward: [-1, 0, 0.2], local: .zero)
    #expect(LineDirections(flat).share == 0)
    #expect(LineDirections(flat).density == .infinity)
  }
}
