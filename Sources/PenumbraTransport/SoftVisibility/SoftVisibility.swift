/// How far a relaxed silhouette reaches: what `VisibilityEstimator.soft` differentiates instead of a hard one.
///
/// Which surface a ray sees is a categorical choice between the objects along it and those beside it. Each has a logit
/// from its signed distance to the silhouette; a Gumbel-softmax sample weighs their radiances (Jang et al. 2017, Maddison
/// et al. 2017). As both lengths go to 0 the sample becomes the hard choice, and its mean derivative the boundary term.
public struct SoftVisibility: Sendable, Equatable {
  /// τ of the softmax, in film widths: how gradually one sample changes from one object to the next.
  public var temperature: Float
  /// σ of the random displacement of silhouettes, in film widths; objects whose silhouette is further than a few of them
  /// from a ray are not seen by it.
  public var footprint: Float

  /// - Parameters:
  ///   - temperature: positive.
  ///   - footprint: positive; `nil` for the temperature itself.
  public init(temperature: Float = 0.02, footprint: Float? = nil) {
    self.temperature = temperature
    self.footprint = footprint ?? temperature
  }

  /// Distance from a silhouette, in footprints, at which e⁻ᵈ is below what single precision resolves.
  static let reach: Float = 16

  func check() throws(TransportError) {
    for (name, value) in [("temperature", temperature), ("footprint", footprint)]
    where !(value > 0 && value.isFinite && value <= 10) {
      throw TransportError(.invalidOption, "soft visibility: expected a \(name) in 0...10 film widths, found \(value)")
    }
  }
}
