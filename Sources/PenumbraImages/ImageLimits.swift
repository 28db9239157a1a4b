/// Bounds that are checked before memory is taken for a picture.
enum ImageLimits {
  static let side = 65_536
  static let pixels = 1 << 28
  /// Channels × pixels: 4 GiB of floats.
  static let values = 1 << 30
  /// DEFLATE cannot expand by more than 1032 : 1.
  static let deflateRatio = 1032
}

extension ImageSource {
  /// Refuses sizes that no reader should allocate.
  /// - Parameters:
  ///   - place: the header field that gave the size.
  ///   - isPlausible: whether the bytes of the file could hold that many pixels.
  func check(
    width: Int, height: Int, channels: Int, place: String, isPlausible: Bool = true
  ) throws(ImageError) {
    let size = "\(width)×\(height) with \(channels) channels"
    guard width >= 1, height >= 1, channels >= 1 else {
      throw malformed(place, expected: "at least one pixel", found: size)
    }
    guard width <= ImageLimits.side, height <= ImageLimits.side, width * height <= ImageLimits.pixels else {
      throw ImageError(
        .tooLarge, file: file, place: place,
        expected: "at most \(ImageLimits.side) pixels a side and 2^28 in all", found: size)
    }
    guard width * height <= ImageLimits.values / channels else {
      throw ImageError(.tooLarge, file: file, place: place, expected: "at most 2^30 values", found: size)
    }
    guard isPlausible else {
      throw ImageError(
        .tooLarge, file: file, place: place, expected: "a size that the file's \(bytes.count) bytes can hold",
        found: size)
    }
  }
}
