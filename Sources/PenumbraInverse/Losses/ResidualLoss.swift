import Foundation

/// A term that judges residuals r = f(I) − f(T) one by one, at every size of a pyramid.
struct ResidualLoss {
  let term: Loss.Term

  /// Keeps the relative loss finite on black targets.
  private static let relativeFloor: Float = 0.01
  /// |r| below which the weight of a residual of the l1 loss no longer grows in the Gauss–Newton matrix.
  private static let smallestResidual: Float = 1e-3

  init(_ term: Loss.Term) { self.term = term }

  /// One size of the pyramid.
  struct Level {
    var width: Int
    var height: Int
    /// Shape [height × width].
    var weights: [Float]
    /// The target's values, shape [height × width × 3].
    var target: [Float]
    /// Factor of φ of a residual of weight 1: a share of the mean over pixels, channels and levels.
    var scale: Float
    /// To the next smaller size; `nil` for the smallest.
    var reduction: PictureReduction?
  }

  func levels(_ target: LossTarget) -> [Level] {
    var levels: [Level] = []
    var (width, height, weights, values) = (target.width, target.height, target.fullWeights, target.rgb)
    for index in 0..<max(term.pyramid, 1) {
      let total = weights.reduce(0.0) { $0 + Double($1) }
      var level = Level(
        width: width, height: height, weights: weights, target: values, scale: total > 0 ? Float(1 / (3 * total)) : 0)
      let reduction = PictureReduction(width: width, height: height, weights: weights)
      if index + 1 < term.pyramid && reduction.isUseful {
        level.reduction = reduction
        (width, height) = (reduction.reducedWidth, reduction.reducedHeight)
        values = reduction.apply(values, channels: 3)
        weights = reduction.reducedWeights
      }
      levels.append(level)
      if level.reduction == nil { break }
    }
    for i in levels.indices { levels[i].scale /= Float(levels.count) }
    return levels
  }

  /// Residuals of the full picture and df/dI of each value; both 0 where the target only bounds from below and is met.
  func residuals(_ rendered: [Float], _ target: LossTarget) -> (residuals: [Float], slopes: [Float]) {
    var residuals = [Float](repeating: 0, count: rendered.count)
    var slopes = residuals
    for i in rendered.indices where !target.isMet(rendered[i], at: i) && target.rgb[i].isFinite {
      residuals[i] = term.space.value(rendered[i]) - term.space.value(target.rgb[i])
      slopes[i] = term.space.slope(rendered[i])
    }
    return (residuals, slopes)
  }

  func evaluate(_ rendered: [Float], _ target: LossTarget) -> (value: Double, adjoint: [Float]) {
    let levels = levels(target)
    let (full, slopes) = residuals(rendered, target)
    var pictures = [full]
    for level in levels {
      if let reduction = level.reduction { pictures.append(reduction.apply(pictures[pictures.count - 1], channels: 3)) }
    }
    var value = 0.0
    var adjoint: [Float] = []
    for (level, residuals) in zip(levels, pictures).reversed() {
      var own = level.reduction?.transposed(adjoint, channels: 3) ?? [Float](repeating: 0, count: residuals.count)
      for i in residuals.indices where level.weights[i / 3] != 0 {
        let factor = level.weights[i / 3] * level.scale
        let (φ, slope, _) = penalty(residuals[i], target: level.target[i])
        value += Double(factor * φ)
        own[i] += factor * slope
      }
      adjoint = own
    }
    for i in adjoint.indices { adjoint[i] *= slopes[i] }
    return (value, adjoint)
  }

  /// φ(r), φ′(r), and the curvature φ′(r)/r of the parabola that touches φ at r from above.
  func penalty(_ r: Float, target: Float) -> (value: Float, slope: Float, curvature: Float) {
    switch term.kind {
    case .l1: return (abs(r), r > 0 ? 1 : (r < 0 ? -1 : 0), 1 / max(abs(r), Self.smallestResidual))
    case .l2, .ssim: return (r * r, 2 * r, 2)
    case .relativeL2:
      let weight = 1 / (target * target + Self.relativeFloor)
      return (r * r * weight, 2 * r * weight, 2 * weight)
    case .huber:
      let s = term.scale
      guard abs(r) > s else { return (r * r / 2, r, 1) }
      return (s * (abs(r) - s / 2), r > 0 ? s : -s, s / abs(r))
    case .cauchy:
      let q = (r / term.scale) * (r / term.scale)
      return (term.scale * term.scale / 2 * log1pf(q), r / (1 + q), 1 / (1 + q))
    }
  }
}
