import Foundation
import PenumbraTransport
import Testing

@testable import PenumbraInverse

/// ℒ = mean (A x − d)²: its posterior is known in closed form.
struct LinearObjective: Objective {
  let rows: [[Double]]
  let data: [Double]

  private func residuals(_ x: [Float]) -> [Double] {
    zip(rows, data).map { row, datum in zip(row, x).reduce(-datum) { $0 + $1.0 * Double($1.1) } }
  }

  func evaluate(_ x: [Float], draw: Draw) throws(InverseError) -> Evaluation {
    let r = residuals(x)
    let n = Double(r.count)
    let gradient = x.indices.map { k in Float(2 / n * zip(r, rows).reduce(0.0) { $0 + $1.0 * $1.1[k] }) }
    return Evaluation(loss: r.reduce(0) { $0 + $1 * $1 } / n, gradient: gradient)
  }

  func linearize(_ x: [Float], draw: Draw) throws(InverseError) -> Linearization {
    let r = residuals(x)
    let n = Double(r.count)
    var hessian = SymmetricMatrix(count: x.count)
    for row in rows { for i in x.indices { for j in x.indices { hessian[i, j] += 2 / n * row[i] * row[j] } } }
    return Linearization(
      loss: r.reduce(0) { $0 + $1 * $1 } / n,
      gradient: x.indices.map { k in 2 / n * zip(r, rows).reduce(0.0) { $0 + $1.0 * $1.1[k] } }, hessian: hessian)
  }
}

@Suite("Variational inference") struct VariationalTests {
  /// A search over the four unknowns of the small scene, from 0.1, 0.2, 0.3 and 20.
  private static func search(_ objective: LinearObjective, seed: UInt64 = 0) throws -> Optimization {
    let unknowns = try Unknowns(
      [
        Problem.Unknown(key: "wall.value", bounds: -100...100),
        Problem.Unknown(key: "lamp.value", bounds: -1000...1000),
      ], in: try SmallScene.make(), defaultRate: 0.02)
    var settings = OptimizerSettings()
    settings.kind = .variational
    var facts = OptimizerChoice.Problem(unknowns: 4, values: 100, hasResiduals: true, hasLargeSteps: false)
    facts.dataCount = objective.data.count
    return Optimization(unknowns, settings: settings, choice: OptimizerChoice(.variational, for: facts), seed: seed)
  }

  private static func problem(_ normal: inout UncertaintyTests.Normal, data: Int, noise: Double) -> (
    LinearObjective, truth: [Double]
  ) {
    let scales = [1, 3, 0.5, 0.05]
    let rows = (0..<data).map { _ in scales.map { $0 * normal.next() } }
    let truth = [0.3, -0.2, 0.8, 12]
    let values = rows.map { row in zip(row, truth).reduce(noise * normal.next()) { $0 + $1.0 * $1.1 } }
    return (LinearObjective(rows: rows, data: values), truth)
  }

  @Test("Of a linear problem the mean is the least-squares solution and the widths are those of its curvature")
  func closedForm() throws {
    var normal = UncertaintyTests.Normal(counter: 7000)
    let (objective, _) = Self.problem(&normal, data: 120, noise: 0.3)
    var state = try Self.search(objective)
    try state.run(objective)
    let posterior = try #require(state.posterior)
    let model = try objective.linearize([0, 0, 0, 0], draw: Draw(0))
    let solution = try #require(CholeskyFactor(model.hessian)).solve(model.gradient.map { -$0 })
    let best = try objective.linearize(solution.map { Float($0) }, draw: Draw(0)).loss
    // ⟨ℒ⟩ under q is best + Σ Hᵢᵢ sᵢ²/2 with sᵢ² = 2 ⟨ℒ⟩ / (N Hᵢᵢ): the residual variance for N − n degrees of freedom.
    let variance = best / (1 - 4.0 / 120)
    for k in 0..<4 {
      let width = (2 * variance / (120 * model.hessian[k, k])).squareRoot()
      // What other unknowns add to a precision in 64 draws is √(3 / 64) times their correlations, 1/√120 here: 1 % of a width.
      // The moments of 1024 draws add 1/√2048. Four and a half of both together.
      #expect(
        abs(posterior.standardDeviations[k] / width - 1) < 4.5 * 0.025, "\(posterior.standardDeviations), \(width)")
      #expect(abs(posterior.means[k] - solution[k]) < 0.15 * width, "\(posterior.means), \(solution)")
      #expect(posterior.intervals[k].contains(solution[k]))
    }
    #expect(posterior.evidence.isFinite)
  }

  @Test("The truth lies within two deviations of the mean in 90 to 99 of 100 problems of independent unknowns")
  func coverage() throws {
    var normal = UncertaintyTests.Normal(counter: 20_000)
    var inside = 0
    for problem in 0..<100 {
      let (objective, truth) = Self.problem(&normal, data: 150, noise: 0.1 + 0.01 * Double(problem))
      var state = try Self.search(objective, seed: UInt64(problem))
      try state.run(objective)
      let posterior = try #require(state.posterior)
      let k = problem % 4
      if abs(posterior.means[k] - truth[k]) < 2 * posterior.standardDeviations[k] { inside += 1 }
    }
    #expect((90...99).contains(inside), "\(inside) of 100")
  }

  @Test("Stopped after any iteration and continued from its checkpoint, a fit gives the same bits")
  func resume() throws {
    var normal = UncertaintyTests.Normal(counter: 9000)
    let (objective, _) = Self.problem(&normal, data: 60, noise: 0.2)
    let checkpoint = Checkpoint(path: "unused", fingerprint: Fingerprint())
    var whole = try Self.search(objective)
    try whole.run(objective)
    var parts = try Self.search(objective)
    while !parts.isFinished {
      var next = try Self.search(objective)
      try checkpoint.decode(checkpoint.encode(parts), into: &next)
      #expect(next == parts)
      try next.advance(objective)
      parts = next
    }
    #expect(parts.posterior == whole.posterior && parts.values.map(\.bitPattern) == whole.values.map(\.bitPattern))
  }

  @Test("A colour's posterior keeps within its bounds and covers the truth; losses without a likelihood are refused")
  func rendered() async throws {
    let truth = try InverseProblemTests.scene([0.2, 0.4, 0.985])
    var target = try InverseProblemTests.view(truth, spp: 512).target
    var normal = UncertaintyTests.Normal(counter: 400)
    for i in target.rgb.indices { target.rgb[i] += Float(0.05 * normal.next()) }
    var problem = InverseProblem(
      scene: try InverseProblemTests.scene(), views: [TargetView(name: "noisy", sensor: 0, target: target)],
      unknowns: [Problem.Unknown(key: "ball.reflectance")])
    problem.optimizer.kind = .variational
    problem.optimizer.samplesPerPixel = 32
    let solution = try await problem.solve()
    let posterior = try #require(solution.posterior)
    let errors = try #require(solution.uncertainty).standardErrors
    for (k, expected) in [0.2, 0.4, 0.985].enumerated() {
      let limits = posterior.intervals[k]
      #expect(limits.lowerBound > 0 && limits.upperBound <= 1)
      #expect(abs(posterior.means[k] - expected) < 4.5 * posterior.standardDeviations[k], "\(posterior)")
      // Channels do not mix, so that a Gaussian for each is as wide as the error bars, known to a fifth from their blocks.
      let ratio = posterior.standardDeviations[k] / (try #require(errors[k]))
      #expect(k == 2 || (ratio > 0.6 && ratio < 1.6), "\(posterior.standardDeviations), \(errors)")
    }
    problem.loss = Loss(.l1)
    let error = await #expect(throws: InverseError.self) { _ = try await problem.solve() }
    #expect(error?.message.contains("variational") == true)
  }
}
