/// Whether what is left between renders and targets is noise, or has a shape.
///
/// Noise of one place says nothing about that of another. What the scene cannot explain, or what a search in a wrong valley
/// leaves, extends over many pixels, and standard errors know nothing of it. With the sums s of residuals over cells
/// of some pixels by two halves A and B of the samples, the products (s_A s′_B + s_B s′_A) / 2 of two cells that do not touch
/// have the mean 0 when places are independent, and a sum of such products has the variance Σ p².
public struct Unexplained: Sendable, Equatable {
  /// Σ p and Σ p² over pairs of cells, and their number.
  private(set) var products = 0.0
  private(set) var squares = 0.0
  private(set) var pairs = 0.0
  /// Σ s_A s_B over cells, and their number.
  private(set) var energy = 0.0
  private(set) var cells = 0.0

  /// Pixels along the side of a cell, of small pictures half of that, so that there are enough. Reconstruction filters
  /// and demosaicing reach less far than from one cell to the next but one.
  private static let side = 4
  private static let small = 64
  /// Standard errors above which agreement is no accident, also where many problems are solved.
  private static let significance = 5.0
  /// Correlation of places below which the shape is too faint to matter beside the noise.
  private static let faint = 0.02

  init() {}

  /// - Parameters:
  ///   - a: weighted residuals by one half, shape [height × width × 3], of which channels are summed.
  ///   - b: by the other.
  ///   - width: in pixels.
  init(_ a: [Float], _ b: [Float], width: Int) {
    let height = width > 0 ? a.count / (3 * width) : 0
    let side = min(width, height) < Self.small ? Self.side / 2 : Self.side
    let (columns, rows) = (width / side, height / side)
    guard columns > 0, rows > 0 else { return }
    var sums = [(a: Double, b: Double)](repeating: (0, 0), count: columns * rows)
    for y in 0..<(rows * side) {
      for x in 0..<(columns * side) {
        let cell = y / side * columns + x / side
        for i in (3 * (y * width + x))..<(3 * (y * width + x) + 3) {
          sums[cell].a += Double(a[i])
          sums[cell].b += Double(b[i])
        }
      }
    }
    cells = Double(sums.count)
    energy = sums.reduce(0) { $0 + $1.a * $1.b }
    for y in 0..<rows {
      for x in 0..<columns {
        let here = sums[y * columns + x]
        if x + 2 < columns { take(here, sums[y * columns + x + 2]) }
        if y + 2 < rows { take(here, sums[(y + 2) * columns + x]) }
      }
    }
  }

  private mutating func take(_ s: (a: Double, b: Double), _ t: (a: Double, b: Double)) {
    let product = (s.a * t.b + s.b * t.a) / 2
    products += product
    squares += product * product
    pairs += 1
  }

  /// In standard errors, by how much places agree; 0 where there are too few.
  public var agreement: Double { squares > 0 ? products / squares.squareRoot() : 0 }

  /// The correlation of places, in −1...1: 0 for noise, 1 for one shape all over.
  public var correlation: Double {
    guard pairs > 0, cells > 0, energy > 0 else { return 0 }
    return max(-1, min(1, products / pairs / (energy / cells)))
  }

  /// Whether pictures are not explained to within their noise.
  public var isSignificant: Bool { agreement > Self.significance && correlation > Self.faint }

  /// For people.
  var text: String {
    "the pictures are not explained to within their noise: what is left agrees from place to place by"
      + " \(DisplayNumber.significant(agreement, 2)) standard errors. The search may have ended in a wrong valley, or the scene"
      + " may lack something; error bars do not know of it"
  }

  static func += (left: inout Unexplained, right: Unexplained) {
    left.products += right.products
    left.squares += right.squares
    left.pairs += right.pairs
    left.energy += right.energy
    left.cells += right.cells
  }

  /// All of it in one list, for another process.
  var numbers: [Double] { [products, squares, pairs, energy, cells] }

  /// - Parameter numbers: five, as `numbers` gives them.
  init(numbers: [Double]) {
    (products, squares, pairs, energy, cells) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
  }
}
