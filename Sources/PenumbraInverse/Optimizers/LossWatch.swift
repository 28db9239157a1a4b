/// Watches the losses of a stochastic descent: when they no longer fall by more than their noise, samples grow and steps
/// shrink, until neither is of use.
struct LossWatch: Sendable, Equatable {
  /// The last losses, without what noise adds to them.
  private var losses: [Double] = []
  /// Multiplies the rates, in (0, 1].
  private(set) var rateFactor: Float = 1

  private static let window = 24
  /// Standard errors by which the loss must fall over a window to count as progress.
  private static let significance = 2.0
  /// Steps this small no longer bring the unknowns nearer to the optimum than they are.
  private static let smallestRate: Float = 0.03

  /// Takes in one evaluation; may raise the samples of `point` or give its verdict.
  mutating func judge(_ evaluation: Evaluation, _ point: inout Iterate, _ settings: OptimizerSettings) {
    losses.append(evaluation.loss - evaluation.noise)
    guard losses.count >= Self.window else { return }
    let fit = Self.slope(losses)
    losses.removeAll()
    guard fit.slope > -Self.significance * fit.error else { return }
    rateFactor *= 0.5
    if 2 * point.samples <= settings.largestFactor { point.samples *= 2 }
    if rateFactor < Self.smallestRate { point.verdict = "the loss no longer falls by more than its noise" }
  }

  /// Least-squares slope of equally spaced values, and its standard error.
  private static func slope(_ values: [Double]) -> (slope: Double, error: Double) {
    let n = Double(values.count)
    let middle = (n - 1) / 2
    let mean = values.reduce(0, +) / n
    var (sxx, sxy) = (0.0, 0.0)
    for (i, value) in values.enumerated() {
      sxx += (Double(i) - middle) * (Double(i) - middle)
      sxy += (Double(i) - middle) * (value - mean)
    }
    let slope = sxy / sxx
    var rest = 0.0
    for (i, value) in values.enumerated() {
      let r = value - mean - slope * (Double(i) - middle)
      rest += r * r
    }
    return (slope, (rest / ((n - 2) * sxx)).squareRoot())
  }

  func encode(into encoder: inout ByteEncoder) {
    encoder.append(losses)
    encoder.append(rateFactor.bitPattern)
  }

  mutating func decode(from decoder: inout ByteDecoder) -> Bool {
    guard let losses = decoder.doubles(), losses.count < Self.window, let factor = decoder.integer(UInt32.self)
    else { return false }
    (self.losses, rateFactor) = (losses, Float(bitPattern: factor))
    return true
  }
}
