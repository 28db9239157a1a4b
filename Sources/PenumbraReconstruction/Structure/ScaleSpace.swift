import Foundation

/// A picture ever more blurred, in octaves of half the size each.
///
/// - Source: Lowe 2004, *Distinctive image features from scale-invariant keypoints*, section 3.
struct ScaleSpace {
  /// Levels between a blur and its double.
  static let intervals = 3
  /// Standard deviation of an octave's first level, in its pixels.
  static let firstSigma: Float = 1.6
  /// Blur that a photo has by itself, in its pixels.
  private static let ownSigma: Float = 0.5
  /// Shorter sides hold nothing that could be told from its surroundings.
  private static let leastSide = 24

  struct Level {
    let width: Int
    let height: Int
    /// Shape [height × width].
    var values: [Float]

    @inline(__always) func at(_ x: Int, _ y: Int) -> Float { values[y * width + x] }
  }

  /// Per octave `intervals` + 3 levels; pixel (x, y) of octave o has its centre on that of pixel (2ᵒ x, 2ᵒ y).
  private(set) var octaves: [[Level]] = []

  /// - Parameter values: shape [height × width], in 0...1.
  init(_ values: [Float], width: Int, height: Int) {
    let first = (Self.firstSigma * Self.firstSigma - Self.ownSigma * Self.ownSigma).squareRoot()
    var base = Level(width: width, height: height, values: values).blurred(first)
    while min(base.width, base.height) >= Self.leastSide {
      var levels = [base]
      for i in 1..<(Self.intervals + 3) {
        let (low, high) = (Self.sigma(Float(i - 1)), Self.sigma(Float(i)))
        levels.append(levels[i - 1].blurred((high * high - low * low).squareRoot()))
      }
      octaves.append(levels)
      base = levels[Self.intervals].halved
    }
  }

  /// Standard deviation of a level, in its octave's pixels.
  static func sigma(_ level: Float) -> Float { firstSigma * exp2f(level / Float(intervals)) }
}

extension ScaleSpace.Level {
  fileprivate var halved: ScaleSpace.Level {
    let (w, h) = (width / 2, height / 2)
    return ScaleSpace.Level(
      width: w, height: h, values: (0..<(w * h)).map { at(2 * ($0 % max(w, 1)), 2 * ($0 / max(w, 1))) })
  }

  /// Convolved with a Gaussian; pixels repeat beyond the border.
  fileprivate func blurred(_ sigma: Float) -> ScaleSpace.Level {
    let radius = max(1, Int((3 * sigma).rounded(.up)))
    var kernel = (-radius...radius).map { expf(-0.5 * Float($0 * $0) / (sigma * sigma)) }
    let total = kernel.reduce(0, +)
    for i in kernel.indices { kernel[i] /= total }
    var rows = [Float](repeating: 0, count: values.count)
    for y in 0..<height {
      for (k, weight) in kernel.enumerated() {
        let shift = k - radius
        let inner = max(0, -shift)..<max(max(0, -shift), min(width, width - shift))
        for x in inner { rows[y * width + x] += weight * values[y * width + x + shift] }
        for x in 0..<min(inner.lowerBound, width) { rows[y * width + x] += weight * values[y * width] }
        for x in max(inner.upperBound, 0)..<width { rows[y * width + x] += weight * values[y * width + width - 1] }
      }
    }
    var result = self
    for i in result.values.indices { result.values[i] = 0 }
    for y in 0..<height {
      for (k, weight) in kernel.enumerated() {
        let from = min(max(y + k - radius, 0), height - 1) * width
        for x in 0..<width { result.values[y * width + x] += weight * rows[from + x] }
      }
    }
    return result
  }
}
