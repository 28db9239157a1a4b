/// Rectangles in rows, the tallest first.
struct ShelfPacking {
  let width: Int
  let height: Int
  /// Lower corner of each rectangle.
  let positions: [SIMD2<Int>]

  init(sizes: [SIMD2<Int>]) {
    let area = sizes.reduce(0) { $0 + $1.x * $1.y }
    let widest = sizes.map(\.x).max() ?? 1
    // A little wider than a square, since the last row is seldom full.
    let row = max(widest, Int((1.05 * Double(area)).squareRoot().rounded(.up)))
    var positions = [SIMD2<Int>](repeating: .zero, count: sizes.count)
    var (x, y, tallest, used) = (0, 0, 0, 1)
    let order = sizes.indices.sorted { (sizes[$0].y, sizes[$0].x, $1) > (sizes[$1].y, sizes[$1].x, $0) }
    for index in order {
      if x + sizes[index].x > row {
        (x, y, tallest) = (0, y + tallest, 0)
      }
      positions[index] = SIMD2(x, y)
      x += sizes[index].x
      tallest = max(tallest, sizes[index].y)
      used = max(used, x)
    }
    (width, height, self.positions) = (used, max(y + tallest, 1), positions)
  }
}
