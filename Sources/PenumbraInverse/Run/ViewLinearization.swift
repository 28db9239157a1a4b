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
  /// ℒ of the whole pictures, where `loss` compares halved ones.
  private(set) var fullLoss = 0.0
  private(set) var variance = 0.0
  /// Σ of the squares of all derivatives with the weights as given: 0 where nothing in the picture answers.
  private(set) var answer = 0.0
  /// Shape [m].
  private(set) var gradient: [Double]
  /// Shape [m × m], symmetric.
  private(set) var hessian: [Double]
  /// The same by the mean of the halves with itself: with the bias by noise, and never negative.
  private(set) var noisyHessian: [Double]
  /// Per block of pixels the gradient of its losses by each half, for the spread of estimates; empty when not wanted.
  var scores: [(a: [Double], b: [Double])] {
    blocks.filter { $0.a.contains { $0 != 0 } || $0.b.contains { $0 != 0 } }
  }
  /// Of the pictures at their own size; empty when no scores are wanted.
  private(set) var unexplained = Unexplained()
  private var blocks: [(a: [Double], b: [Double])] = []
  private let blockSide: Int
  private let blockColumns: Int
  private let weighsNoise: Bool

  /// - Parameters:
  ///   - count: number of columns.
  ///   - width: of the pictures, like their height in pixels.
  ///   - blockSide: pixels along the side of a block of scores; 0 for no scores.
  ///   - weighsNoise: whether pixels count by their `NoiseWeights`.
  init(count: Int, width: Int, height: Int, blockSide: Int = 0, weighsNoise: Bool = false) {
    self.count = count
    self.blockSide = blockSide
    self.weighsNoise = weighsNoise
    blockColumns = blockSide > 0 ? (width + blockSide - 1) / blockSide : 0
    if blockSide > 0 {
      let zeros = [Double](repeating: 0, count: count)
      blocks = Array(repeating: (zeros, zeros), count: blockColumns * ((height + blockSide - 1) / blockSide))
    }
    gradient = [Double](repeating: 0, count: count)
    hessian = [Double](repeating: 0, count: count * count)
    noisyHessian = hessian
  }

  /// Adds one term of a loss.
  ///
  /// - Parameters:
  ///   - halves: pictures as they are compared with the target, and their derivatives, both linear.
  ///   - halvings: of both pictures before they are compared.
  mutating func add(
    _ term: Loss.Term, _ halves: (PictureJacobian, PictureJacobian), target: LossTarget, halvings: Int = 0
  ) {
    let residualLoss = ResidualLoss(term)
    let compared = HalfResiduals(residualLoss, halves.0.rgb, halves.1.rgb, target)
    func half(_ compared: HalfResiduals.Half, _ jacobian: PictureJacobian) -> Half {
      var half = Half(residuals: compared.residuals, rows: jacobian.rows)
      for (i, slope) in compared.slopes.enumerated() where slope != 1 {
        for k in 0..<count { half.rows[i * count + k] *= slope }
      }
      return half
    }
    var (a, b) = (half(compared.a, halves.0), half(compared.b, halves.1))
    let whole = target
    var target = target
    for _ in 0..<halvings {
      let reduction = PictureReduction(width: target.width, height: target.height, weights: target.fullWeights)
      guard reduction.isUseful else { break }
      reduce(&a, &b, reduction)
      target = LossTarget(
        width: reduction.reducedWidth, height: reduction.reducedHeight, rgb: reduction.apply(target.rgb, channels: 3),
        weights: reduction.reducedWeights)
    }
    for (smaller, level) in residualLoss.levels(target).enumerated() {
      add(level, a, b, residualLoss, shift: halvings + smaller, countsFully: halvings == 0)
      if let reduction = level.reduction { reduce(&a, &b, reduction) }
    }
    guard halvings > 0 else { return }
    let mean = zip(halves.0.rgb, halves.1.rgb).map { 0.5 * ($0 + $1) }
    fullLoss += Double(term.weight) * residualLoss.evaluate(mean, whole).value
  }

  private func reduce(_ a: inout Half, _ b: inout Half, _ reduction: PictureReduction) {
    func reduced(_ half: Half) -> Half {
      Half(
        residuals: reduction.apply(half.residuals, channels: 3), rows: reduction.apply(half.rows, channels: 3 * count))
    }
    (a, b) = (reduced(a), reduced(b))
  }

  /// - Parameters:
  ///   - shift: how often the pictures were halved.
  ///   - countsFully: whether the level is part of ℒ of the whole pictures.
  private mutating func add(
    _ level: ResidualLoss.Level, _ a: Half, _ b: Half, _ loss: ResidualLoss, shift: Int, countsFully: Bool
  ) {
    let scale = loss.term.weight * level.scale
    let isSquare = loss.term.kind == .l2 || loss.term.kind == .relativeL2
    let weights = weighsNoise ? weights(level, a, b, loss) : level.weights
    for y in 0..<level.height {
      for x in 0..<level.width {
        let pixel = y * level.width + x
        let weight = weights[pixel] * scale
        guard weight != 0 else { continue }
        var (spread, squares) = (0.0, 0.0)
        for i in (3 * pixel)..<(3 * pixel + 3) {
          let (rA, rB) = (a.residuals[i], b.residuals[i])
          let mean = 0.5 * (rA + rB)
          let (φ, slope, curvature) = loss.penalty(mean, target: level.target[i])
          // Of a squared error, the product of the halves has no part that is due to noise.
          let value = isSquare ? 0.5 * curvature * rA * rB : φ
          self.loss += Double(weight * value)
          if countsFully { fullLoss += Double(level.weights[pixel] * scale * value) }
          let d = Double(rA - rB)
          spread += Double(weight * slope) * d / 2
          squares += Double(weight * curvature) / 2 * d * d / 4
          let answered = addRows(i, a, b, weight * curvature, rA, rB)
          answer += Double(level.weights[pixel] * scale * curvature) * answered
        }
        variance += spread * spread + squares * squares / 3
      }
    }
    guard blockSide > 0 else { return }
    addScores(level, a, b, loss, weights, scale: scale, shift: shift)
    guard shift == 0, unexplained.cells == 0 else { return }
    func weighted(_ half: Half) -> [Float] {
      half.residuals.indices.map { half.residuals[$0] * weights[$0 / 3].squareRoot() }
    }
    unexplained += Unexplained(weighted(a), weighted(b), width: level.width)
  }

  /// The weights of a level's pixels times those by their noise.
  private func weights(_ level: ResidualLoss.Level, _ a: Half, _ b: Half, _ loss: ResidualLoss) -> [Float] {
    func scaled(_ half: Half) -> [Float] {
      half.residuals.indices.map { i in
        let mean = 0.5 * (a.residuals[i] + b.residuals[i])
        return half.residuals[i] * (0.5 * loss.penalty(mean, target: level.target[i]).curvature).squareRoot()
      }
    }
    let values = 3 * count
    let noise = NoiseWeights(
      width: level.width, height: level.height, weights: level.weights, residuals: (scaled(a), scaled(b))
    ) { pixel in
      let range = (pixel * values)..<((pixel + 1) * values)
      return a.rows[range].contains { $0 != 0 } || b.rows[range].contains { $0 != 0 }
    }
    return zip(level.weights, noise.values).map { $0 * $1 }
  }

  /// g and H of one value.
  ///
  /// - Returns: Σ of the squares of its derivatives.
  @inline(__always)
  private mutating func addRows(
    _ i: Int, _ a: Half, _ b: Half, _ factor: Float, _ rA: Float, _ rB: Float
  ) -> Double {
    let m = count
    var sum = 0.0
    a.rows.withUnsafeBufferPointer { rowsA in
      b.rows.withUnsafeBufferPointer { rowsB in
        hessian.withUnsafeMutableBufferPointer { hessian in
          noisyHessian.withUnsafeMutableBufferPointer { noisy in
            for k in 0..<m {
              let (u, v) = (rowsA[i * m + k], rowsB[i * m + k])
              guard u != 0 || v != 0 else { continue }
              gradient[k] += Double(0.5 * factor * (u * rB + v * rA))
              sum += Double(0.25 * (u + v) * (u + v))
              let (p, q, s) = (0.5 * factor * u, 0.5 * factor * v, 0.25 * factor * (u + v))
              for l in 0...k {
                let (x, y) = (rowsA[i * m + l], rowsB[i * m + l])
                hessian[k * m + l] += Double(p * y + q * x)
                noisy[k * m + l] += Double(s * (x + y))
              }
            }
          }
        }
      }
    }
    return sum
  }

  /// Losses of one place belong to its block at whatever size the picture is compared: they err together.
  ///
  /// - Parameter shift: how often the pictures were halved.
  private mutating func addScores(
    _ level: ResidualLoss.Level, _ a: Half, _ b: Half, _ loss: ResidualLoss, _ weights: [Float], scale: Float,
    shift: Int
  ) {
    for y in 0..<level.height {
      for x in 0..<level.width {
        let pixel = y * level.width + x
        let block = (y << shift) / blockSide * blockColumns + (x << shift) / blockSide
        for i in (3 * pixel)..<(3 * pixel + 3) {
          let mean = 0.5 * (a.residuals[i] + b.residuals[i])
          let factor = weights[pixel] * scale * loss.penalty(mean, target: level.target[i]).curvature
          guard factor != 0 else { continue }
          for k in 0..<count {
            blocks[block].a[k] += Double(factor * a.rows[i * count + k] * a.residuals[i])
            blocks[block].b[k] += Double(factor * b.rows[i * count + k] * b.residuals[i])
          }
        }
      }
    }
  }
}
