/// A picture in memory: linear values, row-major, interleaved, top row first.
public struct Image: Sendable, Equatable {
  /// Width in pixels, ≥ 1.
  public let width: Int
  /// Height in pixels, ≥ 1.
  public let height: Int
  /// Name of each channel in storage order, for example `["R", "G", "B"]` or `["Y"]`.
  public let channels: [String]
  /// Values, shape [height × width × channels.count]; light is linear, 1 = white of the encoding.
  public var values: [Float]

  public init(width: Int, height: Int, channels: [String] = ["R", "G", "B"], values: [Float]) {
    precondition(
      values.count == width * height * channels.count,
      "\(values.count) values for \(width)×\(height)×\(channels.count)")
    (self.width, self.height, self.channels, self.values) = (width, height, channels, values)
  }

  /// A picture with every value equal to `value`.
  public init(width: Int, height: Int, channels: [String] = ["R", "G", "B"], repeating value: Float) {
    let values = [Float](repeating: value, count: width * height * channels.count)
    self.init(width: width, height: height, channels: channels, values: values)
  }

  /// Number of pixels, width × height.
  public var pixelCount: Int { width * height }

  /// The value of channel number `channel` at column `x`, row `y` (from the top).
  public subscript(x: Int, y: Int, channel: Int) -> Float {
    get { values[(y * width + x) * channels.count + channel] }
    set { values[(y * width + x) * channels.count + channel] = newValue }
  }
}
