/// This process's part of a pass: of N ranks, the r-th does the chunks r, r + N, r + 2 N…, so that neighbours, which take about
/// the same time, are done by different ranks.
struct RankShare {
  /// `nil` where one process does all.
  let group: (any RankGroup)?

  init(_ group: (any RankGroup)?) { self.group = (group?.count ?? 1) > 1 ? group : nil }

  private var rank: Int { group?.rank ?? 0 }
  var count: Int { group?.count ?? 1 }

  /// Number of chunks of this process.
  func count(of total: Int) -> Int { Self.count(of: total, rank: rank, ranks: count) }

  /// A chunk of this process by its place among them.
  func chunk(_ place: Int) -> Int { rank + place * count }

  private static func count(of total: Int, rank: Int, ranks: Int) -> Int { max(0, (total - rank + ranks - 1) / ranks) }

  /// Whether any process says so.
  func any(_ flag: Bool) throws(TransportError) -> Bool { try group?.any(flag) ?? flag }

  /// Counts of all processes together.
  func total(_ statistics: RenderStatistics) throws(TransportError) -> RenderStatistics {
    guard let group else { return statistics }
    return try group.gather([statistics]).reduce(into: RenderStatistics()) { sum, part in
      for one in part { sum += one }
    }
  }

  /// Completes a list of numbers of which every process has those of its own chunks.
  func complete(_ values: OwnedBuffer<Double>) throws(TransportError) {
    guard let group else { return }
    let own = (0..<count(of: values.count)).map { values.base[chunk($0)] }
    for (rank, list) in try group.gather(own).enumerated() {
      for (place, value) in list.enumerated() { values.base[rank + place * count] = value }
    }
  }

  /// Completes a picture of which every process has the pixels of its own tiles.
  ///
  /// - Parameters:
  ///   - values: shape [height × width × channels].
  ///   - tiles: one per chunk.
  func complete(_ values: UnsafeMutablePointer<Float>, channels: Int, _ tiles: TilePlan) throws(TransportError) {
    guard let group, channels > 0 else { return }
    let parts = (0..<count).map { rank in
      OwnedBuffer<Float>(
        uninitialized: Self.tiles(of: rank, count, tiles).reduce(0) { $0 + channels * tiles.area(ofTile: $1) })
    }
    let own = OwnedBuffer<Float>(uninitialized: parts[rank].count)
    Self.forEachRow(of: rank, count, tiles, channels) { place, pixel, length in
      (own.base + place).update(from: values + pixel, count: length)
    }
    try group.exchange(
      Array(repeating: UnsafeRawBufferPointer(own.buffer), count: count),
      parts.map { UnsafeMutableRawBufferPointer($0.buffer) })
    for (rank, part) in parts.enumerated() where rank != self.rank {
      Self.forEachRow(of: rank, count, tiles, channels) { place, pixel, length in
        (values + pixel).update(from: part.base + place, count: length)
      }
    }
  }

  private static func tiles(of rank: Int, _ ranks: Int, _ plan: TilePlan) -> [Int] {
    (0..<count(of: plan.chunkCount, rank: rank, ranks: ranks)).flatMap { plan.tiles(inChunk: rank + $0 * ranks) }
  }

  /// Calls `body` for every row of every tile of a rank: where it is in the rank's part, and in the picture.
  private static func forEachRow(
    of rank: Int, _ ranks: Int, _ plan: TilePlan, _ channels: Int,
    _ body: (_ place: Int, _ pixel: Int, _ length: Int) -> Void
  ) {
    var place = 0
    for tile in tiles(of: rank, ranks, plan) {
      let columns = plan.columns(ofTile: tile)
      for y in plan.rows(ofTile: tile) {
        body(place, channels * (y * plan.width + columns.lowerBound), channels * columns.count)
        place += channels * columns.count
      }
    }
  }
}

extension TilePlan {
  /// Pixels of a tile.
  fileprivate func area(ofTile tile: Int) -> Int { columns(ofTile: tile).count * rows(ofTile: tile).count }
}
