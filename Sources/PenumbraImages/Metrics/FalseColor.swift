extension Image {
  /// A one-channel picture as colours from black over purple and orange to pale yellow, lighter for larger values.
  /// - Parameter maximum: the value of the lightest colour, > 0; larger values and NaN get it too, negative ones black.
  public func falseColor(maximum: Float = 1) -> Image {
    precondition(channels.count == 1, "false colours need one channel, not \(channels)")
    precondition(maximum > 0, "the largest value is \(maximum)")
    var colored = Image(width: width, height: height, repeating: 0)
    for (pixel, value) in values.enumerated() {
      let color = FalseColor.color(value.isNaN ? 1 : min(max(value / maximum, 0), 1))
      for channel in 0..<3 { colored.values[3 * pixel + channel] = color[channel] }
    }
    return colored
  }

  /// Mean absolute difference of R, G and B per pixel in linear light, channel Y.
  /// - Throws: `mismatch` where sizes differ, `unsupported` where a picture has no colours.
  public static func difference(
    _ image: Image, reference: Image, name: String = "image"
  ) throws(ImageError) -> Image {
    let (a, b) = try ImageComparison.matched(image, reference, name: name)
    var difference = Image(width: a.width, height: a.height, channels: ["Y"], repeating: 0)
    for pixel in 0..<a.pixelCount {
      let sum = (3 * pixel..<3 * pixel + 3).reduce(Float(0)) { $0 + abs(a.values[$1] - b.values[$1]) }
      difference.values[pixel] = sum / 3
    }
    return difference
  }
}

/// A colour scale whose lightness grows evenly, so that it reads the same in print and to the colour-blind.
private enum FalseColor {
  /// Even steps from 0 to 1, sRGB-encoded.
  static let anchors: [SIMD3<Float>] = [
    [0, 0, 0.01], [0.14, 0.07, 0.33], [0.38, 0.10, 0.50], [0.62, 0.18, 0.50], [0.85, 0.28, 0.42],
    [0.98, 0.50, 0.37], [1.00, 0.75, 0.50], [0.99, 0.99, 0.75],
  ]

  /// Linear colour for `t` in 0...1.
  static func color(_ t: Float) -> SIMD3<Float> {
    let place = t * Float(anchors.count - 1)
    let index = min(Int(place), anchors.count - 2)
    let encoded = anchors[index] + (anchors[index + 1] - anchors[index]) * (place - Float(index))
    return SIMD3(
      Float(SRGB.decode(Double(encoded.x))), Float(SRGB.decode(Double(encoded.y))),
      Float(SRGB.decode(Double(encoded.z))))
  }
}
