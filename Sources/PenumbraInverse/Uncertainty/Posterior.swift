/// What a variational run knows about the unknowns, in their own units: by the noise of the pictures and of its own renders.
public struct Posterior: Sendable, Equatable {
  /// Shape [n].
  public let means: [Double]
  /// Shape [n].
  public let standardDeviations: [Double]
  /// Limits between which each unknown lies with 95 per cent of the probability, shape [n].
  public let intervals: [ClosedRange<Double>]
  /// Lower bound of the logarithm of the evidence, up to the constant of a flat prior in the optimizer's coordinates. Compares
  /// models of the same pictures.
  public let evidence: Double

  /// Draws from q that moments and limits are taken from: limits err by a tenth of a deviation.
  private static let draws = 1024

  init(_ field: MeanField, _ coordinates: Coordinates, seed: UInt64) {
    evidence = field.evidence
    var samples: [[Double]] = []
    for draw in 0..<(Self.draws / 2) {
      // A number of a draw that no iteration reaches.
      let ε = Variational.normals(count: field.mean.count, draw: 1 << 41 + draw, seed: seed)
      let (plus, minus) = field.pointsWithRenderErrors(ε)
      for z in [plus, minus] { samples.append(coordinates.decode(z).map(Double.init)) }
    }
    let n = Double(samples.count)
    let count = samples[0].count
    var (means, deviations): ([Double], [Double]) = ([], [])
    var intervals: [ClosedRange<Double>] = []
    for k in 0..<count {
      let values = samples.map { $0[k] }.sorted()
      let mean = values.reduce(0, +) / n
      means.append(mean)
      deviations.append((values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot())
      intervals.append(values[Int(0.025 * n)]...values[Int(0.975 * n)])
    }
    (self.means, standardDeviations, self.intervals) = (means, deviations, intervals)
  }
}
