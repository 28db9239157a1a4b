import Foundation
import Testing

@testable import PenumbraInverse
@testable import PenumbraTransport

@Suite("Pictures whose noise differs from pixel to pixel") struct NoiseWeightsTests {
  /// Two halves of the samples of a picture with an unknown that is added to every value.
  private static func halves(side: Int, _ value: (_ x: Int) -> Double) -> (PictureJacobian, PictureJacobian) {
    func half() -> PictureJacobian {
      let rgb = (0..<(3 * side * side)).map { Float(value($0 / 3 % side)) }
      return PictureJacobian(
        width: side, height: side, rgb: rgb, count: 1, rows: [Float](repeating: 1, count: rgb.count),
        statistics: RenderStatistics())
    }
    return (half(), half())
  }

  /// The Gauss–Newton step from the truth: the error of an estimate.
  private static func error(
    _ halves: (PictureJacobian, PictureJacobian), target: Float, _ term: Loss.Term, weighsNoise: Bool
  ) -> Double {
    let side = halves.0.width
    var view = ViewLinearization(count: 1, width: side, height: side, weighsNoise: weighsNoise)
    view.add(
      term, halves,
      target: LossTarget(width: side, height: side, rgb: [Float](repeating: target, count: 3 * side * side)))
    return -view.gradient[0] / view.hessian[0]
  }

  @Test("Bright samples in a quarter of a picture neither bias an estimate nor make it worse than the rest alone")
  func fireflies() {
    var normal = UncertaintyTests.Normal(counter: 40_000)
    let (side, quiet, trials, rarity) = (32, 0.01, 200, 4.0)
    var (sum, squares, plain) = (0.0, 0.0, 0.0)
    for trial in 0..<trials {
      let seeds = SeedSequence(seed: UInt64(trial))
      var counter = 0
      let halves = Self.halves(side: side) { x in
        guard x >= side * 3 / 4 else { return 1 + quiet * normal.next() }
        counter += 1
        // Mean 1, since one in so many is brighter by as much as the others are darker in sum.
        let isBright = seeds.seed(iteration: counter, view: 0, for: .gradient) % UInt64(rarity) == 0
        return isBright ? 1 + 0.1 * (rarity - 1) : 0.9
      }
      let error = Self.error(halves, target: 1, Loss.Term(.l2), weighsNoise: true)
      sum += error
      squares += error * error
      plain += pow(Self.error(halves, target: 1, Loss.Term(.l2), weighsNoise: false), 2)
    }
    // The variance of the mean over the quiet pixels of both halves, but for the two columns next to the noise. A pixel
    // of the rest counts 10⁻⁴/0.015 times: together they add a part in two hundred.
    let expected = quiet * quiet / Double(2 * 3 * side * (side * 3 / 4 - 2))
    let mean = sum / Double(trials)
    #expect(abs(mean) < 4.5 * (expected / Double(trials)).squareRoot(), "bias \(mean)")
    let ratio = squares / Double(trials) / expected
    #expect(ratio < 1 + 4.5 * (2 / Double(trials)).squareRoot(), "\(ratio) of the variance of the quiet part")
    #expect(plain > 20 * squares)
  }

  @Test("Far from the solution all pixels count alike, however noisy their renders are")
  func far() {
    var normal = UncertaintyTests.Normal(counter: 80_000)
    let side = 32
    let a = (0..<(3 * side * side)).map { _ in Float(1 + 0.01 * normal.next()) }
    let b = (0..<(3 * side * side)).map { _ in Float(1 + 0.01 * normal.next()) }
    let weights = NoiseWeights(
      width: side, height: side, weights: [Float](repeating: 1, count: side * side), residuals: (a, b)
    ) { _ in true }
    // v is 10⁻⁴/2 beside τ² = 1.
    #expect(weights.values.allSatisfy { abs($0 - 1) < 1e-4 })
  }

  @Test("The noise of few samples does not pull a comparison of logarithms away from the truth")
  func logarithm() {
    var normal = UncertaintyTests.Normal(counter: 500_000)
    let (side, noise, pictures) = (64, 0.14, 40)
    var errors: [Double] = []
    for _ in 0..<pictures {
      let halves = Self.halves(side: side) { _ in 1 + noise * normal.next() }
      errors.append(Self.error(halves, target: 1, Loss.Term(.l2, space: .log), weighsNoise: false))
    }
    let mean = errors.reduce(0, +) / Double(pictures)
    let standardError = noise / Double(2 * 3 * side * side * pictures).squareRoot()
    // ½ f″ σ² / f′ of a half, with f = ln(1 + x) at 1, is twenty times as large as what is allowed here.
    #expect(abs(mean) < 4.5 * standardError, "\(mean) ± \(standardError)")
  }
}
