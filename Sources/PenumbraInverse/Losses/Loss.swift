public import PenumbraTransport

/// What an optimization minimises per view: a weighted sum of pixel losses.
///
/// Each term is the mean of ℓ(I, T) over channels and over pixels weighted by the mask, as in `Renderer.fused`. One
/// term takes the fused pass; several are evaluated on a rendered picture, whose adjoint a second pass propagates.
public struct Loss: Sendable, Equatable {
  public struct Term: Sendable, Equatable {
    public var kind: PixelLoss
    /// Factor of this term in the sum.
    public var weight: Float

    public init(_ kind: PixelLoss, weight: Float = 1) {
      self.kind = kind
      self.weight = weight
    }
  }

  /// At least one.
  public var terms: [Term]

  public init(_ terms: [Term]) {
    precondition(!terms.isEmpty, "a loss needs a term")
    self.terms = terms
  }

  public init(_ kind: PixelLoss) { self.init([Term(kind)]) }

  /// The term that the fused pass evaluates, `nil` for a sum.
  public var fusedTerm: Term? { terms.count == 1 ? terms[0] : nil }

  /// Loss of a picture and its derivative by every value of the picture.
  ///
  /// - Parameters:
  ///   - rendered: linear RGB, shape [pixels × 3].
  ///   - target: linear RGB, shape [pixels × 3].
  ///   - weights: weight per pixel, shape [pixels]; empty for 1 everywhere.
  /// - Returns: ℒ and the adjoint picture ∂ℒ/∂rendered, shape [pixels × 3]; both zero where all weights are zero.
  public func evaluate(rendered: [Float], target: [Float], weights: [Float] = []) -> (
    value: Double, adjoint: [Float]
  ) {
    precondition(rendered.count == target.count, "pictures of one size")
    precondition(weights.isEmpty || 3 * weights.count == target.count, "one weight per pixel")
    let totalWeight = weights.isEmpty ? Double(target.count / 3) : weights.reduce(0) { $0 + Double($1) }
    var adjoint = [Float](repeating: 0, count: rendered.count)
    guard totalWeight > 0 else { return (0, adjoint) }
    let scale = 1 / (3 * totalWeight)
    var sum = 0.0
    for i in rendered.indices {
      let weight = weights.isEmpty ? 1 : weights[i / 3]
      guard weight != 0 else { continue }
      for term in terms {
        let factor = term.weight * weight
        sum += Double(factor * term.kind.pointwise(rendered: rendered[i], target: target[i]))
        adjoint[i] +=
          factor * Float(scale) * term.kind.pointwiseDerivative(rendered: rendered[i], target: target[i])
      }
    }
    return (sum * scale, adjoint)
  }
}
