import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// A map from the unit square to directions, with its density per solid angle.
struct DirectionWarp: Sendable, CustomStringConvertible {
  let description: String
  let map: @Sendable (SIMD2<Float>) -> SIMD3<Float>
  let density: @Sendable (SIMD3<Float>) -> Float

  static let all: [DirectionWarp] = [
    DirectionWarp(description: "cosine hemisphere", map: { Warp.cosineHemisphere($0) }) {
      Warp.cosineHemisphereDensity($0)
    },
    DirectionWarp(description: "sphere", map: { Warp.sphere($0) }) { _ in 1 / (4 * .pi) },
    cone(0.75), cone(-0.5),
  ]

  /// `cosMax` on a border of histogram cells, so that the quadrature sees no jump.
  private static func cone(_ cosMax: Float) -> DirectionWarp {
    DirectionWarp(description: "cone to cosine \(cosMax)", map: { Warp.cone($0, cosMax: cosMax) }) {
      $0.z >= cosMax ? 1 / (2 * .pi * (1 - cosMax)) : 0
    }
  }
}

struct WarpTests {
  @Test("Directions are drawn with the density that is claimed", arguments: DirectionWarp.all)
  func density(_ warp: DirectionWarp) {
    var sampler = testSampler()
    var histogram = SphereHistogram()
    for _ in 0..<200_000 {
      let v = warp.map(sampler.next2D())
      #expect(abs(v.length - 1) < 1e-5)
      histogram.add(v)
    }
    let (chi, mass) = histogram.test(warp.density)
    #expect(abs(mass - 1) < 1e-4)
    #expect(chi.passes(cases: DirectionWarp.all.count), "\(chi)")
  }

  @Test("Points on the disk are uniform in area") func disk() {
    var sampler = testSampler()
    let (rings, sectors, count) = (16, 24, 200_000)
    var counts = [Double](repeating: 0, count: rings * sectors)
    for _ in 0..<count {
      let p = Warp.disk(sampler.next2D())
      let r2 = p.x * p.x + p.y * p.y
      #expect(r2 <= 1.000_001)
      let phi = atan2(p.y, p.x) / (2 * .pi)
      let sector = min(Int((phi < 0 ? phi + 1 : phi) * Float(sectors)), sectors - 1)
      counts[min(Int(r2 * Float(rings)), rings - 1) * sectors + sector] += 1
    }
    let expected = [Double](repeating: Double(count) / Double(counts.count), count: counts.count)
    let test = ChiSquared(observed: counts, expected: expected)
    #expect(test.passes(), "\(test)")
  }

  @Test("Barycentric coordinates are uniform over the triangle") func triangle() {
    var sampler = testSampler()
    let (side, count) = (16, 100_000)
    var counts = [Double](repeating: 0, count: side * side)
    for _ in 0..<count {
      let b = Warp.triangle(sampler.next2D())
      #expect(b.x >= 0 && b.y >= 0 && b.x + b.y <= 1.000_001)
      // Its own inverse distribution: the part of the area with a smaller b₁, and b₂'s share of the rest.
      let area = 1 - (1 - b.x) * (1 - b.x)
      let share = b.y / (1 - b.x)
      counts[min(Int(share * Float(side)), side - 1) * side + min(Int(area * Float(side)), side - 1)] += 1
    }
    let expected = [Double](repeating: Double(count) / Double(counts.count), count: counts.count)
    let test = ChiSquared(observed: counts, expected: expected)
    #expect(test.passes(), "\(test)")
  }
}
