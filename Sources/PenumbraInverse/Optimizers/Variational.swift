import Foundation

/// Variational inference: Levenberg–Marquardt finds the optimum, and a Gaussian about it is then fitted to the posterior.
struct Variational: Sendable, Equatable {
  private var search = LevenbergMarquardt()
  /// `nil` while the optimum is being sought.
  private(set) var field: MeanField?
  private let dataCount: Int
  private let reaches: [Float]

  /// Steps of the second part, two evaluations each: widths are then known to about one part in eight.
  private static let longestFit = 64

  /// - Parameters:
  ///   - halvings: see `LevenbergMarquardt`.
  ///   - dataCount: number of values that the pictures hold.
  init(_ coordinates: Coordinates, halvings: Int, dataCount: Int) {
    reaches = coordinates.reaches
    search = LevenbergMarquardt(halvings: halvings)
    self.dataCount = dataCount
  }

  /// - Returns: ℒ at the point where the iteration began.
  mutating func advance(
    _ point: inout Iterate, _ context: StepContext, _ objective: some Objective
  ) throws(InverseError) -> Double {
    guard var field else {
      let loss = try search.advance(&point, context, objective)
      guard point.verdict != nil, let optimum = search.optimum else { return loss }
      point.verdict = nil
      let field = MeanField(optimum, dataCount: dataCount, reaches: reaches)
      point.z = field.mean
      self.field = field
      return loss
    }
    let draw = point.draw()
    let ε = Self.normals(count: field.mean.count, draw: draw.number, seed: context.seed)
    let (plus, minus) = field.points(ε)
    var (losses, gradients): ([Double], [[Double]]) = ([], [])
    for z in [plus, minus] {
      let x = context.coordinates.decode(z)
      var evaluation = try objective.evaluate(x, draw: draw)
      point.renders += 1
      point.clean(&evaluation.gradient)
      losses.append(evaluation.loss - evaluation.noise)
      gradients.append(context.coordinates.pullBack(evaluation.gradient, at: x).map(Double.init))
    }
    let loss = (losses[0] + losses[1]) / 2
    if loss.isFinite { field.take(ε, loss: loss, plus: gradients[0], minus: gradients[1]) }
    point.z = field.mean
    if field.steps >= Self.longestFit { point.verdict = "the posterior's widths are known" }
    self.field = field
    return loss
  }

  /// Samples that the result rests on, in units of the first draw's.
  func spentSamples(_ point: Iterate) -> Double {
    guard let field else { return search.spentSamples }
    return Double(max(2 * field.steps * point.samples, 1))
  }

  /// Standard normal numbers of one draw, a function of the seed.
  ///
  /// - Source: Box & Muller 1958.
  static func normals(count: Int, draw: Int, seed: UInt64) -> [Double] {
    let seeds = SeedSequence(seed: seed)
    return (0..<count).map { i in
      func uniform(_ k: Int) -> Double {
        (Double(seeds.seed(iteration: draw, view: 2 * i + k, for: .reparameterization) >> 11) + 0.5) / Double(1 << 53)
      }
      return (-2 * log(uniform(0))).squareRoot() * cos(2 * .pi * uniform(1))
    }
  }

  func encode(into encoder: inout ByteEncoder) {
    search.encode(into: &encoder)
    encoder.append(UInt64(field == nil ? 0 : 1))
    field?.encode(into: &encoder)
  }

  /// - Parameter count: number of coordinates.
  mutating func decode(from decoder: inout ByteDecoder, count: Int) -> Bool {
    guard search.decode(from: &decoder, count: count), let hasField = decoder.integer(UInt64.self) else { return false }
    field = nil
    guard hasField == 1 else { return hasField == 0 }
    field = MeanField(from: &decoder, count: count, dataCount: dataCount, reaches: reaches)
    return field != nil
  }
}
