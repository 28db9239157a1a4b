import Foundation

/// Light from far away by direction, equirectangular with +y up, in the layout of `envmap`.
struct Surroundings: Sendable {
  let width: Int
  let height: Int
  /// Linear RGB, shape [height × width × 3].
  var colors: [Float]

  init(width: Int, height: Int, color: SIMD3<Float>) {
    (self.width, self.height) = (width, height)
    colors = (0..<(3 * width * height)).map { color[$0 % 3] }
  }

  /// Radiance of a texel.
  subscript(_ texel: Int) -> SIMD3<Float> { SIMD3(colors[3 * texel], colors[3 * texel + 1], colors[3 * texel + 2]) }

  /// Mean over texels and channels.
  var mean: Double { Double(colors.reduce(0, +)) / Double(max(colors.count, 1)) }

  /// The four texels around a direction and their weights: centres at (i + ½) / width along, i / (height − 1) down.
  func footprint(_ d: SIMD3<Float>) -> (texels: SIMD4<Int32>, weights: SIMD4<Float>) {
    var u = atan2f(d.x, -d.z) / (2 * .pi)
    if u < 0 { u += 1 }
    let v = atan2f((d.x * d.x + d.z * d.z).squareRoot(), d.y) / .pi
    let (su, sv) = (u * Float(width) - 0.5, v * Float(height - 1))
    let (bu, bv) = (su.rounded(.down), min(sv.rounded(.down), Float(height - 2)))
    let (fu, fv) = (su - bu, sv - bv)
    let x0 = (Int32(bu) + Int32(width)) % Int32(width)
    let x1 = (x0 + 1) % Int32(width)
    let (y0, y1) = (Int32(bv) * Int32(width), (Int32(bv) + 1) * Int32(width))
    return (
      SIMD4(y0 + x0, y0 + x1, y1 + x0, y1 + x1),
      SIMD4((1 - fu) * (1 - fv), fu * (1 - fv), (1 - fu) * fv, fu * fv)
    )
  }

  func color(_ d: SIMD3<Float>) -> SIMD3<Float> {
    let f = footprint(d)
    var sum = SIMD3<Float>.zero
    for i in 0..<4 { sum += f.weights[i] * self[Int(f.texels[i])] }
    return sum
  }
}
