import Testing

@testable import PenumbraInverse

@Suite("Adam") struct AdamTests {
  private static let unbounded = -Float.infinity...Float.infinity

  @Test("The first step is the rate, whatever the size of the gradient", arguments: [Float(1e-9), 1e-3, 1, 1e6])
  func biasCorrection(gradient: Float) {
    var adam = Adam(count: 2)
    var values: [Float] = [3, 3]
    adam.step(&values, gradient: [gradient, -gradient], rates: [0.1, 0.2], bounds: [Self.unbounded, Self.unbounded])
    #expect(abs(values[0] - 2.9) < 1e-5)
    #expect(abs(values[1] - 3.2) < 1e-5)
  }

  @Test("Two steps equal the recurrences of the paper, evaluated by hand")
  func reference() {
    var adam = Adam(count: 1)
    var values: [Float] = [1]
    for gradient: Float in [0.5, -0.25] {
      adam.step(&values, gradient: [gradient], rates: [0.01], bounds: [Self.unbounded])
    }
    // m = 0.9·0.05 − 0.025 = 0.02, v = 0.999·2.5e-4 + 6.25e-5 = 3.1225e-4; m̂ = m / 0.19, v̂ = v / 0.001999.
    let expected = 0.99 - 0.01 * (0.02 / 0.19) / (3.1225e-4 / 0.001999).squareRoot()
    #expect(abs(Double(values[0]) - expected) < 1e-6)
  }

  @Test("NaN and infinite gradients change nothing but the count")
  func dropped() {
    var adam = Adam(count: 4)
    var values: [Float] = [1, 2, 3, 4]
    let bounds = Array(repeating: Self.unbounded, count: 4)
    adam.step(&values, gradient: [.nan, .infinity, 1e30, 1], rates: [1, 1, 1, 1], bounds: bounds)
    #expect(values[0..<3] == [1, 2, 3])
    #expect(values[3] == 3)
    #expect(adam.droppedGradients == 3)
    #expect(adam.firstMoment[0..<3] == [0, 0, 0])
  }

  @Test("Steps stay inside the bounds")
  func projection() {
    var adam = Adam(count: 1)
    var values: [Float] = [0.95]
    for _ in 0..<10 { adam.step(&values, gradient: [-1], rates: [0.1], bounds: [0...1]) }
    #expect(values == [1])
  }

  @Test("An element that no ray sees keeps its value")
  func zeroGradient() {
    var adam = Adam(count: 1)
    var values: [Float] = [0.3]
    adam.step(&values, gradient: [0], rates: [0.1], bounds: [Self.unbounded])
    #expect(values == [0.3])
  }

  @Test("The cosine tail begins at the full rate, never grows, and ends at one hundredth", arguments: [3, 9, 200])
  func schedule(count: Int) {
    let factors = (0..<count).map { LearningRateSchedule.cosineTail.factor(iteration: $0, of: count) }
    #expect(factors.first == 1)
    #expect(zip(factors, factors.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(abs((factors.last ?? 0) - 0.01) < 1e-6)
    #expect(factors.prefix(count * 2 / 3).allSatisfy { $0 == 1 })
  }

  @Test("A run of one iteration takes a full step")
  func scheduleOfOne() {
    #expect(LearningRateSchedule.cosineTail.factor(iteration: 0, of: 1) == 1)
  }
}
