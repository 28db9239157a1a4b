import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

struct SobolTests {
  /// The points of one pixel in the dimension pair number `pair`.
  private func points(_ count: Int, pixel: Int, pair: Int) -> [SIMD2<Float>] {
    (0..<count).map { sample in
      var sampler = PathSampler(kind: .sobol, seed: 5, pixel: pixel, sample: sample)
      for _ in 0..<pair { _ = sampler.next2D() }
      return sampler.next2D()
    }
  }

  @Test(
    "2ᵏ points are a (0, k, 2)-net: every elementary interval of area 2⁻ᵏ holds exactly one", arguments: 0...10)
  func net(_ k: Int) {
    for pixel in 0..<4 {
      for pair in 0..<3 {
        let points = points(1 << k, pixel: pixel, pair: pair)
        for j in 0...k {
          let (columns, rows) = (1 << j, 1 << (k - j))
          var counts = [Int](repeating: 0, count: columns * rows)
          for p in points { counts[Int(p.y * Float(rows)) * columns + Int(p.x * Float(columns))] += 1 }
          #expect(counts.allSatisfy { $0 == 1 }, "pixel \(pixel), pair \(pair), \(columns) × \(rows)")
        }
      }
    }
  }

  @Test("The four pairs of a vertex are (0, k, 2)-nets of their own", arguments: [3, 6])
  func vertexNets(_ k: Int) {
    let numbers = (0..<1 << k).map { sample in
      var sampler = PathSampler(kind: .sobol, seed: 5, pixel: 8, sample: sample)
      return sampler.nextVertex()
    }
    let pairs: [(VertexNumbers) -> SIMD2<Float>] = [
      { $0.light }, { $0.direction }, { SIMD2($0.emitter, $0.material) }, { SIMD2($0.lobe, $0.roulette) },
    ]
    for pair in pairs {
      for j in 0...k {
        let (columns, rows) = (1 << j, 1 << (k - j))
        var counts = [Int](repeating: 0, count: columns * rows)
        for p in numbers.map(pair) { counts[Int(p.y * Float(rows)) * columns + Int(p.x * Float(columns))] += 1 }
        #expect(counts.allSatisfy { $0 == 1 }, "\(columns) × \(rows)")
      }
    }
  }

  /// The film's place, the light and the direction of the first surface.
  private func six(_ count: Int, pixel: Int, joins: Bool) -> [[Float]] {
    (0..<count).map { sample in
      var sampler = PathSampler(
        kind: .sobol, pixelSeed: PathSampler.pixelSeed(seed: 5, pixel: pixel), sample: sample, joins: joins)
      let film = sampler.next2D()
      let numbers = sampler.nextVertex()
      return [film.x, film.y, numbers.light.x, numbers.light.y, numbers.direction.x, numbers.direction.y]
    }
  }

  @Test("Digits of the third to sixth dimension follow the recurrences of their primitive polynomials")
  func recurrences() {
    // Degree, and the coefficients between the first and the last as bits (Joe & Kuo 2008).
    for (dimension, polynomial) in [(2, 0b1), (3, 0b01), (3, 0b10), (4, 0b001)].enumerated() {
      let (degree, coefficients) = polynomial
      // Most significant digit first.
      let v = (0..<32).map { SobolPoints.reversed(SobolPoints.digits(Int32($0))[dimension]) }
      for j in degree..<32 {
        var expected = v[j - degree] ^ (v[j - degree] >> UInt32(degree))
        for k in 1..<degree where coefficients >> (degree - 1 - k) & 1 == 1 { expected ^= v[j - k] }
        #expect(v[j] == expected)
      }
      for j in 0..<32 { #expect(v[j].trailingZeroBitCount == 31 - j, "a triangular matrix: the points are distinct") }
    }
  }

  @Test("Each of a path's first six numbers is stratified, and the film's place a (0, k, 2)-net", arguments: [4, 6, 8])
  func joinedStrata(_ k: Int) {
    let points = six(1 << k, pixel: 4, joins: true)
    for dimension in 0..<6 {
      #expect(Set(points.map { Int($0[dimension] * Float(1 << k)) }).count == 1 << k)
    }
    for j in 0...k {
      let cells = points.map { Int($0[0] * Float(1 << j)) << 16 | Int($0[1] * Float(1 << (k - j))) }
      #expect(Set(cells).count == 1 << k)
    }
  }

  @Test("Joined, film and light leave less than half of the variance of a smooth product, and its mean")
  func joinedVariance() {
    func products(joins: Bool) -> Estimate {
      Estimate(
        (0..<4000).map { pixel in
          six(64, pixel: pixel, joins: joins).reduce(0.0) {
            $0 + Double(sin(3 * $1[0] + 1) * cos(2 * $1[1]) * ($1[2] * $1[3] + exp(-$1[2]))) / 64
          }
        })
    }
    let (joined, apart) = (products(joins: true), products(joins: false))
    let error = (joined.standardError * joined.standardError + apart.standardError * apart.standardError).squareRoot()
    #expect(abs(joined.mean - apart.mean) < 4 * error)
    #expect(joined.variance < 0.5 * apart.variance, "\(joined.variance) of \(apart.variance)")
  }

  @Test("2ᵏ numbers of one dimension are stratified", arguments: [1, 4, 9])
  func stratified(_ k: Int) {
    let count = 1 << k
    var counts = [Int](repeating: 0, count: count)
    for sample in 0..<count {
      var sampler = PathSampler(kind: .sobol, seed: 2, pixel: 3, sample: sample)
      _ = sampler.next2D()
      counts[Int(sampler.next1D() * Float(count))] += 1
    }
    #expect(counts.allSatisfy { $0 == 1 })
  }

  @Test("The second dimension is Pascal's triangle modulo 2") func pascal() {
    for index: UInt32 in [0, 1, 2, 3, 5, 0x8000_0001, 0xdead_beef] {
      // Digit i of the result (least significant first) is Σ_j C(j, i) a_j mod 2; C(j, i) is odd iff i ⊆ j.
      var digits: UInt32 = 0
      for i: UInt32 in 0..<32 {
        var parity: UInt32 = 0
        for j: UInt32 in 0..<32 where j & i == i { parity ^= (index >> j) & 1 }
        digits |= parity << i
      }
      #expect(SobolPoints.secondDimension(index) == digits)
    }
  }

  @Test("Scrambles of different dimensions and pixels are independent: pairs of sets fill the square evenly")
  func independentScrambles() {
    // One point set of 64 samples, another dimension pair of the same samples: joint counts over many pixels.
    let (side, pixels) = (8, 400)
    var counts = [Double](repeating: 0, count: side * side)
    for pixel in 0..<pixels {
      let (a, b) = (points(64, pixel: pixel, pair: 0), points(64, pixel: pixel, pair: 1))
      // One pair per pixel: samples of one pixel are stratified, hence not independent of each other.
      let i = pixel % 64
      counts[Int(a[i].x * Float(side)) * side + Int(b[i].x * Float(side))] += 1
    }
    let expected = [Double](repeating: Double(pixels) / Double(side * side), count: side * side)
    let test = ChiSquared(observed: counts, expected: expected)
    #expect(test.passes(), "\(test)")
  }

  @Test("Sets of one pixel pair up at random: the mean product over dimensions has no bias")
  func uncorrelated() {
    var estimate = Estimate()
    for pixel in 0..<600 {
      let (a, b) = (points(32, pixel: pixel, pair: 0), points(32, pixel: pixel, pair: 2))
      var sum = 0.0
      for i in 0..<32 { sum += (Double(a[i].x) - 0.5) * (Double(b[i].x) - 0.5) / 32 }
      estimate.add(sum)
    }
    #expect(estimate.agrees(with: 0), "\(estimate)")
    // Shuffled by nested scrambles (Burley 2020), samples 2i and 2i + 1 stay neighbours in every dimension, so that a
    // set of 32 counts as at least 16 independent pairs: at most twice the variance (1/12)² / 32 of random pairing.
    let ratio = estimate.variance * 32 * 144
    #expect(ratio < 2 * (1 + 4 * (2.0 / 600).squareRoot()), "\(ratio) of random pairing's variance")
  }
}
