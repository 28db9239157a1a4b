import PenumbraTransport

/// What an optimization minimises per view: a weighted sum of terms that compare pictures.
///
/// Each term is a mean over channels and over pixels weighted by the mask. A single term that is a sum over pixels takes
/// the fused pass; all others are evaluated on a rendered picture, whose adjoint a second pass propagates.
public struct Loss: Sendable, Equatable {
  /// How the difference r of two values is judged.
  public enum Kind: String, Sendable, CaseIterable {
    /// |r|
    case l1
    /// r²
    case l2
    /// r²/2 up to |r| = s, from there linear: s (|r| − s/2).
    case huber
    /// s²/2 ln(1 + r²/s²): differences far above s are outliers and hardly count.
    case cauchy
    /// r² / (T² + 0.01) with the target's T, so that the weight does not depend on the render.
    case relativeL2 = "relative-l2"
    /// 1 − structural similarity, whose residual is not a difference.
    case ssim
  }

  public struct Term: Sendable, Equatable {
    public var kind: Kind
    /// Where values are compared.
    public var space: LossSpace
    /// Number of pictures in a pyramid of halved sizes over which the term is averaged; 1 for the picture alone.
    public var pyramid: Int
    /// Factor of this term in the sum.
    public var weight: Float
    /// s of `huber` and `cauchy`, in the unit of the compared values.
    public var scale: Float

    public init(
      _ kind: Kind, space: LossSpace = .linear, pyramid: Int = 1, weight: Float = 1, scale: Float = 0.1
    ) {
      self.kind = kind
      self.space = space
      self.pyramid = pyramid
      self.weight = weight
      self.scale = scale
    }

    /// The term as a loss of the fused pass, where that has it.
    var fused: PixelLoss? {
      guard pyramid <= 1 else { return nil }
      switch (kind, space) {
      case (.l1, .linear): return .l1
      case (.l2, .linear): return .l2
      case (.relativeL2, .linear): return .relativeL2
      case (.l2, .log): return .log
      default: return nil
      }
    }

    /// Everything that tells it from another term.
    var description: String { "\(kind.rawValue) \(space.rawValue) \(pyramid) \(weight) \(scale)" }

    /// Whether the term is a sum of residuals, which has a Gauss–Newton matrix.
    var hasResiduals: Bool { kind != .ssim }
  }

  /// At least one.
  public var terms: [Term]

  public init(_ terms: [Term]) {
    precondition(!terms.isEmpty, "a loss needs a term")
    self.terms = terms
  }

  public init(_ kind: Kind, space: LossSpace = .linear) { self.init([Term(kind, space: space)]) }

  /// Names by which a loss of one term is called: its kind, `log` for l2 of logarithms and `log-srgb` for l1 of
  /// tone-mapped logarithms.
  public static let names = Kind.allCases.map(\.rawValue) + ["log", "log-srgb"]

  /// `nil` for a name that is none of `names`.
  public init?(named name: String) {
    switch name {
    case "log": self.init(.l2, space: .log)
    case "log-srgb": self.init(.l1, space: .logSRGB)
    default:
      guard let kind = Kind(rawValue: name) else { return nil }
      self.init(kind)
    }
  }

  /// The loss that the fused pass evaluates and its weight; `nil` when it cannot.
  var fused: (loss: PixelLoss, weight: Float)? {
    guard terms.count == 1, let loss = terms[0].fused else { return nil }
    return (loss, terms[0].weight)
  }

  var hasResiduals: Bool { terms.allSatisfy(\.hasResiduals) }

  /// Whether products with its Gauss–Newton matrix can be had: residuals of the pictures at their own size.
  var hasProducts: Bool { terms.allSatisfy { $0.hasResiduals && $0.pyramid <= 1 } }

  /// The same loss times a factor.
  func scaled(by factor: Float) -> Loss {
    var result = self
    for i in result.terms.indices { result.terms[i].weight *= factor }
    return result
  }

  /// Loss of a picture and its derivative by every value of the picture.
  ///
  /// - Parameter rendered: linear RGB, shape [height × width × 3].
  /// - Returns: ℒ and the adjoint picture ∂ℒ/∂rendered; both zero where all weights are zero.
  public func evaluate(rendered: [Float], target: LossTarget) -> (value: Double, adjoint: [Float]) {
    precondition(rendered.count == target.rgb.count, "pictures of one size")
    var value = 0.0
    var adjoint = [Float](repeating: 0, count: rendered.count)
    for term in terms {
      let (own, derivative) =
        term.kind == .ssim
        ? SSIMLoss(space: term.space).evaluate(rendered, target, levels: term.pyramid)
        : ResidualLoss(term).evaluate(rendered, target)
      value += Double(term.weight) * own
      for i in adjoint.indices { adjoint[i] += term.weight * derivative[i] }
    }
    return (value, adjoint)
  }
}

/// What pictures are compared with.
public struct LossTarget: Sendable, Equatable {
  public var width: Int
  public var height: Int
  /// Linear RGB, shape [height × width × 3].
  public var rgb: [Float]
  /// Weight per pixel, shape [height × width]; empty for 1 everywhere.
  public var weights: [Float]
  /// Channels from this value on are clipped: a picture above them is as good as one that equals them.
  public var clip: Float

  public init(width: Int, height: Int, rgb: [Float], weights: [Float] = [], clip: Float = .infinity) {
    precondition(rgb.count == 3 * width * height, "\(rgb.count) values for \(width)×\(height) pixels")
    precondition(weights.isEmpty || weights.count == width * height, "one weight per pixel")
    self.width = width
    self.height = height
    self.rgb = rgb
    self.weights = weights
    self.clip = clip
  }

  /// Weight per pixel, shape [height × width].
  var fullWeights: [Float] { weights.isEmpty ? [Float](repeating: 1, count: width * height) : weights }

  /// Whether the target bounds a channel only from below and `value` is above it.
  func isMet(_ value: Float, at index: Int) -> Bool { rgb[index] >= clip && value > rgb[index] }
}

/// A loss written by a user of the library.
public protocol PictureLoss: Sendable {
  /// ℒ of a picture, shape [height × width × 3], and ∂ℒ by each of its values.
  func evaluate(rendered: [Float], target: LossTarget) -> (value: Double, adjoint: [Float])
}
