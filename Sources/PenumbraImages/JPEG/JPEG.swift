import CTurboJPEG

/// Sole owner of a TurboJPEG instance.
private struct TurboJPEG: ~Copyable {
  let handle: tjhandle

  init?(_ handle: tjhandle?) {
    guard let handle else { return nil }
    self.handle = handle
  }

  deinit { tjDestroy(handle) }

  var message: String { String(cString: tjGetErrorStr2(handle)) }
}

extension Image {
  /// Reads an 8-bit grey or colour JPEG; EXIF orientation is not applied.
  static func readJPEG(_ source: ImageSource, encoding: Encoding) throws(ImageError) -> Image {
    guard let turbo = TurboJPEG(tjInitDecompress()) else {
      throw source.unsupported("JPEG", expected: "a decoder", found: "no memory for one")
    }
    var (width, height, subsampling, colorSpace) = (Int32(0), Int32(0), Int32(0), Int32(0))
    let size = UInt(source.bytes.count)
    guard tjDecompressHeader3(turbo.handle, source.bytes, size, &width, &height, &subsampling, &colorSpace) == 0 else {
      throw source.malformed("JPEG header", expected: "an 8-bit JPEG", found: turbo.message)
    }
    guard colorSpace != TJCS_CMYK.rawValue, colorSpace != TJCS_YCCK.rawValue else {
      throw source.unsupported("JPEG header", expected: "grey or RGB colors", found: "CMYK")
    }
    let channels = colorSpace == TJCS_GRAY.rawValue ? ["Y"] : ["R", "G", "B"]
    // A block of 64 pixels takes at least one bit; arithmetic coding can do with less, hence the margin.
    try source.check(
      width: Int(width), height: Int(height), channels: channels.count, place: "JPEG header size",
      isPlausible: Int(width) * Int(height) <= source.bytes.count * 16_384)
    let format = colorSpace == TJCS_GRAY.rawValue ? TJPF_GRAY : TJPF_RGB
    var pixels = [UInt8](repeating: 0, count: Int(width) * Int(height) * channels.count)
    let flags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS
    if tjDecompress2(
      turbo.handle, source.bytes, size, &pixels, width, 0, height, Int32(format.rawValue), flags) != 0,
      // Padding before a marker is common and harmless; every other complaint means lost pixels.
      tjGetErrorCode(turbo.handle) != TJERR_WARNING.rawValue
        || !turbo.message.contains("extraneous bytes before marker")
    {
      throw source.malformed("JPEG data", expected: "\(width)×\(height) pixels", found: turbo.message)
    }
    let light = encoding == .linear ? TransferCurve.linear.table(bits: 8) : SRGB.decoded8
    return Image(
      width: Int(width), height: Int(height), channels: channels, values: pixels.map { light[Int($0)] })
  }

  /// The picture as a JPEG file without colour subsampling; channels RGB or Y.
  func jpegBytes(options: ImageWriteOptions, name: String) throws(ImageError) -> [UInt8] {
    precondition((1...100).contains(options.jpegQuality), "JPEG quality \(options.jpegQuality) is not in 1...100")
    let isLinear = options.encoding == .linear
    let pixels = values.map {
      UInt8(isLinear ? quantize($0, maximum: 255) : SRGB.quantized($0, maximum: 255))
    }
    let isGrey = channels.count == 1
    guard let turbo = TurboJPEG(tjInitCompress()) else {
      throw ImageError(.unsupported, file: name, place: "JPEG", expected: "an encoder", found: "no memory for one")
    }
    var buffer: UnsafeMutablePointer<UInt8>?
    var size: UInt = 0
    defer { tjFree(buffer) }
    let status = tjCompress2(
      turbo.handle, pixels, Int32(width), 0, Int32(height), Int32((isGrey ? TJPF_GRAY : TJPF_RGB).rawValue), &buffer,
      &size, Int32((isGrey ? TJSAMP_GRAY : TJSAMP_444).rawValue), Int32(options.jpegQuality), TJFLAG_ACCURATEDCT)
    guard status == 0, let buffer else {
      throw ImageError(
        .unsupported, file: name, place: "JPEG", expected: "at most 65535 pixels a side", found: turbo.message)
    }
    return Array(UnsafeBufferPointer(start: buffer, count: Int(size)))
  }
}
