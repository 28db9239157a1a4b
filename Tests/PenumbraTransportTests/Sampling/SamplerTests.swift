import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

struct SamplerTests {
  static let kinds: [SamplerSettings.Kind] = [.independent, .sobol]

  @Test("Random numbers lie in [0, 1)", arguments: kinds) func range(_ kind: SamplerSettings.Kind) {
    for sample in 0..<2000 {
      var sampler = PathSampler(kind: kind, seed: 3, pixel: 17, sample: sample)
      for _ in 0..<20 {
        let u = sampler.next2D()
        #expect(u.x >= 0 && u.x < 1 && u.y >= 0 && u.y < 1)
        let v = sampler.next1D()
        #expect(v >= 0 && v < 1)
      }
    }
    #expect(SobolPoints.unit(.max) < 1)
  }

  /// The numbers of a vertex in the order of their uses.
  private static func all(_ n: VertexNumbers) -> [Float] {
    [n.light.x, n.light.y, n.direction.x, n.direction.y, n.emitter, n.material, n.lobe, n.roulette]
  }

  @Test("The numbers of one vertex are uniform and independent of each other, over pixels", arguments: kinds)
  func vertex(_ kind: SamplerSettings.Kind) {
    for i in 0..<8 {
      for j in 0..<i {
        expectUniform(kind, "numbers \(i) and \(j)", cases: 56) {
          let all = Self.all($0.nextVertex())
          return SIMD2(all[i], all[j])
        }
      }
    }
    expectUniform(kind, "consecutive vertices") {
      SIMD2(Self.all($0.nextVertex())[5], Self.all($0.nextVertex())[5])
    }
  }

  /// Counts of pairs drawn by the caller; the pixel varies, so that draws are independent.
  private func expectUniform(
    _ kind: SamplerSettings.Kind, _ name: String, cases: Int = 10, draw: (inout PathSampler) -> SIMD2<Float>,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (side, count) = (16, 1 << 16)
    var counts = [Double](repeating: 0, count: side * side)
    for i in 0..<count {
      var sampler = PathSampler(kind: kind, seed: 11, pixel: i, sample: i % 37)
      let u = draw(&sampler)
      counts[Int(u.y * Float(side)) * side + Int(u.x * Float(side))] += 1
    }
    let expected = [Double](repeating: Double(count) / Double(side * side), count: side * side)
    let test = ChiSquared(observed: counts, expected: expected)
    #expect(test.passes(cases: cases), "\(name): \(test)", sourceLocation: sourceLocation)
  }

  @Test("Pairs are uniform, and so are numbers drawn one after the other, over pixels", arguments: kinds)
  func uniform(_ kind: SamplerSettings.Kind) {
    expectUniform(kind, "2D") { $0.next2D() }
    expectUniform(kind, "consecutive 1D") { SIMD2($0.next1D(), $0.next1D()) }
    expectUniform(kind, "second of 2D, then 1D") { SIMD2($0.next2D().y, $0.next1D()) }
    expectUniform(kind, "two 2D") { SIMD2($0.next2D().x, $0.next2D().x) }
  }

  @Test("Different seeds, sets and neighbouring pixels give independent numbers", arguments: kinds)
  func seeds(_ kind: SamplerSettings.Kind) {
    let (side, count) = (16, 1 << 15)
    func expectIndependent(_ name: String, _ pair: (Int) -> (PathSampler, PathSampler)) {
      var counts = [Double](repeating: 0, count: side * side)
      for i in 0..<count {
        var (a, b) = pair(i)
        counts[Int(a.next1D() * Float(side)) * side + Int(b.next1D() * Float(side))] += 1
      }
      let expected = [Double](repeating: Double(count) / Double(side * side), count: side * side)
      let test = ChiSquared(observed: counts, expected: expected)
      #expect(test.passes(cases: 6), "\(name): \(test)")
    }
    expectIndependent("pixels") {
      (
        PathSampler(kind: kind, seed: 1, pixel: 2 * $0, sample: 5),
        PathSampler(kind: kind, seed: 1, pixel: 2 * $0 + 1, sample: 5)
      )
    }
    expectIndependent("seeds") {
      (
        PathSampler(kind: kind, seed: UInt64(2 * $0), pixel: 7, sample: 0),
        PathSampler(kind: kind, seed: UInt64(2 * $0 + 1), pixel: 7, sample: 0)
      )
    }
    expectIndependent("sets") {
      (
        PathSampler(kind: kind, seed: 1, pixel: $0, sample: 3, set: 0),
        PathSampler(kind: kind, seed: 1, pixel: $0, sample: 3, set: 1)
      )
    }
  }

  @Test("The same seed, pixel and sample give the same numbers", arguments: kinds)
  func repeatable(_ kind: SamplerSettings.Kind) {
    var a = PathSampler(kind: kind, seed: 9, pixel: 4, sample: 2)
    var b = PathSampler(kind: kind, seed: 9, pixel: 4, sample: 2)
    for _ in 0..<50 { #expect(a.next2D() == b.next2D()) }
  }
}
