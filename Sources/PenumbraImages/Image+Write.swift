public import Foundation

/// Choices that only some formats have.
public struct ImageWriteOptions: Sendable {
  public enum FloatType: Sendable { case half, float }

  /// Sample type of EXR channels; half overflows to infinity above 65 504.
  public var exrType: FloatType
  /// Bits per PNG sample, 8 or 16.
  public var pngDepth: Int
  /// JPEG quality in 1...100; 95 keeps full-resolution colour like all settings here.
  public var jpegQuality: Int
  /// What PNG and JPEG store: `.linear` writes the values as they are (for data such as normals), else sRGB.
  public var encoding: Encoding

  public init(
    exrType: FloatType = .float, pngDepth: Int = 8, jpegQuality: Int = 95, encoding: Encoding = .auto
  ) {
    (self.exrType, self.pngDepth, self.jpegQuality, self.encoding) = (exrType, pngDepth, jpegQuality, encoding)
  }
}

extension Image {
  /// Writes the picture in the format of the path's extension: `.exr`, `.png`, `.jpg`, `.pfm` or `.hdr`.
  ///
  /// The file is replaced as a whole or not at all, and equal pictures give equal bytes. EXR takes any channels; the
  /// others need colours or a single grey channel, keep alpha in PNG only, and drop other layers; PFM and HDR are always
  /// RGB. PNG and JPEG clamp to
  /// 0...1 and store NaN as 0; EXR and PFM keep NaN and infinity; HDR stores negative values and NaN as 0.
  public func write(to path: String, options: ImageWriteOptions = .init()) throws(ImageError) {
    guard let format = ImageFormat(path: path) else {
      throw ImageError(
        .unsupported, file: path, place: "extension", expected: ".exr, .png, .jpg, .pfm or .hdr",
        found: URL(fileURLWithPath: path).lastPathComponent)
    }
    try AtomicFile.write(encoded(as: format, name: path, options: options), to: path)
  }

  /// Writes the picture in the format of the URL's extension, like `write(to:options:)` with a path.
  public func write(to url: URL, options: ImageWriteOptions = .init()) throws(ImageError) {
    try write(to: url.path, options: options)
  }

  /// The bytes of the picture as a file.
  /// - Parameter name: what errors call the file.
  public func encoded(
    as format: ImageFormat, name: String = "image", options: ImageWriteOptions = .init()
  ) throws(ImageError) -> [UInt8] {
    switch format {
    case .exr: try EXRWriter(image: self, type: options.exrType, file: name).bytes()
    case .png: try PNGWriter(image: displayable(withAlpha: true, name: name), options: options).bytes(name: name)
    case .jpeg: try displayable(withAlpha: false, name: name).jpegBytes(options: options, name: name)
    case .pfm: try rgb(name: name).pfmBytes()
    case .hdr: try rgb(name: name).radianceBytes()
    case .bmp, .tga, .pnm:
      throw ImageError(
        .unsupported, file: name, place: "format", expected: "EXR, PNG, JPEG, PFM or Radiance HDR",
        found: format.rawValue.uppercased())
    }
  }

  /// Grey or colour, with alpha if the picture has it and the format wants it.
  private func displayable(withAlpha: Bool, name: String) throws(ImageError) -> Image {
    let isColor = ["R", "G", "B"].contains(where: channels.contains)
    let alpha = withAlpha && channels.contains("A") ? ["A"] : []
    return try converted(to: (isColor ? ["R", "G", "B"] : ["Y"]) + alpha, name: name)
  }
}
