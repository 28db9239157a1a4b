import Testing

@testable import PenumbraInverse

@Suite("A second chance") struct SecondChanceTests {
  private static func model(_ base: [Float], loss: Double, curvature: [Double], variance: Double = 0) -> NormalEquations
  {
    var hessian = SymmetricMatrix(count: base.count)
    for (i, value) in curvature.enumerated() { hessian[i, i] = value }
    return NormalEquations(
      base: base, loss: loss, variance: variance, gradient: base.map { _ in 0 }, hessian: hessian,
      noisyHessian: hessian, answer: hessian.trace, weight: 1)
  }

  @Test("What ended on a bound, and what lost its meaning there, begins again; the rest stays")
  func restart() {
    var chance = SecondChance()
    chance.begin(Self.model([0.5, 0.4, 1], loss: 1, curvature: [1, 1, 1]))
    let end = Self.model([0, 0.9, 3], loss: 0.1, curvature: [1, 1e-4, 0.5])
    #expect(chance.restart(from: end, isOnBound: [true, false, false])! == ([0.5, 0.4, 3], false))
    #expect(chance.rival == end)
    #expect(chance.restart(from: end, isOnBound: [true, false, false]) == nil, "once only")
  }

  @Test("Where a tenth of the first difference is left and nothing else is to blame, all begins again")
  func missed() {
    for (loss, isMissed) in [(0.11, true), (0.09, false)] {
      var chance = SecondChance()
      chance.begin(Self.model([0.5, 0.4], loss: 1, curvature: [1, 1]))
      let again = chance.restart(
        from: Self.model([0, 0.9], loss: loss, curvature: [1, 1]), isOnBound: [false, false])
      #expect(again?.point == (isMissed ? [0.5, 0.4] : nil) && again?.isStart != false)
    }
  }

  @Test("Nothing begins again where pictures are explained, or differ by noise alone, or no bound was met")
  func reasons() {
    let start = Self.model([0.5], loss: 1, curvature: [1])
    for (loss, variance, isOnBound) in [(1e-4, 0.0, true), (0.1, 0.01, true), (0.1, 0, false)] {
      var chance = SecondChance()
      chance.begin(start)
      let end = Self.model([0], loss: loss, curvature: [1], variance: variance)
      #expect(chance.restart(from: end, isOnBound: [isOnBound]) == nil)
    }
  }

  @Test("The better of both ends counts")
  func better() {
    var chance = SecondChance()
    chance.begin(Self.model([0.5], loss: 1, curvature: [1]))
    let end = Self.model([0], loss: 0.1, curvature: [1])
    #expect(chance.better(than: end) == nil)
    _ = chance.restart(from: end, isOnBound: [true])
    #expect(chance.better(than: Self.model([0.4], loss: 0.05, curvature: [1])) == nil)
    #expect(chance.better(than: Self.model([0.4], loss: 0.2, curvature: [1])) == end)
  }

  @Test("It survives a checkpoint")
  func coding() throws {
    var chance = SecondChance()
    chance.begin(Self.model([0.5, 1], loss: 1, curvature: [1, 2]))
    for _ in 0..<2 {
      var encoder = ByteEncoder()
      chance.encode(into: &encoder)
      var decoder = ByteDecoder(encoder.bytes[...])
      var copy = SecondChance()
      #expect(copy.decode(from: &decoder, count: 2) && decoder.isAtEnd && copy == chance)
      var other = ByteDecoder(encoder.bytes[...])
      #expect(!copy.decode(from: &other, count: 3))
      _ = chance.restart(from: Self.model([0, 1], loss: 0.1, curvature: [1, 2]), isOnBound: [true, false])
    }
  }
}
