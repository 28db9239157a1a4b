import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

struct CumulativeTableTests {
  /// Runs `body` with a table of `weights`.
  private func withTable<Result>(_ weights: [Float], _ body: (CumulativeTable, Float) -> Result) -> Result {
    let storage = OwnedBuffer<Float>(repeating: 0, count: weights.count)
    let total = weights.withUnsafeBufferPointer { CumulativeTable.fill(storage.base, weights: $0) }
    return body(CumulativeTable(cumulative: UnsafePointer(storage.base), count: weights.count), total)
  }

  @Test("Indices are drawn in proportion to their weights, those of weight 0 never")
  func proportions() {
    let weights: [Float] = [0, 1, 0, 5, 2.5, 0, 0, 1e-3, 0]
    withTable(weights) { table, total in
      #expect(abs(total - 8.501) < 1e-5)
      var counts = [Double](repeating: 0, count: weights.count)
      let count = 100_000
      var sampler = testSampler()
      for _ in 0..<count {
        let drawn = table.sample(sampler.next1D())
        counts[drawn.index] += 1
        #expect(drawn.remainder >= 0 && drawn.remainder < 1)
        #expect(drawn.probability == table.probability(drawn.index))
      }
      let test = ChiSquared(observed: counts, expected: weights.map { Double($0 / total) * Double(count) })
      #expect(test.passes(), "\(test)")
    }
  }

  @Test("What is found is the first index whose sum exceeds the number, in tables of every length", arguments: 1...40)
  func search(_ count: Int) {
    var sampler = testSampler(seed: UInt64(count))
    let weights = (0..<count).map { _ in sampler.next1D() < 0.4 ? 0 : sampler.next1D() }
    withTable(weights) { table, _ in
      let sums = (0..<count).map { table.cumulative[$0] }
      for u in (sums + sums.map(\.nextDown) + (0..<50).map { _ in sampler.next1D() }).filter({ (0..<1).contains($0) }) {
        let first = sums.firstIndex { $0 > u } ?? -1
        #expect(table.sample(u).index == first, "\(count) entries, u = \(u)")
        #expect(table.sample(u, among: first / 2, (first + count - 1) / 2).index == first)
      }
    }
  }

  @Test("Both ends of the unit interval reach indices of positive weight") func ends() {
    withTable([0, 3, 0, 1, 0]) { table, _ in
      #expect(table.sample(0).index == 1)
      #expect(table.sample(0x1.fffffep-1).index == 3)
    }
  }

  @Test("Weights that are all 0 give a uniform choice") func allZero() {
    withTable([0, 0, 0, 0]) { table, total in
      #expect(total == 0)
      for i in 0..<4 { #expect(abs(table.probability(i) - 0.25) < 1e-6) }
    }
  }

  @Test("The remainder is uniform again") func remainder() {
    withTable([1, 2, 7]) { table, _ in
      var counts = [Double](repeating: 0, count: 48)
      var sampler = testSampler()
      for _ in 0..<48_000 {
        let drawn = table.sample(sampler.next1D())
        counts[drawn.index * 16 + Int(drawn.remainder * 16)] += 1
      }
      let expected = (0..<48).map { 48_000 * [0.1, 0.2, 0.7][$0 / 16] / 16 }
      let test = ChiSquared(observed: counts, expected: expected)
      #expect(test.passes(), "\(test)")
    }
  }
}

struct GuidedTableTests {
  @Test("A guide changes nothing that a search finds", arguments: [1, 2, 3, 5, 8, 64, 100, 1000])
  func guide(_ count: Int) {
    var sampler = testSampler(seed: UInt64(count))
    for round in 0..<4 {
      // Among them runs of zeros, one weight that outweighs all, and no weight at all.
      let weights = (0..<count).map { i -> Float in
        switch round {
        case 0: sampler.next1D()
        case 1: sampler.next1D() < 0.7 ? 0 : 1
        case 2: i == count / 2 ? 1e6 : sampler.next1D()
        default: 0
        }
      }
      let storage = OwnedBuffer<Float>(repeating: 0, count: GuidedTable.storage(count))
      _ = weights.withUnsafeBufferPointer { GuidedTable.fill(storage.base, weights: $0) }
      let table = GuidedTable(UnsafePointer(storage.base), count: count)
      let edges = (0...64).map { min(Float($0) / 64, 0x1.fffffep-1) } + (0..<count).map { storage.base[$0].nextDown }
      for u in edges.filter({ (0..<1).contains($0) }) + (0..<500).map({ _ in sampler.next1D() }) {
        #expect(table.sample(u) == table.cumulative.sample(u), "\(count) entries, round \(round), u = \(u)")
      }
    }
  }
}

struct EnvironmentDistributionTests {
  static let size = (width: 12, height: 8)

  /// A map with a bright spot, a dark band and a gradient.
  static let texels: [Float] = (0..<size.width * size.height).flatMap { i -> [Float] in
    let (x, y) = (i % size.width, i / size.width)
    if y == 5 { return [0, 0, 0] }
    if x == 3 && y == 2 { return [40, 30, 20] }
    return [0.1 + Float(x) * 0.05, 0.3, 0.02 * Float(y)]
  }

  private func withDistribution<Result>(_ body: (EnvironmentDistribution, Float) -> Result) -> Result {
    let (width, height) = Self.size
    let storage = OwnedBuffer<Float>(
      repeating: 0, count: EnvironmentDistribution.storage(width: width, height: height))
    let integral = Self.texels.withUnsafeBufferPointer {
      EnvironmentDistribution.fill(storage.base, texels: $0.baseAddress!, width: width, height: height)
    }
    return body(EnvironmentDistribution(UnsafePointer(storage.base), width: width, height: height), integral)
  }

  @Test("The density integrates to 1 and draws follow it") func follows() {
    withDistribution { distribution, _ in
      let (columns, rows, count) = (distribution.width, distribution.height, 100_000)
      var counts = [Double](repeating: 0, count: columns * rows)
      var sampler = testSampler()
      for _ in 0..<count {
        let (uv, density) = distribution.sample(sampler.next2D())
        #expect(abs(distribution.density(uv) - density) <= 1e-5 * density)
        counts[min(Int(uv.y * Float(rows)), rows - 1) * columns + min(Int(uv.x * Float(columns)), columns - 1)] += 1
      }
      let expected = (0..<columns * rows).map { i -> Double in
        let uv = SIMD2((Float(i % columns) + 0.5) / Float(columns), (Float(i / columns) + 0.5) / Float(rows))
        return Double(distribution.density(uv)) / Double(columns * rows) * Double(count)
      }
      #expect(abs(expected.reduce(0, +) / Double(count) - 1) < 1e-5)
      let test = ChiSquared(observed: counts, expected: expected)
      #expect(test.passes(), "\(test)")
    }
  }

  @Test("The integral of luminance over the sphere is that of the bilinear lookup") func integral() {
    withDistribution { _, integral in
      let (width, height) = Self.size
      let map = EnvironmentMap(data: 0, scale: 0, matrix: 0, width: Int32(width), height: Int32(height))
      let (columns, rows) = (width * 16, (height - 1) * 32)
      var sum = 0.0
      Self.texels.withUnsafeBufferPointer { texels in
        for row in 0..<rows {
          let v = (Float(row) + 0.5) / Float(rows)
          for column in 0..<columns {
            let f = map.footprint(u: (Float(column) + 0.5) / Float(columns), v: v)
            let luminance = Double(f.color(texels.baseAddress!, f.weights).luminance)
            sum += luminance * sin(Double(v) * .pi) * 2 * .pi / Double(columns) * .pi / Double(rows)
          }
        }
      }
      // Cells take the mean of the lookup times their solid angle, not the mean of the product.
      #expect(abs(Double(integral) - sum) < 0.02 * sum, "\(integral), quadrature \(sum)")
    }
  }
}
