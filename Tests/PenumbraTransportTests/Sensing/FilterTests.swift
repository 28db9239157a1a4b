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

  /// With negative lobes: the filter itself instead of its integral.
  static let signed:
    [(name: String, filter: ReconstructionFilter, radius: Double, value: @Sendable (Double) -> Double)] = [
      ("mitchell", .mitchell(), 2, { spline(abs($0), 1 / 3, 1 / 3) }),
      ("catmullrom", .catmullRom, 2, { spline(abs($0), 0, 0.5) }),
      ("lanczos", .lanczos(), 3, { sinc($0) * sinc($0 / 3) }),
    ]

  private static func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(.pi * x) / (.pi * x) }

  private static func spline(_ x: Double, _ b: Double, _ c: Double) -> Double {
    if x < 1 { return ((12 - 9 * b - 6 * c) * x * x * x + (-18 + 12 * b + 6 * c) * x * x + 6 - 2 * b) / 6 }
    return ((-b - 6 * c) * x * x * x + (6 * b + 30 * c) * x * x + (-12 * b - 48 * c) * x + 8 * b + 24 * c) / 6
  }
}

struct FilterTests {
  @Test(
    "Eight offsets are those of one by one",
    arguments: [ReconstructionFilter.box(radius: 0.5), .box(radius: 1.5), .tent(radius: 1), .gaussian()])
  func packets(_ kind: ReconstructionFilter) {
    let filter = FilterSampler(kind)
    var sampler = testSampler(seed: 8)
    for round in 0..<500 {
      var numbers = Packet((0..<8).map { _ in sampler.next1D() })
      // Both ends and the middle.
      if round == 0 { (numbers[0], numbers[1], numbers[2]) = (0, 0x1.fffffep-1, 0.5) }
      let offsets = filter.offsets(numbers)
      for i in 0..<8 { #expect(offsets[i] == filter.offset(SIMD2(numbers[i], 0.5)).x) }
    }
  }

  @Test("Weighted positions have the mean of the filter for any picture", arguments: FilterCase.signed.indices)
  func signed(_ index: Int) {
    let c = FilterCase.signed[index]
    let filter = FilterSampler(c.filter)
    // ∫ f(x) g(x) dx / ∫ f for waves g, by the midpoint rule.
    func mean(_ g: (Double) -> Double) -> Double {
      let n = 60_000
      var (sum, total) = (0.0, 0.0)
      for i in 0..<n {
        let x = ((Double(i) + 0.5) / Double(n) * 2 - 1) * c.radius
        sum += c.value(x) * g(x)
        total += c.value(x)
      }
      return sum / total
    }
    var sampler = testSampler()
    for (fx, fy) in [(0.0, 0.0), (1.0, 0.0), (2.5, 1.3), (0.4, 4.0)] {
      let estimate = Estimate(count: 200_000) {
        let (offset, weight) = filter.sample(sampler.next2D())
        return Double(weight) * cos(fx * Double(offset.x)) * cos(fy * Double(offset.y))
      }
      let expected = mean { cos(fx * $0) } * mean { cos(fy * $0) }
      #expect(
        estimate.agrees(with: expected, sigmas: 4.5, rounding: 1e-5), "\(c.name): \(estimate), expected \(expected)")
    }
  }

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

  @Test(
    "At a closed border, positions stay inside the film and have the mean of the filter's part there",
    arguments: [ReconstructionFilter.tent(), .gaussian(), .mitchell(), .lanczos()])
  func border(_ filter: ReconstructionFilter) {
    let film = Film(width: 5, height: 4, filter: filter)
    let (border, draw) = (FilmBorder(film), FilterSampler(filter))
    var sampler = testSampler()
    for (x, y) in [(0, 0), (1, 3), (4, 2), (2, 1)] {
      // ∫ f(t) g(t) dt / ∫ f over the part of the axis inside the film, for waves g.
      func mean(_ pixel: Int, _ count: Int, _ g: (Double) -> Double) -> Double {
        let radius = Double(filter.radius)
        let (low, high) = (max(-radius, -Double(pixel) - 0.5), min(radius, Double(count - pixel) - 0.5))
        let n = 40_000
        var (sum, total) = (0.0, 0.0)
        for i in 0..<n {
          let t = low + (high - low) * (Double(i) + 0.5) / Double(n)
          let f = Double(filter.weight(Float(t)))
          sum += f * g(t)
          total += f
        }
        return sum / total
      }
      for frequency in [0.0, 1.0, 2.5] {
        var outside = 0
        let estimate = Estimate(count: 100_000) {
          let (u, scale) = border.confined(sampler.next2D(), x: x, y: y)
          let (offset, weight) = draw.sample(u)
          let (px, py) = (Double(x) + 0.5 + Double(offset.x), Double(y) + 0.5 + Double(offset.y))
          if px < -1e-3 || py < -1e-3 || px > 5 + 1e-3 || py > 4 + 1e-3 { outside += 1 }
          return Double(weight * scale) * cos(frequency * Double(offset.x)) * sin(1 + frequency * Double(offset.y))
        }
        #expect(outside == 0)
        let expected = mean(x, 5) { cos(frequency * $0) } * mean(y, 4) { sin(1 + frequency * $0) }
        #expect(
          estimate.agrees(with: expected, sigmas: 4.5, rounding: 3e-4),
          "\(filter) at \(x), \(y): \(estimate), expected \(expected)")
      }
    }
  }
}
