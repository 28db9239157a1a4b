/// A picture and its derivatives by many unknowns, explicitly: products with them cost no rays.
///
/// A texel is seen by a few pixels and a pixel sees a few texels, so that of a matrix of 10⁵ × 10⁵ elements a few in a
/// hundred thousand are not 0.
public struct SparseJacobian: Sendable {
  public let width: Int
  public let height: Int
  /// Linear RGB, shape [height × width × 3].
  public let rgb: [Float]
  public let statistics: RenderStatistics
  /// Elements of θ among which the unknowns are.
  let window: Range<Int>
  /// Of all tiles.
  let rows: [SparseRows]
  let threads: Int
  /// Number of elements of θ.
  let parameterCount: Int

  /// Derivatives that are kept: of a pixel by one element, or by a colour of three.
  public var entryCount: Int { rows.reduce(0) { $0 + $1.entries.count } }

  /// The mean of two estimates of one picture and its derivatives, by independent samples.
  public func mean(_ other: SparseJacobian) -> SparseJacobian {
    precondition(
      window == other.window && rgb.count == other.rgb.count, "derivatives of one picture by the same unknowns")
    let tiles = TilePlan(width: width, height: height, maximumChunks: Self.parts)
    let chunks = UnsafeMutableBufferPointer<[SparseRows]>.allocate(capacity: tiles.chunkCount)
    chunks.initialize(repeating: [])
    defer {
      chunks.deinitialize()
      chunks.deallocate()
    }
    let shared = Unchecked(value: chunks)
    WorkerPool.forEach(tiles.chunkCount, threads: threads) { chunk in
      let row = SparseSink.Row(window: window.count)
      shared.value[chunk] = tiles.tiles(inChunk: chunk).map { rows[$0].mean(other.rows[$0], row) }
    }
    var statistics = statistics
    statistics += other.statistics
    return SparseJacobian(
      width: width, height: height, rgb: zip(rgb, other.rgb).map { 0.5 * ($0 + $1) }, statistics: statistics,
      window: window, rows: chunks.flatMap { $0 }, threads: threads, parameterCount: parameterCount)
  }

  /// J v: shape [height × width × 3].
  ///
  /// - Parameter tangent: v, laid out like θ.
  public func product(_ tangent: [Float]) -> [Float] {
    precondition(tangent.count == parameterCount, "\(tangent.count) values for \(parameterCount) parameters")
    let tiles = TilePlan(width: width, height: height)
    var result = [Float](repeating: 0, count: rgb.count)
    result.withUnsafeMutableBufferPointer { result in
      tangent.withUnsafeBufferPointer { tangent in
        guard let base = tangent.baseAddress else { return }
        let pointers = Unchecked(value: (v: base + window.lowerBound, result: result))
        WorkerPool.forEach(tiles.tileCount, threads: threads) { tile in
          let corner = (tiles.columns(ofTile: tile), tiles.rows(ofTile: tile))
          rows[tile].multiply(pointers.value.v) { pixel, sum in
            let first = 3 * Self.pixel(pixel, corner, width)
            for c in 0..<3 { pointers.value.result[first + c] = sum[c] }
          }
        }
      }
    }
    return result
  }

  /// Jᵀ u: laid out like θ; 0 for elements that are no unknowns.
  ///
  /// - Parameter adjoint: u, shape [height × width × 3].
  public func transposedProduct(_ adjoint: [Float]) -> [Float] {
    sum(adjoint) { $0.multiplyTransposed($1, $2) }.map { Float($0) }
  }

  /// The diagonal of Jᵀ W J: laid out like θ; 0 for elements that are no unknowns.
  ///
  /// - Parameter weights: W, shape [height × width × 3].
  public func squares(_ weights: [Float]) -> [Float] { sum(weights) { $0.addSquares($1, $2) }.map { Float($0) } }

  /// Sums over pixels in a fixed number of parts, so that the bits do not depend on the number of threads.
  private func sum(
    _ picture: [Float],
    _ add: @Sendable (SparseRows, UnsafeMutablePointer<Double>, (_ pixel: Int) -> Spectrum) -> Void
  ) -> [Double] {
    precondition(picture.count == rgb.count, "\(picture.count) values for \(width)×\(height) pixels")
    let tiles = TilePlan(width: width, height: height, maximumChunks: Self.parts)
    let parts = (0..<tiles.chunkCount).map { _ in OwnedBuffer<Double>(repeating: 0, count: window.count) }
    picture.withUnsafeBufferPointer { picture in
      let shared = Unchecked(value: (picture: picture, parts: parts))
      WorkerPool.forEach(tiles.chunkCount, threads: threads) { chunk in
        for tile in tiles.tiles(inChunk: chunk) {
          let corner = (tiles.columns(ofTile: tile), tiles.rows(ofTile: tile))
          add(rows[tile], shared.value.parts[chunk].base) { pixel in
            let first = 3 * Self.pixel(pixel, corner, width)
            return Spectrum(
              shared.value.picture[first], shared.value.picture[first + 1], shared.value.picture[first + 2])
          }
        }
      }
    }
    var result = [Double](repeating: 0, count: parameterCount)
    for part in parts { for i in 0..<window.count { result[window.lowerBound + i] += part.base[i] } }
    return result
  }

  private static let parts = 4

  /// Memory of which no two threads write the same.
  private struct Unchecked<Value>: @unchecked Sendable { let value: Value }

  /// A pixel of the picture by its number in a tile.
  @inline(__always)
  private static func pixel(_ number: Int, _ tile: (columns: Range<Int>, rows: Range<Int>), _ width: Int) -> Int {
    let (row, column) = number.quotientAndRemainder(dividingBy: tile.columns.count)
    return (tile.rows.lowerBound + row) * width + tile.columns.lowerBound + column
  }
}

extension Renderer {
  /// The picture and all derivatives by the requested unknowns that are not 0, from one set of paths.
  ///
  /// - Parameters:
  ///   - requested: elements of θ that say what surfaces and lights look like: colours, texels, attributes of vertices.
  ///   - limit: derivatives up to which they are kept, 16 bytes each.
  /// - Returns: `nil` where an unknown moves something, or where more than `limit` derivatives are not 0.
  public func sparseJacobian(
    _ settings: RenderSettings, requested: [Range<Int>], limit: Int = 1 << 26,
    monitor: RenderMonitor = RenderMonitor()
  ) throws(TransportError) -> SparseJacobian? {
    let plan = try RenderPlan(settings, structure: structure, expanded: expanded)
    let scope = try GradientScope(
      requested: requested, structure: structure, expanded: expanded, sensor: settings.sensor)
    // Elements of θ that the kernel reads as they are: nothing follows from them.
    guard !scope.request.wantsPlaces, scope.window.upperBound <= theta.count,
      scope.window.count < Int(Int32.max) / 2
    else { return nil }
    let pass = SparsePass(plan: plan.differentiating(scope.request), scope: scope, limit: limit)
    guard let (rgb, tiles, statistics) = try pass.run(monitor) else { return nil }
    return SparseJacobian(
      width: plan.film.width, height: plan.film.height, rgb: rgb,
      statistics: try plan.share.total(statistics), window: scope.window, rows: tiles, threads: plan.threads,
      parameterCount: theta.count)
  }
}
