/// A picture file format.
public enum ImageFormat: String, Sendable, CaseIterable {
  case exr, png, jpeg, pfm, hdr
  /// Read only: Windows bitmaps, Truevision TGA (told by its extension) and binary Netpbm.
  case bmp, tga, pnm

  /// Formats that pictures can be written in.
  public static let writable: [ImageFormat] = [.exr, .png, .jpeg, .pfm, .hdr]

  /// The format that a file name's extension stands for, in any case.
  public init?(path: String) {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: ".") else { return nil }
    switch name[name.index(after: dot)...].lowercased() {
    case "exr": self = .exr
    case "png": self = .png
    case "jpg", "jpeg", "jpe": self = .jpeg
    case "pfm": self = .pfm
    case "hdr", "rgbe", "pic": self = .hdr
    case "tga": self = .tga
    default: return nil
    }
  }

  /// The format whose signature the bytes begin with.
  public init?(content bytes: [UInt8]) {
    let signatures: [(ImageFormat, [UInt8])] = [
      (.exr, [0x76, 0x2F, 0x31, 0x01]), (.png, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
      (.jpeg, [0xFF, 0xD8, 0xFF]), (.pfm, Array("PF".utf8)), (.pfm, Array("Pf".utf8)), (.hdr, Array("#?".utf8)),
      (.bmp, Array("BM".utf8)), (.pnm, Array("P5".utf8)), (.pnm, Array("P6".utf8)),
    ]
    guard let match = signatures.first(where: { bytes.starts(with: $0.1) }) else { return nil }
    self = match.0
  }
}
