import Foundation

/// The directions of the texels of `Surroundings`, and how much of the sky each stands for.
struct SkyDirections: Sendable {
  /// Unit vectors towards the light, shape [height × width].
  let directions: [SIMD3<Float>]
  /// Solid angles over π [1]; rows at the poles have none.
  let shares: [Float]
  private let width: Int
  private let height: Int

  init(width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    var (directions, shares) = ([SIMD3<Float>](), [Float]())
    for y in 0..<height {
      let theta = .pi * Float(y) / Float(height - 1)
      let isPole = y == 0 || y == height - 1
      let share = isPole ? 0 : sinf(theta) / Float(height - 1) * (2 * .pi / Float(width))
      for x in 0..<width {
        let phi = 2 * .pi * (Float(x) + 0.5) / Float(width)
        directions.append(SIMD3(sinf(phi) * sinf(theta), cosf(theta), -cosf(phi) * sinf(theta)))
        shares.append(share)
      }
    }
    (self.directions, self.shares) = (directions, shares)
  }

  init(of light: Surroundings) { self.init(width: light.width, height: light.height) }

  /// Pairs of texels side by side, and weights that make Σ weight (a − b)² the integral of the squared gradient over the
  /// sphere.
  var neighbours: [(a: Int, b: Int, weight: Double)] {
    let (down, along) = (Double.pi / Double(height - 1), 2 * Double.pi / Double(width))
    var result: [(Int, Int, Double)] = []
    for y in 0..<height {
      // A pole's row stands for the cap around it.
      let row = min(max(Double(y), 0.25), Double(height) - 1.25)
      let size = y == 0 || y == height - 1 ? 0.5 : 1
      for x in 0..<width {
        let i = y * width + x
        result.append((i, y * width + (x + 1) % width, size * down / (along * sin(row * down))))
        guard y + 1 < height else { continue }
        result.append((i, i + width, along * sin((Double(y) + 0.5) * down) / down))
      }
    }
    return result
  }
}
