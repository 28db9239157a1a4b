import PenumbraTransport

/// How a solution moves with the pictures that it explains: the derivative of an optimum by the data, without solving again.
///
/// At the optimum the gradient vanishes, F(x, T) = ∂ℒ/∂x = 0, whatever the targets T. Differentiating gives
/// dx/dT = −(∂F/∂x)⁻¹ ∂F/∂T with the Hessian ∂F/∂x in its Gauss–Newton form, which leaves out what residuals times second
/// derivatives of the picture add. Unknowns that stand on a bound do not move.
///
/// - Source: Blondel & Roulet 2024, *The Elements of Differentiable Programming*, §11 (implicit differentiation).
public struct SolutionSensitivity: Sendable {
  /// Of one view: ∂²ℒ/∂x∂T, shape [height × width × 3 × n].
  private let mixed: [[Float]]
  private let factor: CholeskyFactor
  private let free: [Int]
  /// Number of unknowns n.
  public let count: Int

  /// - Parameters:
  ///   - hessian: ∂²ℒ/∂x², shape [n × n].
  ///   - mixed: of every view, ∂²ℒ/∂x∂T.
  ///   - isFixed: unknowns on a bound, shape [n].
  init(hessian: SymmetricMatrix, mixed: [[Float]], isFixed: [Bool]) throws(InverseError) {
    count = isFixed.count
    free = isFixed.indices.filter { !isFixed[$0] }
    self.mixed = mixed
    guard !free.isEmpty, let factor = CholeskyFactor(hessian.restricted(to: free)) else {
      throw InverseError(.failed, "the pictures do not determine the unknowns: their Hessian cannot be inverted")
    }
    self.factor = factor
  }

  /// ẋ for a change Ṫ of the targets.
  ///
  /// - Parameter change: one picture per view, linear RGB, shape [height × width × 3].
  public func pushForward(_ change: [[Float]]) -> [Double] {
    precondition(change.count == mixed.count, "one picture per view")
    var right = [Double](repeating: 0, count: count)
    for (rows, picture) in zip(mixed, change) {
      precondition(picture.count * count == rows.count, "pictures of the targets' size")
      for (i, value) in picture.enumerated() where value != 0 {
        for k in 0..<count { right[k] -= Double(rows[i * count + k] * value) }
      }
    }
    return solved(right)
  }

  /// ∂s/∂T of every view from ∂s/∂x of a quantity s of the solution, shape [n].
  public func pullBack(_ adjoint: [Double]) -> [[Float]] {
    precondition(adjoint.count == count, "one value per unknown")
    let solution = solved(adjoint)
    return mixed.map { rows in
      (0..<(rows.count / count)).map { i in
        Float(-(0..<count).reduce(0.0) { $0 + Double(rows[i * count + $1]) * solution[$1] })
      }
    }
  }

  /// H⁻¹ v over the free unknowns, 0 for the others.
  private func solved(_ v: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    for (k, value) in zip(free, factor.solve(free.map { v[$0] })) { result[k] = value }
    return result
  }
}

extension RenderObjective {
  /// How the optimum x moves with the targets.
  ///
  /// - Parameter draw: the samples of the derivatives.
  /// - Throws: `.unsupported` for losses other than squares of the whole pictures, and for too many unknowns.
  func sensitivity(_ x: [Float], draw: Draw) throws(InverseError) -> SolutionSensitivity {
    guard customLosses.isEmpty, loss.terms.allSatisfy({ $0.kind == .l2 && $0.pyramid <= 1 }) else {
      throw InverseError(.unsupported, "the derivative of a solution needs the loss l2 without a pyramid")
    }
    let values = views.map { 3 * $0.width * $0.height }.max() ?? 0
    guard unknowns.count * values <= OptimizerChoice.largestJacobian else {
      throw InverseError(.unsupported, "\(unknowns.count) unknowns of \(values) values are too many for a Jacobian")
    }
    guard unknowns.ranges.count == unknowns.slices.count else {
      throw InverseError(.unsupported, "the derivative of a solution does not know responses of cameras")
    }
    let n = unknowns.count
    var hessian = SymmetricMatrix(count: n)
    var mixed: [[Float]] = []
    do {
      let responses = try update(x)
      for (index, view) in views.enumerated() {
        let (a, b) = try halves(index, responses[index], draw)
        var own = ViewLinearization(count: n, width: view.width, height: view.height)
        let terms = loss.scaled(by: view.weight).terms
        for term in terms { own.add(term, (a, b), target: view.target) }
        for k in 0..<n {
          for l in 0...k {
            hessian[k, l] += own.hessian[k * n + l]
            hessian[l, k] = hessian[k, l]
          }
        }
        mixed.append(Self.mixedDerivatives(terms, a, b, view.target))
      }
    } catch { throw InverseError(error) }
    for regularizer in regularizers {
      var model = Linearization(loss: 0, gradient: [Double](repeating: 0, count: n), hessian: hessian)
      regularizer.add(x, to: &model)
      hessian = model.hessian
    }
    let isFixed = zip(x, unknowns.bounds).map { $0 <= $1.lowerBound || $0 >= $1.upperBound }
    return try SolutionSensitivity(hessian: hessian, mixed: mixed, isFixed: isFixed)
  }

  /// ∂²ℒ/∂x∂T of squares w (f(I) − f(T))²: −2 w f′(I) f′(T) ∂I/∂x, shape [height × width × 3 × n].
  private static func mixedDerivatives(
    _ terms: [Loss.Term], _ a: PictureJacobian, _ b: PictureJacobian, _ target: LossTarget
  ) -> [Float] {
    let n = a.count
    var rows = [Float](repeating: 0, count: a.rows.count)
    let mean = zip(a.rgb, b.rgb).map { ($0 + $1) / 2 }
    for term in terms {
      let residualLoss = ResidualLoss(term)
      let level = residualLoss.levels(target)[0]
      for (i, slope) in residualLoss.residuals(mean, target).slopes.enumerated() {
        let factor = -term.weight * level.scale * level.weights[i / 3] * slope * term.space.slope(target.rgb[i])
        guard factor != 0 else { continue }
        // Half of −2 w f′ f′ for the sum of both halves.
        for k in (i * n)..<((i + 1) * n) { rows[k] += factor * (a.rows[k] + b.rows[k]) }
      }
    }
    return rows
  }
}
