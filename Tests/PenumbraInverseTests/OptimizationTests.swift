import PenumbraTransport
import Testing

@testable import PenumbraInverse

@Suite("Optimization") struct OptimizationTests {
  /// Distance to a point plus noise that depends on the iteration, as Monte Carlo renders have it.
  private static func objective(_ values: [Float], iteration: Int) -> Evaluation {
    let noise = Float(SeedSequence(seed: 1).seed(iteration: iteration, view: 0, for: .gradient) >> 40) / Float(1 << 24)
    let target: [Float] = [0.25, 0.5, 0.75, 40]
    let differences = zip(values, target).map { $0 - $1 }
    return Evaluation(
      loss: differences.reduce(0) { $0 + Double($1 * $1) }, gradient: differences.map { 2 * $0 + 0.1 * (noise - 0.5) })
  }

  @Test("10 iterations equal 4, a checkpoint and 6, bit for bit")
  func resume() throws {
    let unknowns = try Self.unknowns()
    let checkpoint = Checkpoint(path: "unused", fingerprint: Fingerprint())
    var whole = Optimization(unknowns, settings: Self.settings(iterations: 10))
    try whole.run(ClosureObjective { Self.objective($0, iteration: $1) })

    var first = Optimization(unknowns, settings: Self.settings(iterations: 10))
    let error = #expect(throws: InverseError.self) {
      try first.run(
        ClosureObjective { values, iteration throws(InverseError) in
          guard iteration < 4 else { throw InverseError(.cancelled, "stopped") }
          return Self.objective(values, iteration: iteration)
        })
    }
    #expect(error?.code == .cancelled)
    #expect(first.iteration == 4)

    var second = Optimization(unknowns, settings: Self.settings(iterations: 10))
    try checkpoint.decode(checkpoint.encode(first), into: &second)
    try second.run(ClosureObjective { Self.objective($0, iteration: $1) })
    #expect(second.values.map(\.bitPattern) == whole.values.map(\.bitPattern))
    #expect(second.optimizer == whole.optimizer && second.point == whole.point)
    #expect(second.history.rows.map(\.loss) == whole.history.rows.map(\.loss))
    #expect(second.history.rows.map(\.values) == whole.history.rows.map(\.values))
  }

  @Test("Unknowns of different sizes are all found")
  func convergence() throws {
    var state = Optimization(try Self.unknowns(), settings: Self.settings(iterations: 400))
    try state.run(ClosureObjective { Self.objective($0, iteration: $1) })
    for (value, expected) in zip(state.values, [0.25, 0.5, 0.75, 40] as [Float]) {
      #expect(abs(value - expected) < 0.03, "\(state.values)")
    }
  }

  @Test("The history follows the small parameters and reads as CSV")
  func history() throws {
    var state = Optimization(try Self.unknowns(), settings: Self.settings(iterations: 2))
    try state.run(ClosureObjective { Self.objective($0, iteration: $1) })
    let lines = state.history.csv.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0] == "iteration,seconds,loss,wall.value[0],wall.value[1],wall.value[2],lamp.value")
    #expect(lines[1].hasPrefix("0,") && lines[1].hasSuffix(",0.5,0.5,0.5,20.0"))
  }

  @Test("A finished run has nothing left to do")
  func finished() throws {
    var state = Optimization(try Self.unknowns(), settings: Self.settings(iterations: 1))
    try state.run(ClosureObjective { Self.objective($0, iteration: $1) })
    let before = state
    try state.run(ClosureObjective { _, _ in Evaluation(loss: 0, gradient: [9, 9, 9, 9]) })
    #expect(state == before)
  }

  private static func settings(iterations: Int) -> OptimizerSettings {
    var settings = OptimizerSettings()
    settings.iterations = iterations
    settings.learningRate = 0.05
    return settings
  }

  private static func unknowns() throws -> Unknowns {
    try Unknowns(
      [Problem.Unknown(key: "wall.value", initial: [0.5]), Problem.Unknown(key: "lamp.value")],
      in: try SmallScene.make(), defaultRate: 0.05)
  }
}
