/// Pieces of an outline that lie together, in a sphere: lines that pass far from it need not look at them.
struct ContourCluster {
  var center: Vector3
  var radius: Float
  var first: Int32
  var count: Int32

  private static let largest = 16

  /// Sorts pieces so that clusters are consecutive, by halving along the longest side of their box.
  ///
  /// - Parameter offset: position of the first piece among all.
  static func split(_ pieces: inout [ContourPiece], offset: Int) -> [ContourCluster] {
    var clusters: [ContourCluster] = []
    func divide(_ range: Range<Int>) {
      let (center, radius, axis) = bounds(pieces[range])
      guard range.count > largest else {
        clusters.append(
          ContourCluster(
            center: center, radius: radius, first: Int32(offset + range.lowerBound), count: Int32(range.count)))
        return
      }
      pieces[range].sort { ($0.start + $0.end)[axis] < ($1.start + $1.end)[axis] }
      let middle = range.lowerBound + range.count / 2
      divide(range.lowerBound..<middle)
      divide(middle..<range.upperBound)
    }
    if !pieces.isEmpty { divide(pieces.indices) }
    return clusters
  }

  /// A sphere around pieces, and the longest axis of their box.
  static func bounds(_ pieces: some Collection<ContourPiece>) -> (center: Vector3, radius: Float, axis: Int) {
    guard let first = pieces.first else { return (.zero, 0, 0) }
    var (low, high) = (first.start, first.start)
    for piece in pieces {
      low = pointwiseMin(low, pointwiseMin(piece.start, piece.end))
      high = pointwiseMax(high, pointwiseMax(piece.start, piece.end))
    }
    let extent = high - low
    let axis = extent.x >= extent.y && extent.x >= extent.z ? 0 : extent.y >= extent.z ? 1 : 2
    return ((low + high) * 0.5, extent.length * 0.5, axis)
  }
}
