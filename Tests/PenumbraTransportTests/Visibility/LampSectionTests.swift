import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// A lamp beside an edge, whose triangles' planes may cut it.
private struct Cut: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var isTriangle = false
  /// Normals of the planes through the origin.
  var normals: [Vector3]
  var isLeftOut = false

  let corner = Vector3(-0.7, -0.6, 2)
  let sides = (Vector3(1.5, 0.2, 0.3), Vector3(-0.1, 1.4, -0.2))
  var section: LampSection {
    LampSection(
      LampSection.Planes(point: .zero, normals: (normals[0], normals[1])), corner: corner, sides: sides,
      isTriangle: isTriangle)
  }

  /// Whether a point of the lamp is on one side of both planes, from −1 to 1 by how clearly it is.
  func side(_ u: SIMD2<Float>) -> Float {
    let p = corner + sides.0 * u.x + sides.1 * u.y
    return dot(p, normals[0]) * dot(p, normals[1])
  }
}

struct LampSectionTests {
  private static let grid = 20

  @Test(
    "Points are drawn evenly from the part of a lamp that lies on one side of both planes, and from no other",
    arguments: [
      Cut(testDescription: "two corners of a square", normals: [[1, 0.2, 0], [-0.3, 1, 0.05]]),
      Cut(testDescription: "a strip", normals: [[1, 0.3, 0], [-1, -0.2, 0.02]]),
      Cut(testDescription: "a triangle", isTriangle: true, normals: [[1, 0.2, 0], [-0.3, 1, 0.05]]),
      Cut(testDescription: "all of it", normals: [[0, 0, 1], [0.1, 0, 1]]),
      Cut(testDescription: "nothing", normals: [[0, 0, 1], [0, 0.1, -1]], isLeftOut: true),
    ]
  ) fileprivate func distribution(_ cut: Cut) {
    let (grid, count) = (Self.grid, 200_000)
    var sampler = testSampler(seed: 7)
    // The share of each cell by even points, and of all of the lamp.
    var (expected, area, isIn) = ([Double](repeating: 0, count: grid * grid), 0.0, 0.0)
    let fine = 40 * grid
    for y in 0..<fine {
      for x in 0..<fine {
        let u = SIMD2(Float(x) + 0.5, Float(y) + 0.5) / Float(fine)
        guard !cut.isTriangle || u.x + u.y < 1 else { continue }
        area += 1
        guard cut.side(u) > 0 else { continue }
        isIn += 1
        expected[y / 40 * grid + x / 40] += 1
      }
    }
    let section = cut.section
    // The quadrature is off by about half of its cells along the lines and the triangle's side.
    #expect(abs(Double(section.share) - isIn / area) < 3 / Double(fine))
    guard !cut.isLeftOut else { return #expect(section.share == 0) }
    var observed = [Double](repeating: 0, count: grid * grid)
    for _ in 0..<count {
      let u = section.sample(sampler.next2D())
      #expect(cut.side(u) > -1e-5)
      #expect(u.x > -1e-6 && u.y > -1e-6 && (cut.isTriangle ? u.x + u.y : max(u.x, u.y)) < 1 + 1e-6)
      let cell = (u * Float(grid)).clamped(lowerBound: .zero, upperBound: SIMD2(repeating: Float(grid) - 1))
      observed[Int(cell.y) * grid + Int(cell.x)] += 1
    }
    // Cells that a line crosses are counted by the quadrature to a few per cent: they are left to the share above.
    let whole = expected.indices.filter { expected[$0] == 1600 }
    let scale = Double(count) / isIn
    let rest = Double(count) - whole.reduce(0) { $0 + observed[$1] }
    let missing = Double(count) - whole.reduce(0) { $0 + expected[$1] * scale }
    let chi = ChiSquared(
      observed: whole.map { observed[$0] } + [rest], expected: whole.map { expected[$0] * scale } + [missing])
    #expect(chi.passes(cases: 4), "\(chi)")
  }
}
