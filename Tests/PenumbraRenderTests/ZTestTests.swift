import Testing

struct ZTestTests {
  @Test("A picture passes against itself, and fails against one that is 5 standard errors away")
  func detects() {
    let reference = [Float](repeating: 0.5, count: 300)
    let variance = [Float](repeating: 0.04, count: 300)
    let same = ZTest(image: reference, reference: reference, variance: variance, samples: 100, referenceSamples: 32_000)
    #expect(same.passFraction == 1 && same.rootMeanSquare == 0)
    let shifted = reference.map { $0 + 0.1 }
    let other = ZTest(image: shifted, reference: reference, variance: variance, samples: 100, referenceSamples: 32_000)
    #expect(other.passFraction < 0.5)
  }
}
