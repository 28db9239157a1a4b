/// Solves (I + λL) x = b by conjugate gradients with the diagonal as preconditioner.
///
/// The matrix is symmetric and its eigenvalues lie between 1 and 1 + 2λ · (largest degree), so that the number of
/// iterations grows with √λ and not with the size of the mesh. The arithmetic is serial and starts from zero: equal
/// inputs give equal bits.
///
/// - Source: Hestenes & Stiefel 1952; Saad 2003, *Iterative methods for sparse linear systems*, algorithm 9.1.
struct DiffusionSolver {
  let laplacian: UniformLaplacian
  let lambda: Double

  /// Relative residual at which a column counts as solved. Below 1e-9, positions stored as `Float` do not change; steps
  /// may be known less well.
  var tolerance = 1e-9

  /// - Parameter b: three right-hand sides, shape [count × 3].
  /// - Returns: x, shape [count × 3].
  func solve(_ b: [SIMD3<Double>]) -> [SIMD3<Double>] {
    let inverseDiagonal = b.indices.map { 1 / (1 + lambda * Double(laplacian.degree($0))) }
    var x = [SIMD3<Double>](repeating: .zero, count: b.count)
    var residual = b
    var direction = zip(residual, inverseDiagonal).map { $0 * $1 }
    var energy = Self.dot(residual, direction)
    let goal = Self.dot(b, b) * (tolerance * tolerance)
    // Rounding ends the progress long before this; the limit only guards against a matrix with NaN.
    for _ in 0..<(1000 + 10 * b.count) {
      let size = Self.dot(residual, residual)
      if (0..<3).allSatisfy({ !(size[$0] > goal[$0]) }) { break }
      let image = laplacian.diffused(direction, lambda: lambda)
      let α = Self.ratio(energy, Self.dot(direction, image))
      for i in x.indices {
        x[i] += α * direction[i]
        residual[i] -= α * image[i]
      }
      let conditioned = zip(residual, inverseDiagonal).map { $0 * $1 }
      let next = Self.dot(residual, conditioned)
      let β = Self.ratio(next, energy)
      for i in x.indices { direction[i] = conditioned[i] + β * direction[i] }
      energy = next
    }
    return x
  }

  private static func dot(_ a: [SIMD3<Double>], _ b: [SIMD3<Double>]) -> SIMD3<Double> {
    var sum = SIMD3<Double>.zero
    for i in a.indices { sum += a[i] * b[i] }
    return sum
  }

  /// a / b per column; 0 where b is 0, which is a column that is solved exactly.
  private static func ratio(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3((0..<3).map { b[$0] == 0 ? 0 : a[$0] / b[$0] })
  }
}
