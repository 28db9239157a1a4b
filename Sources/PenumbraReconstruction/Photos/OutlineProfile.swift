/// How bright photos are at each distance from the outlines of their masks: shows masks that were drawn too wide.
///
/// A mask that fits has the object's brightness up to its border. In one that reaches beyond the object, the dark
/// surroundings begin inside, and between them lies a ramp as wide as the lens is unsharp.
struct OutlineProfile: Sendable {
  /// Pixels by which masks reach beyond the object, where its brightness has fallen to a half.
  let excess: Float
  /// Standard deviation of the lens' point spread in pixels, taken as Gaussian.
  let blur: Float
  /// Pixels from there to where the object is as bright as it is: two standard deviations.
  var ramp: Float { 2 * blur }

  /// Depths in pixels at which the brightness of the object itself is read.
  private static let plateau = 10..<14
  private static let depth = 14

  /// - Returns: `nil` when masks fit, or when the surroundings are too bright to be told from the object.
  init?(_ photos: [Photo]) {
    // Brightness by depth, of the object in the same photo.
    var (sums, total) = ([Double](repeating: 0, count: Self.depth), 0.0)
    for photo in photos {
      guard let profile = Self.profile(of: photo) else { continue }
      for k in sums.indices { sums[k] += profile[k] }
      total += 1
    }
    guard total > 0 else { return nil }
    let profile = sums.map { $0 / total }
    // One standard deviation from the half: what is farther inside is shading as well as blur.
    guard profile[0] < 0.3, let half = Self.crossing(profile, 0.5), let high = Self.crossing(profile, 0.841),
      half > 0.75
    else { return nil }
    let low = Self.crossing(profile, 0.159)
    (excess, blur) = (Float(half), Float(low.map { (high - $0) / 2 } ?? (high - half)))
  }

  /// Mean brightness at depths 0…1, 1…2, … inside the outline over that of the plateau.
  private static func profile(of photo: Photo) -> [Double]? {
    guard let mask = photo.mask else { return nil }
    let distance = SilhouetteDistance(mask: mask, width: photo.width, height: photo.height)
    var (sums, counts) = ([Double](repeating: 0, count: depth), [Double](repeating: 0, count: depth))
    for pixel in mask.indices where mask[pixel] > 0.5 && photo.validity[pixel] > 0 {
      let k = Int(max(-distance.values[pixel], 0))
      guard k < depth else { continue }
      let rgb = photo.rgb[3 * pixel] + photo.rgb[3 * pixel + 1] + photo.rgb[3 * pixel + 2]
      sums[k] += Double(rgb / mask[pixel])
      counts[k] += 1
    }
    let level = plateau.reduce(0) { $0 + sums[$1] } / max(plateau.reduce(0) { $0 + counts[$1] }, 1)
    guard counts.allSatisfy({ $0 > 0 }), level > 0 else { return nil }
    return zip(sums, counts).map { $0 / $1 / level }
  }

  /// The depth in pixels at which a profile first reaches a level.
  private static func crossing(_ profile: [Double], _ level: Double) -> Double? {
    guard let k = profile.firstIndex(where: { $0 >= level }), k > 0 else { return nil }
    // Values are means over a pixel's depth: each stands for its middle.
    return Double(k) - 0.5 + (level - profile[k - 1]) / (profile[k] - profile[k - 1])
  }
}

extension Photo {
  /// The photo with a mask that is narrower, and with the colours of the object carried outwards over the ramp.
  ///
  /// - Parameters:
  ///   - margin: pixels that the mask loses on each side.
  ///   - ramp: pixels from there on whose colours are mixed with what lies behind.
  func trimmed(by margin: Float, ramp: Float) -> Photo {
    guard let mask else { return self }
    let distance = SilhouetteDistance(mask: mask, width: width, height: height).values
    var trimmed = self
    let narrow = distance.map { min(max(0.5 - margin - $0, 0), 1) }
    // Straight colours, known where nothing is mixed in.
    var colors = rgb
    for i in colors.indices { colors[i] /= max(mask[i / 3], 0.05) }
    var known = distance.map { $0 < -(margin + ramp) }
    TextureFill.dilate(
      &colors, channels: 3, known: &known, width: width, height: height, rounds: Int((margin + ramp).rounded(.up)) + 1)
    trimmed.mask = narrow
    // What is too thin to have an inside keeps its colours.
    trimmed.rgb = colors.indices.map { narrow[$0 / 3] * colors[$0] }
    return trimmed
  }
}
