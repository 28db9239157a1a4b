import COpenEXR
import Foundation

/// Decodes DWAA and DWAB with the C++ library, after OpenEXRCore has accepted the header and the position of each chunk.
struct EXRDWAReader {
  let source: ImageSource
  let header: EXRHeader

  /// The largest chunk before compression, in bytes; the decoder holds a whole one, whatever the size of the picture.
  private static let chunkLimit = 1 << 28

  /// Refuses chunks that would take more memory than any program writes.
  func checkChunk(width: Int, height: Int) throws(ImageError) {
    guard width <= Self.chunkLimit / header.bytesPerPixel / height else {
      throw ImageError(
        .tooLarge, file: source.file, place: "EXR header chunks", expected: "at most 2^28 bytes in each",
        found: "\(width)×\(height) pixels of \(header.bytesPerPixel) bytes")
    }
  }

  /// Fills all pixels of `image`, whose channels are those of the file in any order.
  func read(into image: inout Image) throws(ImageError) {
    let names = image.channels.map { UnsafePointer(strdup($0)) }
    defer { names.forEach { free(UnsafeMutablePointer(mutating: $0)) } }
    var complaint = [CChar](repeating: 0, count: 512)
    let isComplete = image.values.withUnsafeMutableBufferPointer { values in
      source.bytes.withUnsafeBytes { bytes in
        source.file.withCString { name in
          var file = copenexr_dwa_file(
            bytes: bytes.baseAddress, size: bytes.count, name: name, is_tiled: header.isTiled)
          return names.withUnsafeBufferPointer { channels in
            var picture = copenexr_dwa_picture(
              values: values.baseAddress, channels: channels.baseAddress, channel_count: channels.count,
              left: Int32(header.left), top: Int32(header.top), width: Int32(header.width),
              height: Int32(header.height))
            return copenexr_read_dwa(&file, &picture, &complaint, complaint.count)
          }
        }
      }
    }
    guard isComplete else {
      let found = String(decoding: complaint.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      throw source.malformed("EXR pixels", expected: "intact \(header.compressionName) pixels", found: found)
    }
  }
}
