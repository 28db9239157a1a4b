import PenumbraTransport
import Testing

@testable import PenumbraInverse

@Suite("Sensitivity of solutions") struct SolutionSensitivityTests {
  /// ℒ = Σ (A x − T)² for random rows A: ∂²ℒ/∂x² = 2 AᵀA, ∂²ℒ/∂x∂T = −2 A.
  private static func linear(isFixed: [Bool]) throws -> (SolutionSensitivity, rows: [[Double]]) {
    var normal = UncertaintyTests.Normal(counter: 3000)
    let rows = (0..<12).map { _ in isFixed.map { _ in normal.next() } }
    var hessian = SymmetricMatrix(count: isFixed.count)
    for row in rows { for i in row.indices { for j in row.indices { hessian[i, j] += 2 * row[i] * row[j] } } }
    let mixed = rows.flatMap { row in row.map { Float(-2 * $0) } }
    return (try SolutionSensitivity(hessian: hessian, mixed: [mixed], isFixed: isFixed), rows)
  }

  @Test("Data that a change of the unknowns explains change the solution by just that")
  func explained() throws {
    let (sensitivity, rows) = try Self.linear(isFixed: [false, false, false])
    let change = [0.3, -0.7, 0.2]
    let data = rows.map { row in Float(zip(row, change).reduce(0) { $0 + $1.0 * $1.1 }) }
    for (found, expected) in zip(sensitivity.pushForward([data]), change) { #expect(abs(found - expected) < 1e-5) }
  }

  @Test("Forward and reverse are transposes, and what stands on a bound stays", arguments: [false, true])
  func transposed(isFixed: Bool) throws {
    let (sensitivity, _) = try Self.linear(isFixed: [false, isFixed, false])
    var normal = UncertaintyTests.Normal(counter: 4000)
    let (u, v) = ((0..<3).map { _ in normal.next() }, (0..<12).map { _ in Float(normal.next()) })
    let forward = sensitivity.pushForward([v])
    let reverse = sensitivity.pullBack(u)[0]
    #expect(isFixed == (forward[1] == 0))
    let (left, right) = (
      zip(u, forward).reduce(0) { $0 + $1.0 * $1.1 }, zip(reverse, v).reduce(0) { $0 + Double($1.0 * $1.1) }
    )
    #expect(abs(left - right) < 1e-5 * max(1, abs(left)))
  }

  @Test("Colour and lens move with the target as a new solution does")
  func rendered() async throws {
    let key = "ball.reflectance"
    var truth = try InverseProblemTests.scene([0.3, 0.4, 0.6])
    truth.theta[try truth.structure.parameters.resolve("sensor.x_fov").range.lowerBound] = 42
    var target = try InverseProblemTests.view(truth, spp: 1024).target
    var problem = InverseProblem(
      scene: try InverseProblemTests.scene(), views: [TargetView(name: "first", sensor: 0, target: target)],
      unknowns: [Problem.Unknown(key: key), Problem.Unknown(key: "sensor.x_fov")])
    problem.optimizer.samplesPerPixel = 64
    let first = try await problem.solve()
    let sensitivity = try await problem.sensitivity(of: first)

    // The picture through a longer lens of a redder ball.
    var other = try InverseProblemTests.scene([0.34, 0.4, 0.6])
    other.theta[try other.structure.parameters.resolve("sensor.x_fov").range.lowerBound] = 42.1
    let changed = try InverseProblemTests.view(other, spp: 1024).target
    let predicted = sensitivity.pushForward([zip(changed.rgb, target.rgb).map { $0 - $1 }])
    target.rgb = changed.rgb
    problem.views = [TargetView(name: "second", sensor: 0, target: target)]
    let second = try await problem.solve()

    func numbers(_ s: InverseProblem.Solution) -> [Float] { (s.values[key] ?? []) + (s.values["sensor.x_fov"] ?? []) }
    let errors = try #require(second.uncertainty).standardErrors
    for (k, scale) in [0.04, 0.04, 0.04, 0.1].enumerated() {
      let found = Double(numbers(second)[k] - numbers(first)[k])
      let error = try #require(errors[k])
      // Both solutions err; and the outline of 8.5 pixels' radius moves by a fiftieth of a pixel, so that a fiftieth of its
      // length is seen by other pixels than before. The colour's own step is linear but for interreflection.
      let tolerance = 4.5 * 2.squareRoot() * error + 0.02 * scale
      #expect(abs(predicted[k] - found) < tolerance, "unknown \(k): \(predicted), \(found) ± \(error)")
      #expect(tolerance < scale, "too noisy to tell")
    }
  }
}
