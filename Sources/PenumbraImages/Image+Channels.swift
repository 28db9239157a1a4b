extension Image {
  /// The picture with exactly the channels `wanted`, in that order.
  ///
  /// A channel is taken by name. Otherwise the only colour channel of a grey picture stands for any of R, G, B and Y, a
  /// missing Y is the Rec. 709 luminance of R, G and B, a missing A is 1, and of R, G, B the ones that a colour picture
  /// lacks are 0, as OpenEXR has it. Alpha that is not wanted is dropped, never multiplied in.
  /// - Parameter name: the file that errors should name.
  /// - Throws: `ImageError` with code `unsupported` where a channel cannot be had.
  public func converted(to wanted: [String], name: String = "image") throws(ImageError) -> Image {
    guard wanted != channels else { return self }
    var sources: [ChannelSource] = []
    for channel in wanted {
      guard let source = source(of: channel) else {
        throw ImageError(
          .unsupported, file: name, place: "channels", expected: "channel \(channel)",
          found: channels.joined(separator: ", "))
      }
      sources.append(source)
    }
    var converted = Image(width: width, height: height, channels: wanted, repeating: 1)
    let (from, to) = (channels.count, wanted.count)
    for (channel, source) in sources.enumerated() {
      switch source {
      case .constant(let value):
        guard value != 1 else { break }
        for pixel in 0..<pixelCount { converted.values[pixel * to + channel] = value }
      case .stored(let index):
        for pixel in 0..<pixelCount { converted.values[pixel * to + channel] = values[pixel * from + index] }
      case .luminance(let red, let green, let blue):
        for pixel in 0..<pixelCount {
          let at = pixel * from
          converted.values[pixel * to + channel] =
            0.212671 * values[at + red] + 0.715160 * values[at + green] + 0.072169 * values[at + blue]
        }
      }
    }
    return converted
  }

  /// The picture as linear R, G, B: grey is replicated, alpha and other layers are dropped.
  public func rgb(name: String = "image") throws(ImageError) -> Image {
    try converted(to: ["R", "G", "B"], name: name)
  }

  private enum ChannelSource {
    case stored(Int)
    case luminance(Int, Int, Int)
    case constant(Float)
  }

  private func source(of channel: String) -> ChannelSource? {
    if let index = channels.firstIndex(of: channel) { return .stored(index) }
    if channel == "A" { return .constant(1) }
    guard ["R", "G", "B", "Y"].contains(channel) else { return nil }
    if channel == "Y", let red = channels.firstIndex(of: "R"), let green = channels.firstIndex(of: "G"),
      let blue = channels.firstIndex(of: "B")
    {
      return .luminance(red, green, blue)
    }
    if channel != "Y", ["R", "G", "B"].contains(where: channels.contains) { return .constant(0) }
    if let grey = channels.firstIndex(of: "Y"), !channels.contains("X") { return .stored(grey) }
    let colors = channels.indices.filter { channels[$0] != "A" }
    return colors.count == 1 ? .stored(colors[0]) : nil
  }
}
