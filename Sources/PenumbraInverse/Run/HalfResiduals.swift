import PenumbraTransport

/// Residuals of two independent halves of a picture, each to meet the derivatives of the other.
///
/// A curve f of a noisy mean errs by ½ f″ times its variance, which is twice as large for a half as for the whole:
/// 2 f(I) − f(I_B) in the place of f(I_A) is as noisy, and free of that. Slopes come from the half's own picture, whose
/// noise has no part, to first order, in the residual of the other half that they meet.
///
/// - Source: Quenouille 1956, *Notes on bias in estimation*.
struct HalfResiduals {
  struct Half {
    /// Shape [height × width × 3].
    var residuals: [Float]
    /// df/dI, shape [height × width × 3]; 0 where the target only bounds from below and is met.
    var slopes: [Float]
  }

  let a: Half
  let b: Half

  /// - Parameters:
  ///   - a: the picture by one half of its samples, as it is compared with the target.
  ///   - b: by the other half.
  init(_ loss: ResidualLoss, _ a: [Float], _ b: [Float], _ target: LossTarget) {
    let space = loss.term.space
    let (ofMean, slopes) = loss.residuals(zip(a, b).map { 0.5 * ($0 + $1) }, target)
    func half(_ picture: [Float], other: [Float]) -> Half {
      var half = Half(residuals: [], slopes: slopes)
      half.residuals =
        space == .linear
        ? loss.residuals(picture, target).residuals
        : zip(ofMean, loss.residuals(other, target).residuals).map { 2 * $0 - $1 }
      for i in slopes.indices {
        // Met bounds of a clipped target leave no residual in either half.
        if slopes[i] == 0 { half.residuals[i] = 0 } else { half.slopes[i] = space.slope(picture[i]) }
      }
      return half
    }
    (self.a, self.b) = (half(a, other: b), half(b, other: a))
  }
}
