import PenumbraTransport
import Testing

@testable import PenumbraInverse

/// The banded problem with explicit derivatives.
private struct ExplicitBanded: Objective {
  var banded = BandedObjective()

  func evaluate(_ x: [Float], draw: Draw) throws(InverseError) -> Evaluation { try banded.evaluate(x, draw: draw) }

  func sparseModel(_ x: [Float], draw: Draw) throws(InverseError) -> SparseModel? {
    func half(_ number: Int) throws(InverseError) -> [Float] {
      var draw = draw
      (draw.number, draw.parts) = (2 * draw.number + number, 2)
      return try banded.evaluate(x, draw: draw).gradient
    }
    let banded = banded
    return SparseModel(
      loss: try banded.evaluate(x, draw: draw).loss, gradients: (try half(0), try half(1)),
      diagonal: (0..<BandedObjective.count).map { i in
        Float(2 * BandedObjective.strength(i) * BandedObjective.strength(i) * (i == 0 || i == 239 ? 1.0625 : 1.125))
      },
      product: { v in banded.transposed(banded.apply(v.map(Double.init))).map { Float(2 * $0) } })
  }
}

@Suite("Gauss–Newton for many unknowns") struct GaussNewtonCGTests {
  private static func solved(_ objective: ExplicitBanded, iterations: Int) throws -> Optimization {
    var state = try BandedObjective.start(iterations: iterations)
    try state.run(objective)
    return state
  }

  @Test("Without noise, unknowns that show a thousand times less in the loss are found in ten renders, as all others")
  func scales() throws {
    let state = try Self.solved(ExplicitBanded(), iterations: 10)
    for strength in [1, 0.3, 0.1, 0.03] {
      #expect(BandedObjective.error(state.values, strength: strength) < 0.002, "of strength \(strength)")
    }
    #expect(state.renders <= 10)
  }

  @Test("With noise it takes more samples, ends by itself, and errs less than its first picture would let it")
  func averages() throws {
    let state = try Self.solved(ExplicitBanded(banded: BandedObjective(noise: 0.1)), iterations: 200)
    #expect(state.verdict == "the gradient is noise" && state.samplesPerPixel == 64)
    #expect(BandedObjective.error(state.values, strength: 1) < 0.1 / 1.125.squareRoot())
  }

  @Test("A solve that another half judges stops before it fits noise: it errs less than the least squares of its data")
  func judged() throws {
    let banded = BandedObjective(noise: 0.1)
    let x = [Float](repeating: 0.5, count: BandedObjective.count)
    let truth = BandedObjective.truth.map { Double($0) - 0.5 }
    let metric = (0..<BandedObjective.count).map { BandedObjective.strength($0) }
    func product(_ v: [Double]) -> [Double] { banded.transposed(banded.apply(v)).map { 2 * $0 } }
    func error(_ step: [Double]) -> Double { zip(step, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
    let isFixed = [Bool](repeating: false, count: x.count)
    let solver = ConjugateGradients(scale: metric, damping: 0, goal: 0, longest: 400)
    for draw in 0..<16 {
      let g = try (0..<2).map { try banded.evaluate(x, draw: Draw(2 * draw + $0)).gradient.map(Double.init) }
      let judged = try solver.solve(g[0], judge: g[1], isFixed: isFixed, product: product)
      let full = try solver.solve(g[0], isFixed: isFixed, product: product)
      #expect(error(judged.values) < error(full.values) && judged.promised > 0, "draw \(draw)")
      // Judged by itself, what the model promises is all that there is.
      let own = try solver.solve(g[0], judge: g[0], isFixed: isFixed, product: product)
      #expect(abs(own.promised - full.promised) <= 1e-3 * full.promised)
    }
  }

  @Test("Where derivatives turn out not to be had, it goes on with products, and is resumed so")
  func fallsBack() throws {
    var state = try BandedObjective.start(iterations: 6)
    try state.run(BandedObjective())
    #expect(state.renders > 6)
    let checkpoint = Checkpoint(path: "unused", fingerprint: Fingerprint())
    var next = try BandedObjective.start(iterations: 6)
    try checkpoint.decode(checkpoint.encode(state), into: &next)
    #expect(next.optimizer == state.optimizer)
  }

  @Test("Where auto finds too many derivatives to hold, Adam takes over with the same bits, and is resumed")
  func descends() throws {
    struct Unheld: Objective {
      func evaluate(_ x: [Float], draw: Draw) throws(InverseError) -> Evaluation {
        // The attempt to hold them had a draw of its own.
        try BandedObjective(noise: 0.1).evaluate(x, draw: Draw(draw.number - (hasTried ? 1 : 0)))
      }
      var hasTried = false
    }
    var adam = try BandedObjective.start(.auto, isSparse: false, iterations: 12)
    #expect(adam.choice.kind == .adam)
    try adam.run(Unheld())
    var taken = try BandedObjective.start(.auto, iterations: 12)
    #expect(taken.choice.kind == .gaussNewtonCG)
    let checkpoint = Checkpoint(path: "unused", fingerprint: Fingerprint())
    while !taken.isFinished {
      var next = try BandedObjective.start(.auto, iterations: 12)
      try checkpoint.decode(checkpoint.encode(taken), into: &next)
      try next.advance(Unheld(hasTried: true))
      taken = next
    }
    #expect(taken.values == adam.values && taken.values != BandedObjective.truth)
  }

  @Test("The scale of the curvature is its diagonal in the mean, and colours share theirs")
  func diagonal() throws {
    var scale = CurvatureScale()
    let objective = BandedObjective()
    let x = [Float](repeating: 0, count: BandedObjective.count)
    let count = 400
    for k in 0..<count { scale.take(try objective.curvatureProbe(x, draw: Draw(k))) }
    let group = [(range: 0..<BandedObjective.count, width: 4)]
    let found = try #require(scale.diagonal(group))
    // 2 s² (1 + 2 · 0.25²), averaged over the four strengths; a square of a nearly normal number has the variance 2.
    let expected = 2 * 1.125 * (1 + 0.09 + 0.01 + 0.0009) / 4
    for i in 4..<(BandedObjective.count - 4) {
      #expect(abs(found[i] - expected) < 5 * expected * (2.0 / Double(count)).squareRoot())
      #expect(found[i] == found[4 * (i / 4)])
    }
  }
}
