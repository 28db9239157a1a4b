import Foundation
import PenumbraTransport
import Testing

@testable import PenumbraInverse

/// A sum of squares of a curved map of four unknowns, with noise that depends on the draw and shrinks with its samples.
struct CurvedObjective: Objective {
  /// Standard deviation of each residual for one sample.
  var noise = 0.0
  static let solution: [Float] = [0.25, 0.5, 0.75, 40]

  private func residuals(_ x: [Float]) -> (r: [Double], rows: [[Double]]) {
    let d = zip(x, Self.solution).map { Double($0) - Double($1) }
    let scale = [1, 2, 1, 0.05]
    let s = zip(d, scale).map { $0 * $1 }
    return (
      [s[0] + s[1], s[1] - s[0] * s[0], s[2] + 0.5 * s[1], s[3] + 0.2 * s[0], sin(s[3]) - s[2]],
      [
        [1, 2, 0, 0], [-2 * s[0], 2, 0, 0], [0, 1, 1, 0], [0.2, 0, 0, 0.05], [0, 0, -1, 0.05 * cos(s[3])],
      ]
    )
  }

  private func disturbed(_ x: [Float], _ draw: Draw, half: Int) -> (r: [Double], rows: [[Double]]) {
    var (r, rows) = residuals(x)
    for i in r.indices {
      let word = SeedSequence(seed: 9).seed(iteration: draw.number, view: 2 * i + half, for: .gradient)
      // Two uniforms make a triangle of variance 1.
      let u = Double(word >> 40) / Double(1 << 24) + Double(word & 0xff_ffff) / Double(1 << 24) - 1
      r[i] += noise * u * 6.0.squareRoot() / Double(draw.samples).squareRoot()
    }
    rows = rows.map { $0 }
    return (r, rows)
  }

  func evaluate(_ x: [Float], draw: Draw) throws(InverseError) -> Evaluation {
    let (r, rows) = disturbed(x, draw, half: 0)
    let gradient = (0..<4).map { k in Float(zip(r, rows).reduce(0.0) { $0 + 2 * $1.0 * $1.1[k] }) }
    return Evaluation(loss: r.reduce(0) { $0 + $1 * $1 }, gradient: gradient)
  }

  func linearize(_ x: [Float], draw: Draw) throws(InverseError) -> Linearization {
    let (a, rows) = disturbed(x, draw, half: 0)
    let (b, _) = disturbed(x, draw, half: 1)
    var hessian = SymmetricMatrix(count: 4)
    for row in rows { for k in 0..<4 { for l in 0..<4 { hessian[k, l] += 2 * row[k] * row[l] } } }
    let mean = zip(a, b).map { ($0 + $1) / 2 }
    let gradient = (0..<4).map { k in zip(mean, rows).reduce(0.0) { $0 + 2 * $1.0 * $1.1[k] } }
    let variance = zip(mean, zip(a, b)).reduce(0.0) { $0 + pow($1.0 * ($1.1.0 - $1.1.1), 2) }
    return Linearization(
      loss: zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }, deviation: variance.squareRoot(), gradient: gradient,
      hessian: hessian)
  }

  func curvature(_ x: [Float], along v: [Float], draw: Draw) throws(InverseError) -> [Float] {
    let rows = residuals(x).rows
    let image = rows.map { row in zip(row, v).reduce(0.0) { $0 + $1.0 * Double($1.1) } }
    return (0..<4).map { k in Float(zip(image, rows).reduce(0.0) { $0 + 2 * $1.0 * $1.1[k] }) }
  }

  func curvatureProbe(_ x: [Float], draw: Draw) throws(InverseError) -> [Float] {
    let signs = (0..<5).map { SeedSequence(seed: 7).seed(iteration: draw.number, view: $0, for: .probe) & 1 == 0 }
    return (0..<4).map { k in
      Float(zip(signs, residuals(x).rows).reduce(0.0) { $0 + ($1.0 ? 1 : -1) * 2.0.squareRoot() * $1.1[k] })
    }
  }
}

@Suite("Optimizers") struct OptimizerTests {
  static let kinds = OptimizerSettings.Kind.allCases.filter { $0 != .auto }

  static func start(_ kind: OptimizerSettings.Kind, iterations: Int) throws -> Optimization {
    var settings = OptimizerSettings()
    settings.kind = kind
    settings.iterations = iterations
    settings.learningRate = 0.05
    let unknowns = try Unknowns(
      [Problem.Unknown(key: "wall.value", initial: [0.5]), Problem.Unknown(key: "lamp.value")],
      in: try SmallScene.make(), defaultRate: 0.05)
    var facts = OptimizerChoice.Problem(unknowns: 4, values: 0, hasResiduals: false, hasLargeSteps: false)
    // Residuals of the curved objective.
    facts.dataCount = 5
    return Optimization(unknowns, settings: settings, choice: OptimizerChoice(kind, for: facts))
  }

  @Test("Every optimizer finds the solution of a curved problem without noise", arguments: kinds)
  func converges(kind: OptimizerSettings.Kind) throws {
    var state = try Self.start(kind, iterations: 400)
    try state.run(CurvedObjective())
    for (value, expected) in zip(state.values, CurvedObjective.solution) {
      #expect(abs(value - expected) < 0.01 * expected, "\(state.values) after \(state.iteration)")
    }
  }

  @Test(
    "Second-order methods need few evaluations",
    arguments: [
      (OptimizerSettings.Kind.levenbergMarquardt, 14), (.lbfgs, 60), (.gaussNewtonCG, 120),
    ])
  func economy(kind: OptimizerSettings.Kind, most: Int) throws {
    var state = try Self.start(kind, iterations: 200)
    try state.run(CurvedObjective())
    #expect(state.renders <= most, "\(state.renders) renders in \(state.iteration) iterations")
    #expect(state.verdict != nil)
  }

  @Test("With noise every optimizer ends near the solution, and the searching ones end by themselves", arguments: kinds)
  func noisy(kind: OptimizerSettings.Kind) throws {
    var state = try Self.start(kind, iterations: 400)
    try state.run(CurvedObjective(noise: 0.02))
    for (value, expected) in zip(state.values, CurvedObjective.solution) {
      #expect(abs(value - expected) < 0.06 * max(expected, 1), "\(state.values) after \(state.iteration)")
    }
    if kind != .adam && kind != .adamUniform { #expect(state.verdict != nil && state.samplesPerPixel > 16) }
  }

  @Test(
    "Stopped after any iteration and continued from its checkpoint, every optimizer gives the same bits",
    arguments: kinds)
  func resume(kind: OptimizerSettings.Kind) throws {
    let objective = CurvedObjective(noise: 0.05)
    let checkpoint = Checkpoint(path: "unused", fingerprint: Fingerprint())
    var whole = try Self.start(kind, iterations: 12)
    try whole.run(objective)
    var parts = try Self.start(kind, iterations: 12)
    while !parts.isFinished {
      var next = try Self.start(kind, iterations: 12)
      try checkpoint.decode(checkpoint.encode(parts), into: &next)
      #expect(next == parts)
      try next.advance(objective)
      parts = next
    }
    #expect(parts.values.map(\.bitPattern) == whole.values.map(\.bitPattern))
    #expect(parts.optimizer == whole.optimizer && parts.point == whole.point)
  }

  @Test("Bounds hold for every optimizer, and it finds the best point inside them", arguments: kinds)
  func bounds(kind: OptimizerSettings.Kind) throws {
    let unknowns = try Unknowns(
      [
        Problem.Unknown(key: "wall.value", initial: [0.3], bounds: 0.2...0.4),
        Problem.Unknown(key: "lamp.value", bounds: 10...30),
      ], in: try SmallScene.make(), defaultRate: 0.02)
    var settings = OptimizerSettings()
    settings.kind = kind
    var state = Optimization(unknowns, settings: settings)
    try state.run(CurvedObjective())
    for (value, range) in zip(state.values, unknowns.bounds) { #expect(range.contains(value)) }
    #expect(state.values[2] > 0.39 && state.values[3] > 29.9, "\(state.values)")
  }

  /// The curved problem, but one element of every gradient, product and probe is not a number.
  private struct NotFinite: Objective {
    private func broken(_ values: [Float], _ draw: Draw) -> [Float] {
      [draw.number % 2 == 0 ? .nan : .infinity] + values.dropFirst()
    }

    func evaluate(_ x: [Float], draw: Draw) throws(InverseError) -> Evaluation {
      var evaluation = try CurvedObjective().evaluate(x, draw: draw)
      evaluation.gradient = broken(evaluation.gradient, draw)
      return evaluation
    }

    func curvature(_ x: [Float], along v: [Float], draw: Draw) throws(InverseError) -> [Float] {
      broken(try CurvedObjective().curvature(x, along: v, draw: draw), draw)
    }

    func curvatureProbe(_ x: [Float], draw: Draw) throws(InverseError) -> [Float] {
      broken(try CurvedObjective().curvatureProbe(x, draw: draw), draw)
    }
  }

  @Test(
    "NaN and infinite gradients, products and probes are dropped and counted, and the rest goes on",
    arguments: [OptimizerSettings.Kind.adam, .adamUniform, .lbfgs, .gaussNewtonCG])
  func dropped(kind: OptimizerSettings.Kind) throws {
    var state = try Self.start(kind, iterations: 60)
    try state.run(NotFinite())
    #expect(state.droppedGradients >= 1)
    #expect(state.values.allSatisfy { $0.isFinite })
    #expect(state.history.rows.last?.loss ?? .infinity < state.history.rows[0].loss)
  }

  @Test("A Jacobian with NaN is refused and does not move anything")
  func brokenJacobian() throws {
    struct Broken: Objective {
      func evaluate(_ x: [Float], draw: Draw) throws(InverseError) -> Evaluation {
        try CurvedObjective().evaluate(x, draw: draw)
      }
      func linearize(_ x: [Float], draw: Draw) throws(InverseError) -> Linearization {
        var model = try CurvedObjective().linearize(x, draw: draw)
        if draw.number % 3 == 1 { model.gradient[1] = .nan }
        return model
      }
    }
    var state = try Self.start(.levenbergMarquardt, iterations: 60)
    try state.run(Broken())
    #expect(state.droppedGradients > 0)
    for (value, expected) in zip(state.values, CurvedObjective.solution) {
      #expect(abs(value - expected) < 0.01 * expected, "\(state.values)")
    }
  }

  @Test("auto takes equations for few unknowns, explicit derivatives or descent for many, and says why")
  func choice() {
    func choose(_ unknowns: Int, _ values: Int, residuals: Bool = true, largeSteps: Bool = false) -> OptimizerChoice {
      OptimizerChoice(
        .auto, for: .init(unknowns: unknowns, values: values, hasResiduals: residuals, hasLargeSteps: largeSteps))
    }
    #expect(choose(3, 10_000).kind == .levenbergMarquardt)
    #expect(choose(5000, 10_000).kind == .adam)
    var paint = OptimizerChoice.Problem(unknowns: 5000, values: 10_000, hasResiduals: true, hasLargeSteps: false)
    paint.hasSparseDerivatives = true
    #expect(OptimizerChoice(.auto, for: paint).kind == .gaussNewtonCG)
    #expect(choose(150, 3_000_000).kind == .adam)
    #expect(choose(3, 10_000, residuals: false).kind == .adam)
    #expect(choose(300, 10_000, largeSteps: true).kind == .adamUniform)
    #expect(choose(1, 10).reason.hasPrefix("1 unknown,"))
  }
}
