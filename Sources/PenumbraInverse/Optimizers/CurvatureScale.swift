/// The diagonal of the Gauss–Newton matrix H, estimated by a few random vectors p = Jᵀ W^½ ζ with signs ζ = ±1: their
/// covariance is H, so that p² is the diagonal in the mean. A vector costs one reverse pass, however many unknowns there are.
///
/// - Source: Hutchinson 1990; Bekas, Kokiopoulou & Saad 2007, *An estimator for the diagonal of a matrix*.
struct CurvatureScale: Sendable, Equatable {
  /// Σ p², shape [n].
  private var squares: [Double] = []
  private(set) var count = 0

  /// Share of the mean below which no element is taken to have curvature: an unlucky sum of signs must not become a
  /// long step.
  private static let floor = 1e-4

  /// - Parameter vector: p, shape [n]; values that are not finite count as 0.
  mutating func take(_ vector: [Float]) {
    if squares.isEmpty { squares = [Double](repeating: 0, count: vector.count) }
    for i in vector.indices where (vector[i] * vector[i]).isFinite { squares[i] += Double(vector[i] * vector[i]) }
    count += 1
  }

  /// D, shape [n], positive; the elements of a colour share theirs, which are then estimated three times as well.
  ///
  /// - Parameter groups: runs of unknowns of one kind, and how many neighbours make a colour or a vector.
  /// - Returns: `nil` when nothing has any curvature.
  func diagonal(_ groups: [(range: Range<Int>, width: Int)]) -> [Double]? {
    let total = squares.reduce(0, +)
    guard total > 0, total.isFinite, count > 0 else { return nil }
    var result = squares
    for (range, width) in groups {
      let mean = range.reduce(0.0) { $0 + squares[$1] } / Double(range.count)
      // Unknowns of one kind that no picture shows still need a positive number.
      let least = Self.floor * (mean > 0 ? mean : total / Double(squares.count))
      for first in stride(from: range.lowerBound, to: range.upperBound, by: width) {
        let colour = first..<min(first + width, range.upperBound)
        let value = max(colour.reduce(0.0) { $0 + squares[$1] } / Double(colour.count), least)
        for i in colour { result[i] = value / Double(count) }
      }
    }
    return result
  }

  func encode(into encoder: inout ByteEncoder) {
    encoder.append(squares)
    encoder.append(UInt64(count))
  }

  /// - Parameter unknowns: number of coordinates.
  mutating func decode(from decoder: inout ByteDecoder, count unknowns: Int) -> Bool {
    guard let squares = decoder.doubles(), [0, unknowns].contains(squares.count),
      let count = decoder.integer(UInt64.self), count < 1 << 32
    else { return false }
    (self.squares, self.count) = (squares, Int(count))
    return true
  }
}
