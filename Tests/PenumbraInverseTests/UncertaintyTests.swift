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
    let (side, noise) = (256, 0.1)
    var normal = Normal(counter: 900)
    let target = LossTarget(
      width: side, height: side, rgb: (0..<(3 * side * side)).map { _ in Float(0.5 + noise * normal.next()) })
    // One unknown that is added to every value of the picture.
    let picture = PictureJacobian(
      width: side, height: side, rgb: target.rgb.map { _ in 0.5 }, count: 1, rows: target.rgb.map { _ in 1 },
      statistics: RenderStatistics())
    var view = ViewLinearization(count: 1, width: side, height: side, blockSide: 32)
    view.add(Loss.Term(.l2, pyramid: levels), (picture, picture), target: target)
    let model = Linearization(
      loss: view.loss, gradient: [0], hessian: SymmetricMatrix(count: 1, elements: view.hessian))
    let uncertainty = Uncertainty(model, scores: view.scores, renderShare: 1, names: ["level"])
    let error = try #require(uncertainty.standardErrors[0])
    // σ/√N. A standard deviation from 64 blocks is known to one part in √(2 · 63), 9 %; what spreads beyond a block makes
    // up to a tenth. Sizes that counted as independent would halve it.
    let expected = noise / Double(target.rgb.count).squareRoot()
    #expect(abs(error / expected - 1) < 0.37, "\(error) for \(expected)")
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
