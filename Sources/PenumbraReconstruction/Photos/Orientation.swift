import PenumbraImages

extension Image {
  /// The picture turned as EXIF orientation 1...8 asks.
  func oriented(_ orientation: Int) -> Image {
    guard (2...8).contains(orientation) else { return self }
    let swaps = orientation >= 5
    var result = Image(
      width: swaps ? height : width, height: swaps ? width : height, channels: channels, repeating: 0)
    let count = channels.count
    for y in 0..<result.height {
      for x in 0..<result.width {
        let (w, h) = (width - 1, height - 1)
        let source: (x: Int, y: Int) =
          switch orientation {
          case 2: (w - x, y)
          case 3: (w - x, h - y)
          case 4: (x, h - y)
          case 5: (y, x)
          case 6: (y, h - x)
          case 7: (w - y, h - x)
          default: (w - y, x)
          }
        let (to, from) = ((y * result.width + x) * count, (source.y * width + source.x) * count)
        for c in 0..<count { result.values[to + c] = values[from + c] }
      }
    }
    return result
  }
}
