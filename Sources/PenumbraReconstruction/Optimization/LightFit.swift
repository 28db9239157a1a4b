import PenumbraInverse

/// The light that makes an object of one colour look like its photos, as smooth as that allows.
///
/// Least squares of what vertices send relative to what they receive: base colours differ by factors, so that bright sides
/// must not count more than dark ones. How much light from neighbouring directions may differ is found by leaving out one
/// patch of the surface after another and predicting it from the rest; patches, since colours of neighbouring vertices go
/// together. The smoothest light is taken whose predictions are worse than the best by no more than their standard error.
///
/// - Source: Hastie, Tibshirani & Friedman 2009, *The Elements of Statistical Learning*, 7.10: cross-validation and the rule
///   of one standard error.
struct LightFit {
  /// Radiance from all directions.
  private(set) var light: Surroundings
  /// Weight of smoothness that was chosen.
  private(set) var smoothness = 0.0

  private static let mostVertices = 8192
  private static let patches = 12
  /// Weights of smoothness that are tried, smoothest first.
  private static let candidates = [1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6]
  /// The candidate that weights are found with.
  private static let first = 2
  /// Light that is darker than this share of the start is as good as dark.
  private static let darkest = 1e-3

  private let neighbours: [(a: Int, b: Int, weight: Double)]
  /// Mean radiance of the light to begin with.
  private let start: Double

  /// - Parameters:
  ///   - radiance: what the surface sends; vertices that are not seen do not count.
  ///   - baseColor: the colour of the whole.
  ///   - start: light to begin with, and whose size and mean brightness count.
  init(
    _ mesh: TriangleMesh, _ transfer: LightTransfer, _ radiance: SurfaceRadiance, baseColor: SIMD3<Float>,
    start light: Surroundings
  ) {
    self.light = light
    neighbours = transfer.sky.neighbours
    start = light.mean
    let seen = mesh.positions.indices.filter { radiance.isSeen[$0] }
    let step = max(1, (seen.count + Self.mostVertices - 1) / Self.mostVertices)
    let equations = LightEquations(
      mesh, transfer, vertices: stride(from: 0, to: seen.count, by: step).map { seen[$0] }, radiance.values,
      baseColor, patches: Self.patches)
    guard !equations.wanted.isEmpty, start > 0 else { return }
    smoothness = Self.candidates[Self.first]
    choose(equations, refine(equations, rounds: 3))
    _ = refine(equations, rounds: 3)
  }

  /// Solves with weights from the light so far, and again with weights from that.
  private mutating func refine(_ equations: LightEquations, rounds: Int) -> [LightEquations.Sums] {
    var sums: [LightEquations.Sums] = []
    for _ in 0..<rounds {
      sums = equations.sums(relativeTo: light)
      if let solved = solve(LightEquations.Sums.total(sums), smoothness) { light = solved }
    }
    return sums
  }

  /// The light that solves some equations.
  private func solve(_ sums: LightEquations.Sums, _ smoothness: Double) -> Surroundings? {
    let count = sums.right[0].count
    var matrix = SymmetricMatrix(count: count)
    matrix.elements = sums.matrix
    // What only the poles' caps hold is tied to its neighbours; rounding needs some more.
    let trace = (0..<count).reduce(0) { $0 + matrix[$1, $1] }
    for i in 0..<count { matrix[i, i] += 1e-9 * trace }
    for (a, b, weight) in neighbours {
      let w = smoothness * sums.weight * weight / (start * start)
      matrix[a, a] += w
      matrix[b, b] += w
      matrix[a, b] -= w
      matrix[b, a] -= w
    }
    guard let factor = CholeskyFactor(matrix) else { return nil }
    var result = light
    for channel in 0..<3 {
      let x = factor.solve(sums.right[channel])
      for i in 0..<count { result.colors[3 * i + channel] = Float(max(x[i], Self.darkest * start)) }
    }
    return result
  }

  /// Cross-validation over the patches.
  private mutating func choose(_ equations: LightEquations, _ sums: [LightEquations.Sums]) {
    let (count, candidates) = (sums.count, Self.candidates)
    let total = LightEquations.Sums.total(sums)
    let errors = Parallel.map(candidates.count * count) { [self] job in
      let (candidate, patch) = (candidates[job / count], job % count)
      return solve(total.without(sums[patch]), candidate).map { equations.error($0, patch, sums[patch]) } ?? .infinity
    }
    let perCandidate = candidates.indices.map { Array(errors[($0 * count)..<(($0 + 1) * count)]) }
    let means = perCandidate.map { $0.reduce(0, +) / Double(count) }
    guard let best = means.indices.min(by: { means[$0] < means[$1] }), means[best].isFinite else { return }
    let chosen = candidates.indices.first { candidate in
      let excess = zip(perCandidate[candidate], perCandidate[best]).map { $0 - $1 }
      let mean = excess.reduce(0, +) / Double(count)
      let variance = excess.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count * (count - 1))
      return mean <= variance.squareRoot()
    }
    smoothness = candidates[chosen ?? best]
  }
}
