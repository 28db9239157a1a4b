import Foundation
import PenumbraTransport
import Testing

@testable import PenumbraInverse

@Suite("What pictures leave unexplained") struct UnexplainedTests {
  /// Residuals of two halves: noise of the target, which both share, noise of the render, and a shape.
  private static func residuals(
    side: Int, blur: Bool, seed: UInt64, shape: (_ x: Int, _ y: Int) -> Double
  ) -> Unexplained {
    var normal = UncertaintyTests.Normal(counter: seed)
    var target = (0..<(side * side)).map { _ in normal.next() }
    if blur {
      // As a reconstruction filter of two pixels' radius would: neighbours share samples.
      let sharp = target
      for y in 0..<side {
        for x in 0..<side {
          var sum = 0.0
          for v in max(0, y - 1)...min(side - 1, y + 1) {
            for u in max(0, x - 1)...min(side - 1, x + 1) { sum += sharp[v * side + u] }
          }
          target[y * side + x] = sum / 3
        }
      }
    }
    func half() -> [Float] {
      (0..<(side * side)).flatMap { pixel -> [Float] in
        let value = target[pixel] + normal.next() + shape(pixel % side, pixel / side)
        return [Float](repeating: Float(value), count: 3)
      }
    }
    return Unexplained(half(), half(), width: side)
  }

  @Test(
    "Noise of target and render is noise, whether or not a filter spreads it to neighbours", arguments: [false, true])
  func noise(blur: Bool) {
    var sum = 0.0
    let pictures = 24
    for k in 0..<pictures {
      let found = Self.residuals(side: 64, blur: blur, seed: UInt64(100_000 * (k + 1))) { _, _ in 0 }
      #expect(!found.isSignificant)
      sum += found.agreement
    }
    // Each is a standard normal number.
    #expect(abs(sum / Double(pictures)) < 4.5 / Double(pictures).squareRoot())
  }

  @Test("A shape a quarter as strong as the noise of a pixel is found")
  func shape() {
    // Over a cell of 16 pixels, whose noise has the deviation √2 · 4, it amounts to 16/4: of the 2 · 30 · 32 products of
    // cells that agree to about a half, each is (16/4)² / 2 beside a deviation of (√2 · 4)², nine deviations in all.
    let found = Self.residuals(side: 128, blur: false, seed: 9_000_000) { x, y in
      0.5 * sin(Double(x) / 9) * cos(Double(y) / 7)
    }
    #expect(found.isSignificant, "\(found)")
  }

  @Test("A camera that has to make up for a colour that is wrong and fixed is doubted; one that has not is not")
  func wrongColour() async throws {
    for (colour, isDoubted) in [([0.5, 0.5, 0.5] as [Float], false), ([0.2, 0.4, 0.7], true)] {
      var truth = try InverseProblemTests.scene(colour)
      truth.theta[try truth.structure.parameters.resolve("sensor.x_fov").range.lowerBound] = 43
      var problem = InverseProblem(
        scene: try InverseProblemTests.scene([0.5, 0.5, 0.5]), views: [try InverseProblemTests.view(truth)],
        unknowns: [Problem.Unknown(key: "sensor.x_fov")])
      problem.optimizer.samplesPerPixel = 32
      let unexplained = try #require(try await problem.solve().uncertainty).unexplained
      #expect(unexplained.isSignificant == isDoubted, "\(unexplained)")
    }
  }
}
