/// Signed distance of every pixel centre to the outline of a mask, in pixels, negative inside.
///
/// The border of the picture is no outline: what lies beyond it is not known.
///
/// - Source: Felzenszwalb & Huttenlocher 2012, *Distance transforms of sampled functions*.
struct SilhouetteDistance: Sendable {
  let width: Int
  let height: Int
  /// Shape [height × width].
  let values: [Float]

  /// - Parameter mask: coverage in 0...1, shape [height × width].
  init(mask: [Float], width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    let inside = mask.map { $0 > 0.5 }
    let toInside = Self.squaredDistance(to: inside, width, height)
    let toOutside = Self.squaredDistance(to: inside.map { !$0 }, width, height)
    values = inside.indices.map { i in
      // A pixel that the outline crosses knows where it runs.
      if mask[i] > 0.02 && mask[i] < 0.98 { return 0.5 - mask[i] }
      return inside[i] ? 0.5 - toOutside[i].squareRoot() : toInside[i].squareRoot() - 0.5
    }
  }

  /// Interpolated at a pixel position; `nil` outside the picture.
  @inline(__always)
  func sample(_ pixel: SIMD2<Double>) -> Float? {
    guard pixel.x >= 0, pixel.y >= 0, pixel.x < Double(width), pixel.y < Double(height) else { return nil }
    return Bilinear(pixel, width, height).value { values[$0] }
  }

  private static func squaredDistance(to set: [Bool], _ width: Int, _ height: Int) -> [Float] {
    let far: Float = 1e10
    var grid = set.map { $0 ? 0 : far }
    var column = [Float](repeating: 0, count: height)
    for x in 0..<width {
      for y in 0..<height { column[y] = grid[y * width + x] }
      let transformed = transform(column)
      for y in 0..<height { grid[y * width + x] = transformed[y] }
    }
    for y in 0..<height {
      let row = transform(Array(grid[(y * width)..<((y + 1) * width)]))
      grid.replaceSubrange((y * width)..<((y + 1) * width), with: row)
    }
    return grid
  }

  /// min over q of (p − q)² + f(q): the lower envelope of parabolas.
  private static func transform(_ f: [Float]) -> [Float] {
    let n = f.count
    var (sites, starts) = ([Int](repeating: 0, count: n), [Float](repeating: 0, count: n + 1))
    var k = 0
    starts[0] = -.infinity
    starts[1] = .infinity
    for q in stride(from: 1, to: n, by: 1) {
      var s: Float
      repeat {
        let p = sites[k]
        s = ((f[q] + Float(q * q)) - (f[p] + Float(p * p))) / Float(2 * (q - p))
        if s <= starts[k] { k -= 1 } else { break }
      } while k >= 0
      k += 1
      sites[k] = q
      starts[k] = s
      starts[k + 1] = .infinity
    }
    var result = [Float](repeating: 0, count: n)
    k = 0
    for q in 0..<n {
      while starts[k + 1] < Float(q) { k += 1 }
      let d = Float(q - sites[k])
      result[q] = d * d + f[sites[k]]
    }
    return result
  }
}

/// The four pixels around a position and their weights.
struct Bilinear {
  let indices: SIMD4<Int32>
  let weights: SIMD4<Float>

  /// - Parameter position: (0, 0) is the corner of the first pixel; pixels repeat beyond the border.
  @inline(__always)
  init(_ position: SIMD2<Double>, _ width: Int, _ height: Int) {
    let p = SIMD2<Float>(position) - 0.5
    let (fx, fy) = (p.x.rounded(.down), p.y.rounded(.down))
    let (tx, ty) = (p.x - fx, p.y - fy)
    let x0 = min(max(Int32(fx), 0), Int32(width - 1))
    let x1 = min(max(Int32(fx) + 1, 0), Int32(width - 1))
    let y0 = min(max(Int32(fy), 0), Int32(height - 1)) * Int32(width)
    let y1 = min(max(Int32(fy) + 1, 0), Int32(height - 1)) * Int32(width)
    indices = SIMD4(y0 + x0, y0 + x1, y1 + x0, y1 + x1)
    weights = SIMD4((1 - tx) * (1 - ty), tx * (1 - ty), (1 - tx) * ty, tx * ty)
  }

  @inline(__always)
  func value(_ pixel: (Int) -> Float) -> Float {
    weights[0] * pixel(Int(indices[0])) + weights[1] * pixel(Int(indices[1])) + weights[2] * pixel(Int(indices[2]))
      + weights[3] * pixel(Int(indices[3]))
  }

  /// Of interleaved RGB.
  @inline(__always)
  func color(_ rgb: [Float]) -> SIMD3<Float> {
    var sum = SIMD3<Float>.zero
    for i in 0..<4 {
      let at = 3 * Int(indices[i])
      sum += weights[i] * SIMD3(rgb[at], rgb[at + 1], rgb[at + 2])
    }
    return sum
  }
}
