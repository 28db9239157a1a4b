import PenumbraTransport

/// The Gauss–Newton model of one view's loss, from two independent halves A and B of its samples.
///
/// Residuals of one half only meet derivatives of the other: g = ½ (J_Aᵀ W r_B + J_Bᵀ W r_A) and H = ½ (J_Aᵀ W J_B + J_Bᵀ W J_A)
/// are then free of the bias that the noise of a half has when it is multiplied with itself.
struct ViewLinearization {
  /// One half: what the renderer gave, in the values that the loss compares.
  struct Half {
    /// Shape [height × width × 3].
    var residuals: [Float]
    /// Shape [height × width × 3 × m].
    var rows: [Float]
  }

  /// Number of columns m.
  let count: Int
  private(set) var loss = 0.0
  private(set) var variance = 0.0
  /// Shape [m].
  private(set) var gradient: [Double]
  /// Shape [m × m], symmetric.
  private(set) var hessian: [Double]
  /// Per block of pixels the gradient of its losses by each half, for the spread of estimates; empty when not wanted.
  private(set) var scores: [(a: [Double], b: [Double])] = []

  init(count: Int) {
    self.count = count
    gradient = [Double](repeating: 0, count: count)
    hessian = [Double](repeating: 0, count: count * count)
  }

  /// Adds one term of a loss.
  ///
  /// - Parameters:
  ///   - halves: pictures as they are compared with the target, and their derivatives, both linear.
  ///   - blockSide: pixels along the side of a block of scores; 0 for no scores.
  mutating func add(
    _ term: Loss.Term, _ halves: (PictureJacobian, PictureJacobian), target: LossTarget, blockSide: Int = 0
  ) {
    let residualLoss = ResidualLoss(term)
    let mean = zip(halves.0.rgb, halves.1.rgb).map { 0.5 * ($0 + $1) }
    let slopes = residualLoss.residuals(mean, target).slopes
    func half(_ jacobian: PictureJacobian) -> Half {
      var half = Half(residuals: residualLoss.residuals(jacobian.rgb, target).residuals, rows: jacobian.rows)
      guard term.space != .linear || slopes.contains(0) else { return half }
      for (i, slope) in slopes.enumerated() where slope != 1 {
        for k in 0..<count { half.rows[i * count + k] *= slope }
        // Met bounds of a clipped target leave no residual in either half.
        if slope == 0 { half.residuals[i] = 0 }
      }
      return half
    }
    var (a, b) = (half(halves.0), half(halves.1))
    for level in residualLoss.levels(target) {
      add(level, a, b, residualLoss, blockSide: blockSide)
      guard let reduction = level.reduction else { continue }
      a = Half(
        residuals: reduction.apply(a.residuals, channels: 3), rows: reduction.apply(a.rows, channels: 3 * count))
      b = Half(
        residuals: reduction.apply(b.residuals, channels: 3), rows: reduction.apply(b.rows, channels: 3 * count))
    }
  }

  private mutating func add(_ level: ResidualLoss.Level, _ a: Half, _ b: Half, _ loss: ResidualLoss, blockSide: Int) {
    let scale = loss.term.weight * level.scale
    let isSquare = loss.term.kind == .l2 || loss.term.kind == .relativeL2
    for y in 0..<level.height {
      for x in 0..<level.width {
        let pixel = y * level.width + x
        let weight = level.weights[pixel] * scale
        guard weight != 0 else { continue }
        var (spread, squares) = (0.0, 0.0)
        for i in (3 * pixel)..<(3 * pixel + 3) {
          let (rA, rB) = (a.residuals[i], b.residuals[i])
          let mean = 0.5 * (rA + rB)
          let (φ, slope, curvature) = loss.penalty(mean, target: level.target[i])
          // Of a squared error, the product of the halves has no part that is due to noise.
          self.loss += Double(weight * (isSquare ? 0.5 * curvature * rA * rB : φ))
          let d = Double(rA - rB)
          spread += Double(weight * slope) * d / 2
          squares += Double(weight * curvature) / 2 * d * d / 4
          addRows(i, a, b, weight * curvature, rA, rB)
        }
        variance += spread * spread + squares * squares / 3
      }
    }
    if blockSide > 0 { addScores(level, a, b, loss, scale: scale, blockSide: blockSide) }
  }

  /// g and H of one value.
  @inline(__always)
  private mutating func addRows(_ i: Int, _ a: Half, _ b: Half, _ factor: Float, _ rA: Float, _ rB: Float) {
    let m = count
    a.rows.withUnsafeBufferPointer { rowsA in
      b.rows.withUnsafeBufferPointer { rowsB in
        hessian.withUnsafeMutableBufferPointer { hessian in
          let (u, v) = (rowsA.baseAddress! + i * m, rowsB.baseAddress! + i * m)
          for k in 0..<m where u[k] != 0 || v[k] != 0 {
            gradient[k] += Double(0.5 * factor * (u[k] * rB + v[k] * rA))
            let (p, q) = (0.5 * factor * u[k], 0.5 * factor * v[k])
            for l in 0...k { hessian[k * m + l] += Double(p * v[l] + q * u[l]) }
          }
        }
      }
    }
  }

  private mutating func addScores(
    _ level: ResidualLoss.Level, _ a: Half, _ b: Half, _ loss: ResidualLoss, scale: Float, blockSide: Int
  ) {
    for y0 in stride(from: 0, to: level.height, by: blockSide) {
      for x0 in stride(from: 0, to: level.width, by: blockSide) {
        var sums = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        for y in y0..<min(y0 + blockSide, level.height) {
          for x in x0..<min(x0 + blockSide, level.width) {
            let pixel = y * level.width + x
            for i in (3 * pixel)..<(3 * pixel + 3) {
              let mean = 0.5 * (a.residuals[i] + b.residuals[i])
              let factor = level.weights[pixel] * scale * loss.penalty(mean, target: level.target[i]).curvature
              guard factor != 0 else { continue }
              for k in 0..<count {
                sums.0[k] += Double(factor * a.rows[i * count + k] * a.residuals[i])
                sums.1[k] += Double(factor * b.rows[i * count + k] * b.residuals[i])
              }
            }
          }
        }
        if sums.0.contains(where: { $0 != 0 }) || sums.1.contains(where: { $0 != 0 }) {
          scores.append((a: sums.0, b: sums.1))
        }
      }
    }
  }
}
