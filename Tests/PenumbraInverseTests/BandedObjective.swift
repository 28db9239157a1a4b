import PenumbraTransport

@testable import PenumbraInverse

/// Pictures of many unknowns that each show in a few values only: r = A x − t with a banded A ≥ 0, and noise of each value.
struct BandedObjective: Objective {
  static let count = 240
  /// Standard deviation of each value of one picture of one sample.
  var noise = 0.0
  /// How strongly element i shows: over three orders of magnitude.
  static func strength(_ i: Int) -> Double { [1, 0.3, 0.1, 0.03][i % 4] }
  static let truth: [Float] = (0..<count).map { 0.5 + 0.4 * Float(($0 * 7) % 11) / 11 }

  func apply(_ x: [Double]) -> [Double] {
    (0..<Self.count).map { i in
      [(-1, 0.25), (0, 1.0), (1, 0.25)].reduce(0.0) { sum, band in
        let j = i + band.0
        return x.indices.contains(j) ? sum + band.1 * Self.strength(j) * x[j] : sum
      }
    }
  }

  /// The transpose: A scales columns.
  func transposed(_ r: [Double]) -> [Double] {
    (0..<Self.count).map { j in
      Self.strength(j)
        * [(-1, 0.25), (0, 1.0), (1, 0.25)].reduce(0.0) { sum, band in
          let i = j + band.0
          return r.indices.contains(i) ? sum + band.1 * r[i] : sum
        }
    }
  }

  private func random(_ draw: Draw, _ i: Int) -> UInt64 {
    SeedSequence(seed: 3).seed(iteration: draw.number, view: i, for: .gradient)
  }

  func evaluate(_ x: [Float], draw: Draw) throws(InverseError) -> Evaluation {
    var r = apply(zip(x, Self.truth).map { Double($0) - Double($1) })
    let deviation = noise * (Double(draw.parts) / Double(draw.samples)).squareRoot()
    let exact = r.reduce(0) { $0 + $1 * $1 }
    for i in r.indices { r[i] += deviation * (random(draw, i) & 1 == 0 ? 1 : -1) }
    return Evaluation(loss: exact, gradient: transposed(r).map { Float(2 * $0) })
  }

  func curvature(_ x: [Float], along v: [Float], draw: Draw) throws(InverseError) -> [Float] {
    transposed(apply(v.map(Double.init))).map { Float(2 * $0) }
  }

  func curvatureProbe(_ x: [Float], draw: Draw) throws(InverseError) -> [Float] {
    transposed((0..<Self.count).map { random(draw, $0) & 1 == 0 ? 1 : -1 }).map { Float(2.0.squareRoot() * $0) }
  }

  /// A search for its unknowns.
  ///
  /// - Parameters:
  ///   - kind: what was asked for.
  ///   - isSparse: whether `auto` may hope for explicit derivatives.
  static func start(
    _ kind: OptimizerSettings.Kind = .gaussNewtonCG, isSparse: Bool = true, iterations: Int
  ) throws -> Optimization {
    var builder = SceneBuilder()
    _ = try builder.declare(
      Parameter(key: "paint.data", shape: [count]),
      values: [Float](repeating: 0.5, count: count))
    let unknowns = try Unknowns([Problem.Unknown(key: "paint.data")], in: try builder.build(), defaultRate: 0.02)
    var settings = OptimizerSettings()
    (settings.kind, settings.iterations, settings.samplesPerPixel) = (kind, iterations, 4)
    settings.largestSamplesPerPixel = 64
    var problem = OptimizerChoice.Problem(
      unknowns: count, values: 3 * count, hasResiduals: true, hasLargeSteps: false)
    problem.hasSparseDerivatives = isSparse
    return Optimization(unknowns, settings: settings, choice: OptimizerChoice(kind, for: problem))
  }

  /// Root mean square error of the elements that show with one strength.
  static func error(_ values: [Float], strength: Double) -> Double {
    let errors = values.indices.filter { self.strength($0) == strength }.map {
      Double(values[$0] - truth[$0])
    }
    return (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
  }
}
