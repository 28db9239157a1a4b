import CPNG

/// Sole owner of a libpng reader over bytes that outlive it.
struct PNGDecoder: ~Copyable {
  let header: cpng_header
  private let handle: OpaquePointer
  private let source: ImageSource

  /// Reads up to the pixels and checks the size.
  /// - Parameter bytes: the bytes of `source`, at a fixed place.
  init(_ bytes: UnsafeBufferPointer<UInt8>, of source: ImageSource) throws(ImageError) {
    guard let handle = cpng_reader_create(bytes.baseAddress, bytes.count) else {
      throw source.unsupported("PNG", expected: "a decoder", found: "no memory for one")
    }
    var header = cpng_header()
    do throws(ImageError) {
      if let complaint = cpng_read_header(handle, &header) {
        throw source.malformed("PNG header", expected: "valid chunks", found: String(cString: complaint))
      }
      let bits = Int(header.width) * Int(header.samples) * Int(header.depth)
      try source.check(
        width: Int(header.width), height: Int(header.height), channels: Int(header.samples), place: "PNG IHDR size",
        isPlausible: (bits + 7) / 8 * Int(header.height) <= bytes.count * ImageLimits.deflateRatio)
    } catch {
      cpng_reader_destroy(handle)
      throw error
    }
    (self.header, self.handle, self.source) = (header, handle, source)
  }

  deinit { cpng_reader_destroy(handle) }

  /// Every stored sample as an integer, shape [height × width × samples].
  /// - Parameter type: `UInt8`, or `UInt16` for a depth of 16.
  func samples<Sample: FixedWidthInteger>(_ type: Sample.Type) throws(ImageError) -> [Sample] {
    precondition(Sample.bitWidth == max(8, header.depth), "\(header.depth)-bit samples as \(type)")
    let count = Int(header.width) * Int(header.height) * Int(header.samples)
    var samples = [Sample](repeating: 0, count: count)
    if let complaint = samples.withUnsafeMutableBytes({ cpng_read_samples(handle, $0.baseAddress) }) {
      throw source.malformed("PNG pixels", expected: "intact pixels", found: String(cString: complaint))
    }
    return samples
  }

  /// Encoded = linear ^ gamma; `nil` where the file does not say so or says that it is sRGB. A colour profile counts as
  /// sRGB, because none are interpreted.
  var gamma: Double? {
    guard !header.is_srgb, (100...10_000_000).contains(header.gamma) else { return nil }
    return Double(header.gamma) / 100_000
  }

  /// Red, green, blue and alpha of each palette entry.
  var palette: [SIMD4<UInt8>] {
    let (colors, alphas) = (header.palette, header.palette_alpha)
    return withUnsafeBytes(of: colors) { colors in
      withUnsafeBytes(of: alphas) { alphas in
        (0..<Int(header.palette_count)).map { entry in
          let alpha = entry < Int(header.palette_alpha_count) ? alphas[entry] : 255
          return SIMD4(colors[3 * entry], colors[3 * entry + 1], colors[3 * entry + 2], alpha)
        }
      }
    }
  }

  /// The samples that stand for a transparent pixel, one per channel.
  var transparentKey: [UInt16]? {
    guard header.has_key else { return nil }
    return Array([header.key.0, header.key.1, header.key.2].prefix(Int(header.samples)))
  }
}
