public import Foundation

extension Image {
  /// Reads an EXR, PNG, JPEG, PFM, Radiance HDR, BMP, TGA or PNM picture as linear floats.
  ///
  /// The format is told by the content, then by the extension. Channels are `["Y"]`, `["Y", "A"]`, `["R", "G", "B"]` or
  /// `["R", "G", "B", "A"]`, and what the file names them for EXR; alpha is straight for PNG and stays as stored in EXR.
  /// Sizes are checked before memory is taken, and nothing is returned of a file that is damaged or cut short.
  /// - Parameter encoding: how stored numbers become light; alpha is always linear.
  public static func read(_ path: String, encoding: Encoding = .auto) throws(ImageError) -> Image {
    try decode(ImageSource(path: path), encoding: encoding)
  }

  /// Reads a picture file as linear floats, like `read(_:encoding:)` with a path.
  public static func read(_ url: URL, encoding: Encoding = .auto) throws(ImageError) -> Image {
    try read(url.path, encoding: encoding)
  }

  /// Decodes a picture that is in memory, for example one embedded in a scene file.
  /// - Parameter name: what errors call the picture; its extension helps where the content has no signature.
  public static func decode(
    _ bytes: [UInt8], name: String, encoding: Encoding = .auto
  ) throws(ImageError) -> Image {
    try decode(ImageSource(bytes: bytes, file: name), encoding: encoding)
  }

  private static func decode(_ source: ImageSource, encoding: Encoding) throws(ImageError) -> Image {
    guard let format = ImageFormat(content: source.bytes) ?? ImageFormat(path: source.file) else {
      throw source.unsupported(
        "signature", expected: "an EXR, PNG, JPEG, PFM, Radiance HDR, BMP, TGA or PNM picture",
        found: source.bytes.prefix(4).map { hexadecimal($0) }.joined(separator: " "))
    }
    switch format {
    case .exr: return try EXRReader(source).image().decoded(from: encoding)
    case .pfm: return try readPFM(source).decoded(from: encoding)
    case .hdr: return try RadianceReader(source).image().decoded(from: encoding)
    case .png: return try PNGReader(source).image(encoding: encoding)
    case .jpeg: return try readJPEG(source, encoding: encoding)
    case .bmp: return try BMPReader(source).image(encoding: encoding)
    case .tga: return try TGAReader(source).image(encoding: encoding)
    case .pnm: return try PNMReader(source).image(encoding: encoding)
    }
  }

  /// Undoes the sRGB encoding of a float picture whose user says that it has one.
  private func decoded(from encoding: Encoding) -> Image {
    guard encoding == .sRGB else { return self }
    var linear = self
    let isAlpha = channels.map { $0 == "A" || $0.hasSuffix(".A") }
    for index in linear.values.indices where !isAlpha[index % channels.count] {
      linear.values[index] = Float(SRGB.decode(Double(values[index])))
    }
    return linear
  }
}

func hexadecimal(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
}
