import COpenEXR
import Foundation
import Synchronization

/// Reads half-float luminance with subsampled chroma as R, G, B through OpenEXR's older interface, which knows how to
/// reconstruct colours from them; OpenEXRCore leaves that to its callers.
struct EXRColorReader {
  let source: ImageSource
  let header: EXRHeader

  // The interface keeps its error message in a global buffer.
  private static let gate = Mutex(())

  /// Whether the channels are luminance and chroma, and this way of reading loses nothing of them.
  var canRead: Bool {
    let names = Set(header.channels.map(\.name)).subtracting(["A"])
    return header.channels.allSatisfy { $0.type == EXR_PIXEL_HALF }
      && names == ["Y", "RY", "BY"]
  }

  func image() throws(ImageError) -> Image {
    let pixels: [ImfRgba]
    do throws(EXRFailure) {
      pixels = try Self.gate.withLock { (_) throws(EXRFailure) in try read() }
    } catch {
      throw source.malformed("EXR pixels", expected: "intact pixels", found: error.found)
    }
    let hasAlpha = header.channels.contains { $0.name == "A" }
    let channels = ["R", "G", "B"] + (hasAlpha ? ["A"] : [])
    var values: [Float] = []
    values.reserveCapacity(pixels.count * channels.count)
    for pixel in pixels {
      values.append(Float(Float16(bitPattern: pixel.r)))
      values.append(Float(Float16(bitPattern: pixel.g)))
      values.append(Float(Float16(bitPattern: pixel.b)))
      if hasAlpha { values.append(Float(Float16(bitPattern: pixel.a))) }
    }
    return Image(width: header.width, height: header.height, channels: channels, values: values)
  }

  /// The interface opens files by name only, so the bytes take the way through a temporary one.
  private func read() throws(EXRFailure) -> [ImfRgba] {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("penumbra-\(UUID().uuidString).exr").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    do throws(ImageError) {
      try AtomicFile.write(source.bytes, to: path)
    } catch {
      throw failure("no room for a temporary file: \(error.found)")
    }
    guard let file = ImfOpenInputFile(path) else { throw failure(String(cString: ImfErrorMessage())) }
    defer { ImfCloseInputFile(file) }
    var pixels = [ImfRgba](repeating: ImfRgba(), count: header.width * header.height)
    // The library addresses pixels by their coordinates, and the data window need not begin at 0.
    let origin = header.left + header.top * header.width
    let isComplete = pixels.withUnsafeMutableBufferPointer { buffer in
      ImfInputSetFrameBuffer(file, buffer.baseAddress! - origin, 1, header.width) != 0
        && ImfInputReadPixels(file, Int32(header.top), Int32(header.top + header.height - 1)) != 0
    }
    guard isComplete else { throw failure(String(cString: ImfErrorMessage()).replacing(path, with: source.file)) }
    return pixels
  }

  private func failure(_ complaint: String) -> EXRFailure {
    EXRFailure(status: exr_result_t(EXR_ERR_CORRUPT_CHUNK.rawValue), complaint: complaint)
  }
}
