/// A fixed division of the film into tiles, and of the tiles into chunks; it depends on sizes alone, never on the
/// number of threads, so that sums over chunks are the same bits for every thread count.
struct TilePlan {
  static let tileSide = 16
  let width: Int
  let height: Int
  let tilesAcross: Int
  let tileCount: Int
  let chunkCount: Int

  /// - Parameter maximumChunks: at most this many accumulators are needed.
  init(width: Int, height: Int, maximumChunks: Int = .max) {
    self.width = width
    self.height = height
    tilesAcross = (width + Self.tileSide - 1) / Self.tileSide
    tileCount = tilesAcross * ((height + Self.tileSide - 1) / Self.tileSide)
    chunkCount = min(tileCount, max(maximumChunks, 1))
  }

  func tiles(inChunk chunk: Int) -> Range<Int> {
    (chunk * tileCount / chunkCount)..<((chunk + 1) * tileCount / chunkCount)
  }

  func columns(ofTile tile: Int) -> Range<Int> {
    let x = (tile % tilesAcross) * Self.tileSide
    return x..<min(x + Self.tileSide, width)
  }

  func rows(ofTile tile: Int) -> Range<Int> {
    let y = (tile / tilesAcross) * Self.tileSide
    return y..<min(y + Self.tileSide, height)
  }

  /// Calls `body` for every pixel of a tile, with the pixel's place in a square of `tileSide`, row by row.
  @inline(__always) func forEachPixel(ofTile tile: Int, _ body: (_ x: Int, _ y: Int, _ place: Int) -> Void) {
    let (columns, rows) = (columns(ofTile: tile), rows(ofTile: tile))
    for y in rows {
      for x in columns { body(x, y, (y - rows.lowerBound) * Self.tileSide + (x - columns.lowerBound)) }
    }
  }
}
