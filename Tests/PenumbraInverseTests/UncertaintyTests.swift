import Foundation
import Testing

@testable import PenumbraInverse
@testable import PenumbraTransport

@Suite("Uncertainty") struct UncertaintyTests {
  /// Reproducible normal numbers.
  struct Normal {
    var counter: UInt64
    mutating func next() -> Double {
      func uniform() -> Double {
        counter += 1
        let word = SeedSequence(seed: 77).seed(iteration: Int(counter), view: 0, for: .gradient)
        return (Double(word >> 11) + 0.5) / Double(1 << 53)
      }
      return (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
    }
  }

  @Test("A pyramid compares the same noise several times, which does not make an error bar smaller", arguments: [1, 4])
  func pyramid(levels: Int) throws {
    let (side, noise, pictures, block) = (256, 0.1, 16, 32)
    var normal = Normal(counter: 900)
    var squares = 0.0
    for _ in 0..<pictures {
      let error = try Self.errorOfLevel(side: side, noise: noise, levels: levels, block: block, &normal)
      squares += error * error / Double(pictures)
    }
    // σ²/N, from as many blocks as there are in all pictures: a variance is then known to one part in √(M/2).
    let expected = noise * noise / Double(3 * side * side)
    let chance = 4.5 * (2 / Double(pictures * side * side / (block * block))).squareRoot()
    // A pixel's noise leaves its block with the probability E|d|/B per axis, where the binomial filters of k halvings displace
    // it by √((4ᵏ − 1)/3) in the root mean square; the square of the share that stays is what a block's score keeps of it.
    let spread = (0..<levels).map { ((pow(4, Double($0)) - 1) / 3).squareRoot() }.reduce(0, +) / Double(levels)
    let lost = 2 * 2 * spread / Double(block)
    let ratio = squares / expected
    // Four sizes that counted as independent would make it 1/4.
    #expect(ratio > 1 - lost - chance && ratio < 1 + chance, "\(ratio), of which a pyramid may lose \(lost)")
  }

  /// The standard error of one number that is added to every value of a picture of noise.
  private static func errorOfLevel(
    side: Int, noise: Double, levels: Int, block: Int, _ normal: inout Normal
  ) throws -> Double {
    let target = LossTarget(
      width: side, height: side, rgb: (0..<(3 * side * side)).map { _ in Float(0.5 + noise * normal.next()) })
    let picture = PictureJacobian(
      width: side, height: side, rgb: target.rgb.map { _ in 0.5 }, count: 1, rows: target.rgb.map { _ in 1 },
      statistics: RenderStatistics())
    var view = ViewLinearization(count: 1, width: side, height: side, blockSide: block)
    view.add(Loss.Term(.l2, pyramid: levels), (picture, picture), target: target)
    let model = Linearization(
      loss: view.loss, gradient: [0], hessian: SymmetricMatrix(count: 1, elements: view.hessian))
    let uncertainty = Uncertainty(model, scores: view.scores, renderShare: 1, names: ["level"])
    return try #require(uncertainty.standardErrors[0])
  }

  @Test("The truth lies within two standard errors in 90 to 99 of 100 linear problems, with unequal noise per datum")
  func coverage() {
    var normal = Normal(counter: 0)
    var inside = 0
    for problem in 0..<100 {
      let n = 1 + problem % 5
      let rows = (0..<200).map { _ in (0..<n).map { _ in normal.next() } }
      let truth = (0..<n).map { _ in normal.next() }
      let data = rows.map { row in
        zip(row, truth).reduce(0) { $0 + $1.0 * $1.1 } + normal.next() * (0.1 + abs(row[0]))
      }
      var hessian = SymmetricMatrix(count: n)
      var right = [Double](repeating: 0, count: n)
      for (row, datum) in zip(rows, data) {
        for i in 0..<n {
          right[i] += 2 * row[i] * datum
          for j in 0..<n { hessian[i, j] += 2 * row[i] * row[j] }
        }
      }
      let estimate = CholeskyFactor(hessian)?.solve(right) ?? []
      let scores = zip(rows, data).map { row, datum in
        let r = zip(row, estimate).reduce(0) { $0 + $1.0 * $1.1 } - datum
        return (a: row.map { 2 * $0 * r }, b: row.map { 2 * $0 * r })
      }
      let model = Linearization(loss: 0, gradient: [Double](repeating: 0, count: n), hessian: hessian)
      let errors = Uncertainty(model, scores: scores, renderShare: 0, names: (0..<n).map { "x\($0)" }).standardErrors
      // One element per problem, so that the hundred are independent.
      let k = problem % n
      if let error = errors[k], abs(estimate[k] - truth[k]) < 2 * error { inside += 1 }
    }
    #expect((90...99).contains(inside), "\(inside) of 100")
  }

  @Test("Two unknowns of which only the product counts are named as not determined, a third keeps its error")
  func nullDirection() {
    // Rows depend on x + y and z alone.
    var hessian = SymmetricMatrix(count: 3)
    var scores: [(a: [Double], b: [Double])] = []
    var normal = Normal(counter: 1000)
    for _ in 0..<64 {
      let (p, q) = (normal.next(), normal.next())
      let row = [p, p, q]
      for i in 0..<3 { for j in 0..<3 { hessian[i, j] += row[i] * row[j] } }
      let r = normal.next()
      scores.append((a: row.map { $0 * r }, b: row.map { $0 * r }))
    }
    let uncertainty = Uncertainty(
      Linearization(loss: 0, gradient: [0, 0, 0], hessian: hessian), scores: scores, renderShare: 0,
      names: ["x", "y", "z"])
    #expect(uncertainty.standardErrors[0] == nil && uncertainty.standardErrors[1] == nil)
    #expect(uncertainty.standardErrors[2] ?? 0 > 0.05)
    #expect(uncertainty.nullDirections.count == 1)
    let text = uncertainty.nullDirections.first?.text ?? ""
    #expect(text.contains("0.71 x") && text.contains("0.71 y") && !text.contains("z"))
  }

  @Test("Strongly correlated errors are listed, strongest first")
  func correlations() {
    var hessian = SymmetricMatrix(count: 3)
    var scores: [(a: [Double], b: [Double])] = []
    var normal = Normal(counter: 2000)
    for _ in 0..<400 {
      let (p, q) = (normal.next(), normal.next())
      let row = [p + 0.2 * q, p - 0.2 * q, normal.next()]
      for i in 0..<3 { for j in 0..<3 { hessian[i, j] += row[i] * row[j] } }
      let r = normal.next()
      scores.append((a: row.map { $0 * r }, b: row.map { $0 * r }))
    }
    let found = Uncertainty(
      Linearization(loss: 0, gradient: [0, 0, 0], hessian: hessian), scores: scores, renderShare: 0,
      names: ["x", "y", "z"]
    ).correlations
    #expect(found.count == 1 && found[0].first == "x" && found[0].second == "y" && found[0].coefficient < -0.8)
  }
}
