import PenumbraTransport
import Testing

@testable import PenumbraInverse

@Suite("Losses") struct LossTests {
  /// Every kind in every space, alone and in a pyramid.
  static let terms: [Loss.Term] = Loss.Kind.allCases.flatMap { kind in
    LossSpace.allCases.flatMap { space in
      [1, 3].map { Loss.Term(kind, space: space, pyramid: $0, weight: 0.7, scale: 0.2) }
    }
  }

  /// A picture of 9 × 7 pixels without symmetries, and a target that differs by up to a third, weights included.
  private static let target: LossTarget = {
    let rgb = (0..<189).map { 0.05 + 0.8 * Float(($0 * 71) % 97) / 97 }
    return LossTarget(width: 9, height: 7, rgb: rgb, weights: (0..<63).map { $0 % 5 == 0 ? 0 : Float($0 % 3 + 1) / 3 })
  }()
  private static let rendered = target.rgb.enumerated().map {
    $0.element * (0.75 + 0.5 * Float(($0.offset * 29) % 31) / 31) + 0.01
  }

  @Test("The adjoint of every loss is its derivative: central differences along random directions", arguments: terms)
  func adjoint(term: Loss.Term) {
    expectAdjointMatchesDifferences(Loss([term]))
  }

  @Test("The adjoint of a weighted sum is the sum of adjoints")
  func sumAdjoint() {
    expectAdjointMatchesDifferences(
      Loss([Loss.Term(.l2, weight: 0.3), Loss.Term(.l2, space: .log, weight: 2), Loss.Term(.ssim, weight: 0.5)]))
  }

  private func expectAdjointMatchesDifferences(_ loss: Loss) {
    let adjoint = loss.evaluate(rendered: Self.rendered, target: Self.target).adjoint
    for seed in 1...4 {
      let direction = Self.rendered.indices.map { Float(($0 * (31 + 12 * seed)) % 23) / 23 - 0.5 }
      // Small enough that no residual of l1 changes its sign.
      let step: Float = 2e-4
      let (above, below) = (
        zip(Self.rendered, direction).map { $0 + step * $1 }, zip(Self.rendered, direction).map { $0 - step * $1 }
      )
      let difference =
        (loss.evaluate(rendered: above, target: Self.target).value
          - loss.evaluate(rendered: below, target: Self.target).value) / Double(2 * step)
      let product = zip(adjoint, direction).reduce(0.0) { $0 + Double($1.0 * $1.1) }
      // Rounding of a `Float` picture in the difference, and of the adjoint's sum.
      let size = zip(adjoint, direction).reduce(0.0) { $0 + abs(Double($1.0 * $1.1)) }
      #expect(abs(product - difference) < 4e-3 * size, "\(product) against \(difference)")
    }
  }

  @Test("l2 of a constant difference d is d², masked pixels do not count", arguments: [1, 2])
  func masked(levels: Int) {
    let target = LossTarget(
      width: 2, height: 1, rgb: [0.5, 0.5, 0.5, 0, 0, 0], weights: [1, 0])
    let loss = Loss([Loss.Term(.l2, pyramid: levels)]).evaluate(rendered: [1, 1, 1, 9, 9, 9], target: target)
    #expect(abs(loss.value - 0.25) < 1e-7)
    #expect(loss.adjoint[3...].allSatisfy { $0 == 0 })
  }

  @Test("Equal pictures have no loss and no adjoint", arguments: terms)
  func equal(term: Loss.Term) {
    let loss = Loss([term]).evaluate(rendered: Self.target.rgb, target: Self.target)
    #expect(abs(loss.value) < 1e-6)
    #expect(loss.adjoint.allSatisfy { abs($0) < 1e-5 })
  }

  @Test("A mask that hides everything gives zero, not NaN", arguments: terms)
  func emptyMask(term: Loss.Term) {
    let target = LossTarget(width: 1, height: 1, rgb: [0, 0, 0], weights: [0])
    let loss = Loss([term]).evaluate(rendered: [1, 1, 1], target: target)
    #expect(loss.value == 0)
    #expect(loss.adjoint == [0, 0, 0])
  }

  @Test("A clipped channel bounds the picture from below only", arguments: Loss.Kind.allCases)
  func clipped(kind: Loss.Kind) {
    var target = LossTarget(width: 1, height: 1, rgb: [1, 1, 0.5], clip: 1)
    let above = Loss(kind).evaluate(rendered: [3, 1.5, 0.5], target: target)
    #expect(abs(above.value) < 1e-6 && above.adjoint.allSatisfy { abs($0) < 1e-5 })
    let below = Loss(kind).evaluate(rendered: [0.5, 1.5, 0.5], target: target)
    #expect(below.value > 1e-3 && below.adjoint[0] < 0 && below.adjoint[1] == 0)
    target.clip = .infinity
    #expect(Loss(kind).evaluate(rendered: [3, 1.5, 0.5], target: target).value > 1e-3)
  }

  @Test("Halving a picture keeps constants and is the transpose of its transpose: ⟨R x, y⟩ = ⟨x, Rᵀ y⟩")
  func reduction() {
    let weights = Self.target.weights
    let reduction = PictureReduction(width: 9, height: 7, weights: weights)
    #expect(reduction.reducedWidth == 5 && reduction.reducedHeight == 4)
    for value in reduction.apply([Float](repeating: 3, count: 63), channels: 1) { #expect(abs(value - 3) < 1e-6) }
    let x = (0..<126).map { Float(($0 * 17) % 29) }
    let y = (0..<40).map { Float(($0 * 13) % 19) }
    let left = zip(reduction.apply(x, channels: 2), y).reduce(0.0) { $0 + Double($1.0 * $1.1) }
    let right = zip(x, reduction.transposed(y, channels: 2)).reduce(0.0) { $0 + Double($1.0 * $1.1) }
    #expect(abs(left - right) < 1e-5 * abs(left))
  }
}
