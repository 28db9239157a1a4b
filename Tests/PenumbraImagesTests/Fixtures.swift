import Foundation
import PenumbraImages
import Testing

/// A small seeded generator (SplitMix64), so that every run damages files in the same way.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension Image {
  /// A smooth gradient with some noise, values in 0...1.
  static func gradient(width: Int, height: Int, channels: [String], seed: UInt64 = 1) -> Image {
    var generator = SeededGenerator(state: seed)
    var image = Image(width: width, height: height, channels: channels, repeating: 0)
    for y in 0..<height {
      for x in 0..<width {
        for channel in channels.indices {
          let smooth = (Float(x) / Float(width) + Float(y) / Float(height) + Float(channel) / 4) / 3
          image[x, y, channel] = min(1, smooth + Float.random(in: 0..<0.05, using: &generator))
        }
      }
    }
    return image
  }

  /// Bit patterns, which unlike values tell NaN from NaN and 0 from −0.
  var bits: [UInt32] { values.map(\.bitPattern) }
}

extension ImageError {
  var isOneLine: Bool { !description.contains(where: \.isNewline) }
}

/// A folder that is removed when the last reference to it goes.
final class TemporaryFolder {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("penumbra-images-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}

/// Expects that decoding throws one line that names the file.
func expectRefused(_ bytes: [UInt8], name: String, sourceLocation: SourceLocation = #_sourceLocation) {
  do throws(ImageError) {
    let image = try Image.decode(bytes, name: name)
    Issue.record("\(name) was read as \(image.width)×\(image.height)", sourceLocation: sourceLocation)
  } catch {
    #expect(error.exitCode == 65, "\(error)", sourceLocation: sourceLocation)
    #expect(error.description.hasPrefix(name + ": "), "\(error)", sourceLocation: sourceLocation)
    #expect(error.isOneLine, "\(error)", sourceLocation: sourceLocation)
  }
}
