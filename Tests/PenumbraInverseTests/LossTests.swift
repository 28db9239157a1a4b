import PenumbraTransport
import Testing

@testable import PenumbraInverse

@Suite("Losses") struct LossTests {
  private let rendered: [Float] = [0.2, 1.5, 3, 0.01, 0.7, 0.4]
  private let target: [Float] = [0.5, 1.2, 0.1, 0, 0.72, 8]

  @Test("The adjoint of every loss equals a central difference of its value", arguments: PixelLoss.allCases)
  func adjoint(kind: PixelLoss) {
    expectAdjointMatchesDifferences(Loss(kind), weights: [1, 0.25])
  }

  @Test("The adjoint of a weighted sum equals a central difference of its value")
  func sumAdjoint() {
    expectAdjointMatchesDifferences(Loss([Loss.Term(.l1, weight: 0.3), Loss.Term(.log, weight: 2)]), weights: [])
  }

  private func expectAdjointMatchesDifferences(_ loss: Loss, weights: [Float]) {
    let adjoint = loss.evaluate(rendered: rendered, target: target, weights: weights).adjoint
    for i in rendered.indices {
      let step: Float = 1e-3
      var (above, below) = (rendered, rendered)
      above[i] += step
      below[i] -= step
      let difference =
        (loss.evaluate(rendered: above, target: target, weights: weights).value
          - loss.evaluate(rendered: below, target: target, weights: weights).value) / Double(above[i] - below[i])
      #expect(abs(Double(adjoint[i]) - difference) < 2e-3 * max(1, abs(difference)), "element \(i)")
    }
  }

  @Test("l2 of a constant difference d is d², masked pixels do not count")
  func masked() {
    let loss = Loss(.l2).evaluate(
      rendered: [1, 1, 1, 9, 9, 9], target: [0.5, 0.5, 0.5, 0, 0, 0], weights: [1, 0])
    #expect(abs(loss.value - 0.25) < 1e-7)
    #expect(loss.adjoint[3...] == [0, 0, 0])
  }

  @Test("Equal pictures have no loss and no adjoint", arguments: PixelLoss.allCases)
  func equal(kind: PixelLoss) {
    let loss = Loss(kind).evaluate(rendered: target, target: target)
    #expect(loss.value == 0)
    #expect(loss.adjoint.allSatisfy { $0 == 0 })
  }

  @Test("A mask that hides everything gives zero, not NaN")
  func emptyMask() {
    let loss = Loss(.l1).evaluate(rendered: [1, 1, 1], target: [0, 0, 0], weights: [0])
    #expect(loss.value == 0)
    #expect(loss.adjoint == [0, 0, 0])
  }
}
