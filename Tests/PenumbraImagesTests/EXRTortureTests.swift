import Foundation
import PenumbraImages
import Testing

@Suite("OpenEXR test files", .enabled(if: SharedData.openEXR.isPresent, SharedData.openEXR.absence))
struct EXRTortureTests {
  private func read(_ name: String) throws(ImageError) -> Image { try Image.read(SharedData.openEXR.path(name)) }

  @Test("Every lossless compression gives the same bits", arguments: ["rle", "zips", "zip", "piz"])
  func lossless(compression: String) throws {
    let (plain, packed) = try (read("comp_none.exr"), read("comp_\(compression).exr"))
    #expect(plain.width == 587 && plain.height == 675 && plain.channels == ["R", "G", "B", "A"])
    #expect(packed.channels == plain.channels && packed.bits == plain.bits)
  }

  @Test("Luminance with subsampled chroma in B44 is the expected RGB within two half-float steps")
  func luminanceChroma() throws {
    let (image, expected) = try (read("comp_b44.exr"), read("comp_b44_piz.exr"))
    #expect(image.channels == expected.channels && image.width == expected.width && image.height == expected.height)
    let steps = zip(image.values, expected.values).map {
      abs(Int(Float16($0).bitPattern) - Int(Float16($1).bitPattern))
    }
    // OpenEXR's own reconstruction rounds a few values in a thousand differently from one machine to another.
    #expect(steps.max()! <= 2 && steps.filter { $0 > 0 }.count < steps.count / 200)
  }

  @Test("Both versions of the DWA encoder decode to the same bits", arguments: ["dwaa", "dwab"])
  func dwaVersions(name: String) throws {
    let (old, new) = try (read("comp_\(name)_v1.exr"), read("comp_\(name)_v2.exr"))
    #expect(old.width == 587 && old.height == 675 && old.channels == ["R", "G", "B", "A"])
    #expect(old.channels == new.channels && old.bits == new.bits)
  }

  /// The expected pictures come from another encoding of the same photograph: nine in ten of the blocks that DWA
  /// transforms are equal to the bit, and the others differ by a quantised coefficient or two, over the whole block.
  @Test("DWA is the expected picture up to the quantisation of its coefficients", arguments: ["dwaa", "dwab"])
  func dwa(name: String) throws {
    let (image, expected) = try (read("comp_\(name)_v2.exr"), read("comp_\(name)_piz.exr"))
    #expect(image.channels == expected.channels && image.pixelCount == expected.pixelCount)
    // Level 45 permits errors of 4.5e-4 times the JPEG weight over its smallest, 99 / 10, in a coefficient; two encodings
    // may be that far off on either side. Through the transform and Cb → B, two coefficients move a pixel by
    let tolerance: Float = 2 * (2 * 4.5e-4 * 9.9) / 4 * 1.8556
    var (blocks, differing) = (Set<SIMD2<Int>>(), Set<SIMD2<Int>>())
    var (worst, differingAlphas) = (Float(0), 0)
    for y in 0..<image.height {
      for x in 0..<image.width {
        blocks.insert([x / 8, y / 8])
        if image[x, y, 3] != expected[x, y, 3] { differingAlphas += 1 }
        for channel in 0..<3 where image[x, y, channel] != expected[x, y, channel] {
          differing.insert([x / 8, y / 8])
          worst = max(worst, abs(perceptual(image[x, y, channel]) - perceptual(expected[x, y, channel])))
        }
      }
    }
    #expect(differingAlphas == 0)
    #expect(worst <= tolerance, "largest difference \(worst)")
    #expect(differing.count < blocks.count * 11 / 100, "\(differing.count) of \(blocks.count) blocks differ")
  }

  /// The scale in which DWA quantises: a power up to 1, then a logarithm.
  private func perceptual(_ light: Float) -> Float {
    let magnitude = abs(light)
    let code = magnitude <= 1 ? powf(magnitude, 1 / 2.2) : logf(magnitude) / 2.2 + 1
    return light < 0 ? -code : code
  }

  @Test("Increasing and decreasing line order give the same picture")
  func lineOrder() throws {
    #expect(try read("lineOrder_decreasing.exr") == read("lineOrder_increasing.exr"))
  }

  @Test("Tiles are put together")
  func tiles() throws {
    let image = try read("v1.7.test.tiled.exr")
    #expect(image.width == 217 && image.height == 197 && image.channels == ["G", "Z"])
    #expect(!image.values.contains { $0.isNaN })
  }

  @Test("The data window is the picture, and float and half channels mix")
  func dataWindow() throws {
    let (zip, plain) = try (read("v1.7.test.1.exr"), read("v1.7.test.planar.exr"))
    #expect(zip.width == 178 && zip.height == 155 && zip.channels == ["R", "G", "B", "Z"])
    #expect(zip.channels == plain.channels && zip.values == plain.values)
  }

  @Test(
    "Corrupt and mistyped files are refused in one line",
    arguments: SharedData.openEXR.names("exr").filter { name in
      ["bad", "invalid", "early_eof", "short", "_with_", "tiled.exr"].contains { name.contains($0) }
        && !name.hasPrefix("v1.7")
    })
  func corrupt(name: String) throws {
    expectRefused([UInt8](try Data(contentsOf: URL(fileURLWithPath: SharedData.openEXR.path(name)))), name: name)
  }
}
