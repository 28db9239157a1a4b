/// What a glossy surface point sees best, as the camera looks at it.
struct GlossyView {
  let position: Vector3
  /// Unit directions of the lobes' peaks; the second may repeat the first.
  private let peaks: (Vector3, Vector3)
  private let alpha: Float
  private let inverseSquaredAlpha: Float
  /// Normal of a surface that sees nothing behind itself.
  private let horizon: Vector3?

  /// Up to this roughness a lobe is narrower than what random lines find often enough.
  private static let widest: Float = 0.4
  /// Value of the rest of the scattering beside a lobe's, both as multiples of a white diffuse surface's.
  private static let rest: Float = 0.1

  /// - Parameters:
  ///   - peaks: where smooth facets would send the light that the camera sees.
  ///   - normal: of the surface, towards the camera.
  /// - Returns: `nil` for broad lobes.
  init?(_ position: Vector3, peaks: (Vector3, Vector3?), alpha: Float, normal: Vector3? = nil) {
    guard alpha <= Self.widest else { return nil }
    self.position = position
    self.peaks = (peaks.0, peaks.1 ?? peaks.0)
    self.alpha = alpha
    horizon = peaks.1 == nil ? normal : nil
    inverseSquaredAlpha = 1 / max(alpha * alpha, 1e-6)
  }

  /// Where to look on the edge from `a` to `b`, for the peak that points closer to its middle.
  func places(from a: Vector3, to b: Vector3) -> EdgePlaces {
    let middle = (a + b) * 0.5 - position
    let peak = dot(middle, peaks.0) >= dot(middle, peaks.1) ? peaks.0 : peaks.1
    return EdgePlaces(a - position, along: b - a, peak: peak, alpha: alpha)
  }

  /// A bound, within a small factor, of what a set of edges contributes: length / d² · f, with the GGX lobe in the most
  /// favourable direction.
  @inline(__always) func importance(of node: LightNode) -> Float {
    let offset = node.center - position
    // A surface's own rims, above all, are as near as can be and yet out of its sight.
    if let horizon {
      let (n, half) = (horizon, node.halfExtent)
      let reach = abs(n.x) * half.x + abs(n.y) * half.y + abs(n.z) * half.z
      let size = abs(offset.x) + abs(offset.y) + abs(offset.z) + node.radius
      guard dot(horizon, offset) + reach > 1e-5 * size else { return 0 }
    }
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
