/// Gives texels that nothing is known of the colours of those around them, so that no filter sees a hole.
enum TextureFill {
  /// - Parameters:
  ///   - texels: shape [height × width × channels].
  ///   - known: shape [height × width].
  static func fill(_ texels: inout [Float], channels: Int, known: [Bool], width: Int, height: Int) {
    guard known.contains(true), known.contains(false) else { return }
    // Means of known texels in ever larger blocks, taken from the smallest block that has one.
    var levels = [
      Level(
        width: width, height: height, weights: known.map { $0 ? 1 : 0 },
        sums: texels.indices.map { known[$0 / channels] ? texels[$0] : 0 })
    ]
    while let last = levels.last, last.width > 1 || last.height > 1 { levels.append(last.halved(channels)) }
    for y in 0..<height {
      for x in 0..<width where !known[y * width + x] {
        guard let (shift, level) = levels.enumerated().first(where: { $1.weight(x >> $0, y >> $0) > 0 }) else {
          continue
        }
        let at = (y >> shift) * level.width + (x >> shift)
        for c in 0..<channels {
          texels[(y * width + x) * channels + c] = level.sums[at * channels + c] / level.weights[at]
        }
      }
    }
  }

  /// Spreads the border of known texels outwards, a texel per round: what bilinear lookups at seams read.
  static func dilate(
    _ texels: inout [Float], channels: Int, known: inout [Bool], width: Int, height: Int, rounds: Int
  ) {
    for _ in 0..<rounds {
      let before = known
      for y in 0..<height {
        for x in 0..<width where !before[y * width + x] {
          var (sum, count) = ([Float](repeating: 0, count: channels), Float(0))
          for ny in max(y - 1, 0)...min(y + 1, height - 1) {
            for nx in max(x - 1, 0)...min(x + 1, width - 1) where before[ny * width + nx] {
              for c in 0..<channels { sum[c] += texels[(ny * width + nx) * channels + c] }
              count += 1
            }
          }
          guard count > 0 else { continue }
          known[y * width + x] = true
          for c in 0..<channels { texels[(y * width + x) * channels + c] = sum[c] / count }
        }
      }
    }
  }

  private struct Level {
    var width: Int
    var height: Int
    var weights: [Float]
    var sums: [Float]

    func weight(_ x: Int, _ y: Int) -> Float { weights[y * width + x] }

    func halved(_ channels: Int) -> Level {
      let (w, h) = ((width + 1) / 2, (height + 1) / 2)
      var small = Level(
        width: w, height: h, weights: [Float](repeating: 0, count: w * h),
        sums: [Float](repeating: 0, count: w * h * channels))
      for y in 0..<height {
        for x in 0..<width {
          let (to, from) = ((y / 2) * w + x / 2, y * width + x)
          small.weights[to] += weights[from]
          for c in 0..<channels { small.sums[to * channels + c] += sums[from * channels + c] }
        }
      }
      return small
    }
  }
}
