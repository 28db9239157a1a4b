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
    precondition(values.count == width * height * channels.count, "\(values.count) values for \(width)×\(height)×\(channels.count)")
    (self.width, self.height, self.channels, self.values) = (width, height, channels, values)
  }
}
