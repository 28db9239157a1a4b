/// What a glossy surface point sees best, as the camera looks at it.
struct GlossyView {
  let position: Vector3
  /// Unit directions of the lobes' peaks; the second may repeat the first.
  private let peaks: (Vector3, Vector3)
  private let inverseSquaredAlpha: Float

  /// Up to this roughness a lobe is narrower than what random lines find often enough.
  private static let widest: Float = 0.4
  /// Value of the rest of the scattering beside a lobe's, both as multiples of a white diffuse surface's.
  private static let rest: Float = 0.1

  /// - Parameter peaks: where smooth facets would send the light that the camera sees.
  /// - Returns: `nil` for broad lobes.
  init?(_ position: Vector3, peaks: (Vector3, Vector3?), alpha: Float) {
    guard alpha <= Self.widest else { return nil }
    self.position = position
    self.peaks = (peaks.0, peaks.1 ?? peaks.0)
    inverseSquaredAlpha = 1 / max(alpha * alpha, 1e-6)
  }

  /// A bound, within a small factor, of what a set of edges contributes: length / d² · f, with the GGX lobe in the most
  /// favourable direction.
  @inline(__always) func importance(of node: LightNode) -> Float {
    let offset = node.center - position
    let squared = max(offset.squaredLength, 1e-20)
    let radius2 = node.radius * node.radius
    let root = 1 / squared.squareRoot()
    let isInside = squared <= radius2
    let sine = isInside ? 1 : node.radius * root
    let cosine = isInside ? 0 : max(1 - sine * sine, 0).squareRoot()
    let toward = offset * root
    if node.cosine > 0, !isInside {
      // An edge is an outline where one of its triangles turns away: where some normal is perpendicular to some line of
      // sight.
      let isWide = node.cosine * cosine - node.sine * sine <= 0
      guard isWide || abs(dot(node.axis, toward)) <= node.sine * cosine + node.cosine * sine + 1e-4 else { return 0 }
    }
    let lobes = max(
      value(dot(toward, peaks.0), sine, cosine, isInside), value(dot(toward, peaks.1), sine, cosine, isInside))
    return node.power / max(squared, radius2) * (Self.rest + lobes)
  }

  /// - Parameters:
  ///   - along: cosine between a peak and the middle of a cone.
  ///   - sine: of the cone's half angle.
  @inline(__always) private func value(_ along: Float, _ sine: Float, _ cosine: Float, _ isInside: Bool) -> Float {
    let nearest =
      isInside || along >= cosine ? 1 : along * cosine + max(1 - along * along, 0).squareRoot() * sine
    let tangent2 = (1 - nearest) / max(1 + nearest, 1e-6)
    let fall = 1 + tangent2 * inverseSquaredAlpha
    return 0.25 * inverseSquaredAlpha / (fall * fall)
  }
}
