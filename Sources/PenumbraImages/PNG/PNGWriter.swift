import CPNG

/// Writes 8 or 16-bit PNG files that say how their colours are encoded.
struct PNGWriter {
  private let image: Image
  private let depth: Int
  private let isLinear: Bool

  /// - Parameter image: channels Y, YA, RGB or RGBA.
  init(image: Image, options: ImageWriteOptions) {
    precondition([8, 16].contains(options.pngDepth), "PNG depth \(options.pngDepth) is not 8 or 16")
    (self.image, depth, isLinear) = (image, options.pngDepth, options.encoding == .linear)
  }

  func bytes(name: String) throws(ImageError) -> [UInt8] {
    do throws(PNGFailure) {
      return try depth == 8 ? encoded(samples(UInt8.self)) : encoded(samples(UInt16.self))
    } catch {
      throw ImageError(
        .unwritable, file: name, place: "PNG", expected: "a picture that can be stored", found: error.complaint)
    }
  }

  /// The picture's codes, 0...255 or 0...65535.
  private func samples<Sample: FixedWidthInteger>(_ type: Sample.Type) -> [Sample] {
    let (count, maximum) = (image.channels.count, Float(Sample.max))
    let hasAlpha = count % 2 == 0
    return image.values.indices.map { index in
      let value = image.values[index]
      let isPlain = isLinear || hasAlpha && index % count == count - 1
      return Sample(isPlain ? quantize(value, maximum: maximum) : SRGB.quantized(value, maximum: maximum))
    }
  }

  private func encoded<Sample>(_ samples: [Sample]) throws(PNGFailure) -> [UInt8] {
    guard let writer = cpng_writer_create() else { throw PNGFailure(complaint: "no memory for an encoder") }
    defer { cpng_writer_destroy(writer) }
    var layout = cpng_layout(
      width: UInt32(image.width), height: UInt32(image.height), samples: Int32(image.channels.count),
      depth: Int32(depth), is_linear: isLinear)
    if let complaint = samples.withUnsafeBytes({ cpng_write(writer, &layout, $0.baseAddress) }) {
      throw PNGFailure(complaint: String(cString: complaint))
    }
    var size = 0
    let bytes = cpng_writer_bytes(writer, &size)
    return Array(UnsafeBufferPointer(start: bytes, count: size))
  }
}

/// What libpng had to say against a picture.
private struct PNGFailure: Error {
  let complaint: String
}
