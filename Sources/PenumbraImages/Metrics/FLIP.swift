import Foundation

/// LDR-FLIP, the difference seen when flipping between two pictures (Andersson et al., HPG 2020).
///
/// Pictures are clamped to 0...1 in linear light first. 0 means no visible difference, 1 the largest.
public struct FLIP: Sendable {
  /// 0.7 m from a monitor 0.7 m and 3840 pixels wide, the paper's viewing condition: about 67.
  public static let defaultPixelsPerDegree = 3840 / 0.7 * 0.7 * Double.pi / 180

  /// How many pixels a degree of the viewer's visual angle covers, > 0.
  public let pixelsPerDegree: Double

  public init(pixelsPerDegree: Double = FLIP.defaultPixelsPerDegree) {
    precondition(pixelsPerDegree > 0, "\(pixelsPerDegree) pixels per degree")
    self.pixelsPerDegree = pixelsPerDegree
  }

  /// Error per pixel in 0...1, channel Y.
  /// - Throws: `mismatch` where sizes differ, `unsupported` where a picture has no colours.
  public func map(_ image: Image, reference: Image, name: String = "image") throws(ImageError) -> Image {
    let (a, b) = try ImageComparison.matched(image, reference, name: name)
    let (planesA, planesB) = (opponentPlanes(a), opponentPlanes(b))
    let (colorsA, colorsB) = (perceivedColors(planesA), perceivedColors(planesB))
    let (featuresA, featuresB) = (features(planesA[0]), features(planesB[0]))
    var error = Image(width: a.width, height: a.height, channels: ["Y"], repeating: 0)
    for i in error.values.indices {
      let color = redistributed(powf(PerceptualColor.hyAB(colorsA[i], colorsB[i]), colorExponent))
      let feature = max(
        abs(featuresA.edges[i] - featuresB.edges[i]), abs(featuresA.points[i] - featuresB.points[i]))
      error.values[i] = powf(color, 1 - powf(min(1, feature / Float(2).squareRoot()), featureExponent))
    }
    return error
  }

  // Constants of the paper: qc, pc, pt, qf and w.
  private var colorExponent: Float { 0.7 }
  private var featureExponent: Float { 0.5 }
  /// Width in degrees of the features that are detected.
  private var featureWidth: Double { 0.082 }

  /// YCxCz of the clamped picture, one plane per coordinate.
  private func opponentPlanes(_ image: Image) -> [Plane] {
    var planes = [[Float]](repeating: [Float](repeating: 0, count: image.pixelCount), count: 3)
    for i in 0..<image.pixelCount {
      let rgb = SIMD3(image.values[3 * i], image.values[3 * i + 1], image.values[3 * i + 2])
      let color = PerceptualColor.yCxCz(clampedToDisplay(rgb))
      for k in 0..<3 { planes[k][i] = color[k] }
    }
    return planes.map { Plane(width: image.width, height: image.height, values: $0) }
  }

  /// Hunt-adjusted L*a*b* of what is left after the eye's contrast sensitivity.
  private func perceivedColors(_ planes: [Plane]) -> [SIMD3<Float>] {
    let achromatic = sensitivity(planes[0], [(1, 0.0047)])
    let redGreen = sensitivity(planes[1], [(1, 0.0053)])
    let blueYellow = sensitivity(planes[2], [(34.1, 0.04), (13.5, 0.025)])
    return achromatic.indices.map {
      let rgb = PerceptualColor.rgb(yCxCz: SIMD3(achromatic[$0], redGreen[$0], blueYellow[$0]))
      return PerceptualColor.huntLab(clampedToDisplay(rgb))
    }
  }

  /// The plane filtered by Σ aᵢ √(π / bᵢ) exp(−π² r² / bᵢ), r in degrees, normalised to sum 1.
  private func sensitivity(_ plane: Plane, _ terms: [(a: Double, b: Double)]) -> [Float] {
    // All channels share the radius of the widest term, as in the paper.
    let radius = Int((3 * (0.04 / (2 * .pi * .pi)).squareRoot() * pixelsPerDegree).rounded(.up))
    // Each term is separable: its share of the whole is its amplitude times the square of its one-dimensional sum.
    let shapes = terms.map { term in
      Kernel(radius: radius) { exp(-.pi * .pi * $0 * $0 / (pixelsPerDegree * pixelsPerDegree * term.b)) }
    }
    let shares = zip(terms, shapes).map { term, shape in
      let sum = shape.weights.reduce(0) { $0 + Double($1) }
      return term.a * (.pi / term.b).squareRoot() * sum * sum
    }
    var filtered = [Float](repeating: 0, count: plane.values.count)
    for (shape, share) in zip(shapes, shares) {
      let part = plane.convolved(shape.balanced()).values
      let weight = Float(share / shares.reduce(0, +))
      for i in filtered.indices { filtered[i] += weight * part[i] }
    }
    return filtered
  }

  /// Strength of edges and of points in the achromatic plane.
  private func features(_ achromatic: Plane) -> (edges: [Float], points: [Float]) {
    let grey = Plane(
      width: achromatic.width, height: achromatic.height, values: achromatic.values.map { ($0 + 16) / 116 })
    let sigma = 0.5 * featureWidth * pixelsPerDegree
    let radius = Int((3 * sigma).rounded(.up))
    let gaussian = Kernel.gaussian(sigma: sigma, radius: radius)
    let shape = { (x: Double) in exp(-x * x / (2 * sigma * sigma)) }
    let edge = Kernel(radius: radius) { -$0 * shape($0) }.balanced()
    let point = Kernel(radius: radius) { ($0 * $0 / (sigma * sigma) - 1) * shape($0) }.balanced()
    func strength(_ kernel: Kernel) -> [Float] {
      let alongX = grey.convolved(kernel, vertical: gaussian).values
      let alongY = grey.convolved(gaussian, vertical: kernel).values
      return zip(alongX, alongY).map { ($0 * $0 + $1 * $1).squareRoot() }
    }
    return (strength(edge), strength(point))
  }

  /// Maps colour errors to 0...1 so that the lower 40 % take 95 % of the range.
  private func redistributed(_ error: Float) -> Float {
    let greatest = Self.greatestColorError
    let (knee, top): (Float, Float) = (0.4 * greatest, 0.95)
    guard error >= knee else { return error * top / knee }
    return min(1, top + (error - knee) / (greatest - knee) * (1 - top))
  }

  /// The error between green and blue, the colours of sRGB that are farthest apart.
  private static let greatestColorError = powf(
    PerceptualColor.hyAB(PerceptualColor.huntLab(SIMD3(0, 1, 0)), PerceptualColor.huntLab(SIMD3(0, 0, 1))), 0.7)

  /// Each value in 0...1, NaN as 0.
  private func clampedToDisplay(_ rgb: SIMD3<Float>) -> SIMD3<Float> {
    SIMD3(clamp(rgb.x), clamp(rgb.y), clamp(rgb.z))
  }

  private func clamp(_ value: Float) -> Float { value > 0 ? min(value, 1) : 0 }
}
