import Foundation
import PenumbraImages

/// The size of a picture file as stored.
enum PictureSize {
  /// From the header of a PNG or JPEG; other formats are read whole.
  static func read(_ path: String) throws(ReconstructionError) -> (width: Int, height: Int) {
    if let file = FileHandle(forReadingAtPath: path) {
      let head = [UInt8]((try? file.read(upToCount: 1 << 20)) ?? Data())
      if let size = png(head) ?? jpeg(head) { return size }
    }
    do {
      let image = try Image.read(path)
      return (image.width, image.height)
    } catch { throw ReconstructionError(error) }
  }

  private static func png(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
    guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]), bytes.count >= 24 else { return nil }
    func number(_ at: Int) -> Int { bytes[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) } }
    return (number(16), number(20))
  }

  /// Height and width of the frame header (markers SOF0…SOF15 but DHT, JPG and DAC).
  private static func jpeg(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
    guard bytes.starts(with: [0xFF, 0xD8]) else { return nil }
    var position = 2
    while position + 9 < bytes.count, bytes[position] == 0xFF {
      let marker = bytes[position + 1]
      if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker) {
        return (
          Int(bytes[position + 7]) << 8 | Int(bytes[position + 8]),
          Int(bytes[position + 5]) << 8 | Int(bytes[position + 6])
        )
      }
      position += marker == 0xFF ? 1 : 2 + (Int(bytes[position + 2]) << 8 | Int(bytes[position + 3]))
    }
    return nil
  }
}

extension ReconstructionError {
  init(_ error: ImageError) {
    switch error.code {
    case .missingFile: self.init(.missingFile, error.description)
    case .unwritable: self.init(.unwritable, error.description)
    case .unreadable, .malformed, .tooLarge, .unsupported, .mismatch: self.init(.invalidInput, error.description)
    }
  }
}
