/// Some of the film's pixels.
final class PixelSet {
  /// As (x, y) of the whole film.
  private let list: OwnedBuffer<SIMD2<Int32>>
  private let marks: OwnedBuffer<Bool>
  private let low: SIMD2<Int>
  private let width: Int
  private let height: Int
  var count: Int { list.count }

  /// - Parameter window: whole pixels that contain all of them.
  init(_ pixels: [SIMD2<Int32>], window: (low: SIMD2<Int>, high: SIMD2<Int>)) {
    list = OwnedBuffer(pixels)
    low = window.low
    (width, height) = (window.high.x - window.low.x, window.high.y - window.low.y)
    marks = OwnedBuffer(repeating: false, count: max(width * height, 1))
    for pixel in pixels { marks.base[(Int(pixel.y) - low.y) * width + Int(pixel.x) - low.x] = true }
  }

  subscript(_ index: Int) -> SIMD2<Float> { SIMD2(Float(list.base[index].x), Float(list.base[index].y)) }

  /// - Parameter position: on the whole film, in pixels.
  func contains(_ position: SIMD2<Float>) -> Bool {
    let (x, y) = (position.x.rounded(.down) - Float(low.x), position.y.rounded(.down) - Float(low.y))
    guard x >= 0, y >= 0, x < Float(width), y < Float(height) else { return false }
    return marks.base[Int(y) * width + Int(x)]
  }
}
