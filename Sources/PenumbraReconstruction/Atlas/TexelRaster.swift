/// Which texel centres lie in a triangle.
enum TexelRaster {
  /// Texels whose centres lie strictly inside; corners in texels, of either orientation.
  static func interior(of corners: [SIMD2<Float>]) -> [SIMD2<Int32>] {
    var cells: [SIMD2<Int32>] = []
    visit(corners) { cell, barycentric in
      if barycentric.min() > 1e-3 { cells.append(cell) }
    }
    return cells
  }

  /// Calls `body` with every texel whose centre lies in the triangle and its barycentric coordinates there.
  @inline(__always)
  static func visit(_ corners: [SIMD2<Float>], _ body: (SIMD2<Int32>, SIMD3<Float>) -> Void) {
    let (a, b, c) = (corners[0], corners[1], corners[2])
    let area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)
    guard area != 0, area.isFinite else { return }
    let low = pointwiseMin(a, pointwiseMin(b, c)) - 0.5
    let high = pointwiseMax(a, pointwiseMax(b, c)) - 0.5
    let (x0, x1) = (Int32(low.x.rounded(.up)), Int32(high.x.rounded(.down)))
    let (y0, y1) = (Int32(low.y.rounded(.up)), Int32(high.y.rounded(.down)))
    guard x0 <= x1, y0 <= y1 else { return }
    for y in y0...y1 {
      for x in x0...x1 {
        let p = SIMD2(Float(x) + 0.5, Float(y) + 0.5)
        let u = ((b.x - p.x) * (c.y - p.y) - (c.x - p.x) * (b.y - p.y)) / area
        let v = ((c.x - p.x) * (a.y - p.y) - (a.x - p.x) * (c.y - p.y)) / area
        let w = 1 - u - v
        if u >= 0, v >= 0, w >= 0 { body(SIMD2(x, y), SIMD3(u, v, w)) }
      }
    }
  }
}
