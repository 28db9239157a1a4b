import Penumbra

/// Which channels a rendered picture is written with.
struct PictureLayout {
  /// Whether R, G, B are written; not for layers alone.
  var hasColor: Bool
  var hasAlpha: Bool
  var format: ImageFormat
  /// Whether the format takes layers.
  var hasLayers: Bool

  func image(of result: RenderResult) -> Image {
    let writesAlpha = hasAlpha && hasColor && (format == .exr || format == .png)
    var names = hasColor ? ["R", "G", "B"] : []
    if writesAlpha { names.append("A") }
    let layers = hasLayers ? result.layers : []
    for layer in layers { names += AOVNames.channels(of: layer.aov) }

    var image = Image(width: result.width, height: result.height, channels: names, repeating: 0)
    for pixel in 0..<image.pixelCount {
      var position = pixel * names.count
      let alpha = writesAlpha ? result.alpha[pixel] : 1
      if hasColor {
        // PNG stores straight alpha; a render's colour is already weighted by coverage.
        let scale = format == .png && alpha > 0 ? 1 / alpha : 1
        for channel in 0..<3 { image.values[position + channel] = result.rgb[3 * pixel + channel] * scale }
        position += 3
      }
      if writesAlpha {
        image.values[position] = alpha
        position += 1
      }
      for layer in layers {
        let count = layer.aov.kind.channelCount
        for channel in 0..<count { image.values[position + channel] = layer.values[pixel * count + channel] }
        position += count
      }
    }
    return image
  }
}
