import PenumbraTransport
import Testing

@testable import PenumbraInverse

@Suite("Batches of views") struct ViewBatchesTests {
  @Test(
    "Every view is seen once before any is seen again, in batches that differ by one view at most",
    arguments: [(1, 1), (7, 1), (7, 3), (8, 4), (5, 9)])
  func rounds(count: Int, size: Int) {
    let batches = ViewBatches(count: count, size: size, seeds: SeedSequence(seed: 3))
    for round in 0..<20 {
      let drawn = (0..<batches.round).map { batches.views(draw: round * batches.round + $0) }
      #expect(drawn.flatMap(\.indices).sorted() == Array(0..<count))
      let sizes = drawn.map(\.indices.count)
      #expect(sizes.max() ?? 0 <= min(size, count) && (sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
      for batch in drawn { #expect(batch.factor * Double(batch.indices.count) == Double(count)) }
    }
  }

  @Test("Orders change from round to round and with the seed, and favour no view")
  func orders() {
    let count = 6
    var firsts = [Int](repeating: 0, count: count)
    let rounds = 6000
    let batches = ViewBatches(count: count, size: 1, seeds: SeedSequence(seed: 1))
    for round in 0..<rounds { firsts[batches.views(draw: round * count).indices[0]] += 1 }
    // Binomial: five deviations of √(n p (1 − p)).
    let expected = Double(rounds) / Double(count)
    let deviation = (expected * (1 - 1 / Double(count))).squareRoot()
    for n in firsts { #expect(abs(Double(n) - expected) < 5 * deviation, "\(firsts)") }
    let other = ViewBatches(count: count, size: 1, seeds: SeedSequence(seed: 2))
    #expect((0..<count).map { other.views(draw: $0).indices } != (0..<count).map { batches.views(draw: $0).indices })
  }

  @Test("One view of three in each step finds what all of them show, for a third of the pictures")
  func solves() async throws {
    let truth = try InverseProblemTests.scene([0.2, 0.4, 0.7])
    let view = try InverseProblemTests.view(truth)
    var problem = InverseProblem(
      scene: try InverseProblemTests.scene(), views: [view, view, view],
      unknowns: [Problem.Unknown(key: "ball.reflectance")])
    problem.optimizer.kind = .adam
    problem.optimizer.iterations = 150
    problem.optimizer.viewsPerStep = 1
    let solution = try await problem.solve()
    #expect(solution.steps == 150 && solution.renders == 50)
    for (value, expected) in zip(solution.values["ball.reflectance"] ?? [], [0.2, 0.4, 0.7] as [Float]) {
      #expect(abs(value - expected) < 0.01, "\(value) for \(expected)")
    }
  }

  @Test("auto descends when it is told to look at some views only; methods that compare pictures refuse")
  func choice() async throws {
    var facts = OptimizerChoice.Problem(unknowns: 3, values: 100, hasResiduals: true, hasLargeSteps: false)
    (facts.views, facts.viewsPerStep) = (8, 2)
    #expect(OptimizerChoice(.auto, for: facts).kind == .adam)
    #expect(OptimizerChoice(.auto, for: facts).viewShare == 0.25)
    let scene = try InverseProblemTests.scene()
    var problem = InverseProblem(
      scene: scene, views: [try InverseProblemTests.view(scene, spp: 2)],
      unknowns: [Problem.Unknown(key: "ball.reflectance")])
    problem.optimizer.kind = .levenbergMarquardt
    problem.optimizer.viewsPerStep = 1
    let error = await #expect(throws: InverseError.self) { _ = try await problem.solve() }
    #expect(error?.message.contains("views_per_step") == true)
  }
}
