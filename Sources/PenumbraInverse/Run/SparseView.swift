import PenumbraTransport

/// One view's part of a `SparseModel`, from two independent halves A and B of its samples.
///
/// As in `ViewLinearization`, residuals of one half only meet derivatives of the other. H is that of the mean of the halves:
/// the noise of J makes it too large, and steps shorter where little is known, but never moves the optimum.
struct SparseView {
  /// ∂ℒ by two estimates, laid out like θ.
  let gradients: (a: [Float], b: [Float])
  /// Of both halves together.
  private let mean: SparseJacobian
  private(set) var loss = 0.0
  private(set) var variance = 0.0
  /// W, shape [height × width × 3].
  private var weights: [Float]

  /// - Parameters:
  ///   - loss: whose terms have residuals of the pictures at their own size.
  ///   - factor: of the view's loss.
  init(
    _ halves: (SparseJacobian, SparseJacobian), _ loss: Loss, _ response: Response, _ target: LossTarget, factor: Float
  ) {
    let (a, b) = halves
    weights = [Float](repeating: 0, count: a.rgb.count)
    // What the derivatives of each half meet: W times the residuals of the other.
    var adjoints = (a: weights, b: weights)
    let seen = (a: response.apply(a.rgb), b: response.apply(b.rgb))
    let responseSlopes = (a: response.slopes(a.rgb), b: response.slopes(b.rgb))
    for term in loss.terms {
      let residualLoss = ResidualLoss(term)
      guard let level = residualLoss.levels(target).first else { continue }
      let halves = HalfResiduals(residualLoss, seen.a, seen.b, target)
      let isSquare = term.kind == .l2 || term.kind == .relativeL2
      for pixel in level.weights.indices {
        let weight = factor * term.weight * level.scale * level.weights[pixel]
        guard weight != 0 else { continue }
        var (spread, squares) = (0.0, 0.0)
        for i in (3 * pixel)..<(3 * pixel + 3) {
          let (rA, rB) = (halves.a.residuals[i], halves.b.residuals[i])
          let (φ, slope, curvature) = residualLoss.penalty(0.5 * (rA + rB), target: level.target[i])
          self.loss += Double(weight * (isSquare ? 0.5 * curvature * rA * rB : φ))
          let d = Double(rA - rB)
          spread += Double(weight * slope) * d / 2
          squares += Double(weight * curvature) / 2 * d * d / 4
          let (sA, sB) = (halves.a.slopes[i] * responseSlopes.a[i], halves.b.slopes[i] * responseSlopes.b[i])
          adjoints.a[i] += weight * curvature * sA * rB
          adjoints.b[i] += weight * curvature * sB * rA
          weights[i] += weight * curvature * max(sA * sB, 0)
        }
        variance += spread * spread + squares * squares / 3
      }
    }
    gradients = (a.transposedProduct(adjoints.a), b.transposedProduct(adjoints.b))
    mean = a.mean(b)
  }

  /// Of H, laid out like θ.
  func diagonal() -> [Float] { mean.squares(weights) }

  /// H v, both laid out like θ.
  func product(_ v: [Float]) -> [Float] {
    var picture = mean.product(v)
    for i in picture.indices { picture[i] *= weights[i] }
    return mean.transposedProduct(picture)
  }
}
