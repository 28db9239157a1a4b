import Foundation
import PenumbraImages
import Testing

/// Every format, in the variants that take different paths through its reader.
private let samples: [(name: String, bytes: [UInt8])] = {
  let color = Image.gradient(width: 40, height: 35, channels: ["R", "G", "B"])
  let alpha = Image.gradient(width: 21, height: 19, channels: ["R", "G", "B", "A"])
  let grey = Image.gradient(width: 33, height: 20, channels: ["Y"])
  // The pictures are valid, so encoding cannot fail.
  return try! [
    ("float.exr", alpha.encoded(as: .exr)), ("half.exr", color.encoded(as: .exr, options: .init(exrType: .half))),
    ("scanlines.exr", DWASamples.scanlines), ("tiles.exr", DWASamples.tiles),
    ("8.png", alpha.encoded(as: .png)), ("16.png", grey.encoded(as: .png, options: .init(pngDepth: 16))),
    ("color.jpg", color.encoded(as: .jpeg)), ("grey.jpg", grey.encoded(as: .jpeg)),
    ("color.pfm", color.encoded(as: .pfm)), ("runs.hdr", color.encoded(as: .hdr)),
    ("8.bmp", BitmapSamples.palette), ("24.bmp", BitmapSamples.color24), ("32.bmp", BitmapSamples.masks32),
    ("flat.hdr", Image.gradient(width: 5, height: 7, channels: ["R", "G", "B"]).encoded(as: .hdr)),
  ]
}()

@Suite("Damaged files")
struct DamageTests {
  @Test("A file cut short anywhere is refused in one line", arguments: samples.indices)
  func truncated(index: Int) {
    let (name, bytes) = samples[index]
    for count in stride(from: 1, to: bytes.count, by: max(1, bytes.count / 400)) {
      expectRefused(Array(bytes[..<count]), name: name)
    }
    for count in bytes.count - 12..<bytes.count { expectRefused(Array(bytes[..<count]), name: name) }
  }

  @Test("Flipped bytes give a picture of at most the permitted size or one line", arguments: samples.indices)
  func mutated(index: Int) {
    let (name, bytes) = samples[index]
    expectSurvives(bytes, name: name, rounds: 400, seed: UInt64(index))
  }

  @Test(
    "OpenEXR's own files survive flipped bytes in every compression",
    .enabled(if: SharedData.openEXR.isPresent, SharedData.openEXR.absence),
    arguments: [
      "v1.7.test.tiled.exr", "lineOrder_increasing.exr", "v1.7.test.1.exr", "comp_rle.exr", "comp_b44_piz.exr",
      "comp_dwaa_v2.exr", "comp_dwab_v1.exr",
    ])
  func mutatedEXR(name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: SharedData.openEXR.path(name))))
    expectSurvives(bytes, name: name, rounds: bytes.count > 1 << 18 ? 40 : 150, seed: 11)
  }

  @Test(
    "PngSuite survives flipped bytes",
    .enabled(if: SharedData.pngSuite.isPresent, SharedData.pngSuite.absence),
    arguments: ["basi3p02.png", "basi6a16.png", "tbbn3p08.png", "s07i3p02.png"])
  func mutatedPNG(name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: SharedData.pngSuite.path(name))))
    expectSurvives(bytes, name: name, rounds: 300, seed: 12)
  }

  /// Flips one to four bytes, half of the time within the header, and reads.
  private func expectSurvives(_ bytes: [UInt8], name: String, rounds: Int, seed: UInt64) {
    var generator = SeededGenerator(state: seed)
    for round in 0..<rounds {
      var damaged = bytes
      let limit = round.isMultiple(of: 2) ? bytes.count : min(bytes.count, 400)
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        damaged[Int.random(in: 0..<limit, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      do throws(ImageError) {
        let image = try Image.decode(damaged, name: name)
        #expect(image.width <= 65_536 && image.height <= 65_536)
      } catch {
        #expect(error.isOneLine, "\(error)")
      }
    }
  }
}
