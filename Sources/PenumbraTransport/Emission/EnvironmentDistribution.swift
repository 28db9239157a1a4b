import Foundation

/// Directions in proportion to the luminance of an environment map: bands between two rows of texels, then columns,
/// uniform within a cell.
struct EnvironmentDistribution {
  /// Cumulative over bands [height], then over the columns of each band [height × width].
  private let rows: GuidedTable
  private let columns: GuidedTable
  let width: Int
  /// Number of bands: one less than the map's rows.
  let height: Int

  /// - Parameters:
  ///   - table: what `fill` writes.
  ///   - height: rows of the map.
  init(_ table: UnsafePointer<Float>, width: Int, height: Int) {
    self.width = width
    self.height = Self.bands(rows: height)
    rows = GuidedTable(table, count: self.height)
    columns = GuidedTable(table + GuidedTable.storage(self.height), count: width)
  }

  static func bands(rows: Int) -> Int { max(rows - 1, 1) }

  /// Floats that `fill` writes for a map of `height` rows.
  static func storage(width: Int, height: Int) -> Int {
    GuidedTable.storage(bands(rows: height)) + bands(rows: height) * GuidedTable.storage(width)
  }

  /// - Returns: the direction's map coordinates and its density per unit (u, v) area.
  @inline(__always) func sample(_ u: SIMD2<Float>) -> (uv: SIMD2<Float>, density: Float) { sample(band(u.y), u.x) }

  /// The first of the two choices of `sample`.
  @inline(__always) func band(_ u: Float) -> Band { rows.sample(u) }

  typealias Band = (index: Int, probability: Float, remainder: Float)

  /// What the second choice reads first.
  @inline(__always) func guide(_ band: Band, _ u: Float) -> UnsafePointer<Float> {
    columns.table(band.index).guide(u)
  }

  /// The second choice.
  @inline(__always) func sample(_ row: Band, _ u: Float) -> (uv: SIMD2<Float>, density: Float) {
    let column = columns.table(row.index).sample(u)
    let x = (Float(column.index) + column.remainder) / Float(width)
    let y = (Float(row.index) + row.remainder) / Float(height)
    return (SIMD2(x, y), row.probability * column.probability * Float(width * height))
  }

  @inline(__always) func density(_ uv: SIMD2<Float>) -> Float {
    let x = min(max(Int(uv.x * Float(width)), 0), width - 1)
    let y = min(max(Int(uv.y * Float(height)), 0), height - 1)
    return rows.cumulative.probability(y) * columns.table(y).cumulative.probability(x) * Float(width * height)
  }

  /// Weights are the mean of the bilinear lookup over each cell (kernel ⅛ ¾ ⅛ along u, ½ ½ along v) times the cell's
  /// solid angle, so that every direction with light has a positive density.
  ///
  /// - Returns: the integral of luminance over the sphere, before `scale`.
  static func fill(
    _ destination: UnsafeMutablePointer<Float>, texels: UnsafePointer<Float>, width: Int, height: Int
  ) -> Float {
    let luminance = (0..<width * height).map { i in
      max(Spectrum(texels[3 * i], texels[3 * i + 1], texels[3 * i + 2]).luminance, 0)
    }
    let bands = bands(rows: height)
    var rowWeights = [Float](repeating: 0, count: bands)
    var weights = [Float](repeating: 0, count: width)
    var total = 0.0
    for y in 0..<bands {
      let below = min(y + 1, height - 1) * width
      for x in 0..<width {
        let left = x == 0 ? width - 1 : x - 1
        let right = x + 1 == width ? 0 : x + 1
        func blend(_ row: Int) -> Float {
          0.125 * (luminance[row + left] + luminance[row + right]) + 0.75 * luminance[row + x]
        }
        weights[x] = 0.5 * (blend(y * width) + blend(below))
      }
      let band = cos(Float(y) / Float(bands) * .pi) - cos(Float(y + 1) / Float(bands) * .pi)
      let columns = destination + GuidedTable.storage(bands) + y * GuidedTable.storage(width)
      let sum = weights.withUnsafeBufferPointer { GuidedTable.fill(columns, weights: $0) }
      rowWeights[y] = sum * band
      total += Double(sum * band) * 2 * .pi / Double(width)
    }
    _ = rowWeights.withUnsafeBufferPointer { GuidedTable.fill(destination, weights: $0) }
    return Float(total)
  }
}
