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

  @Test(
    "DWA is refused by name where the library cannot undo it, and otherwise read at its size",
    arguments: ["dwaa_v1", "dwaa_v2", "dwab_v1", "dwab_v2"])
  func dwa(name: String) throws {
    do throws(ImageError) {
      let image = try read("comp_\(name).exr")
      #expect(image.width == 587 && image.height == 675 && image.channels == ["R", "G", "B", "A"])
    } catch {
      #expect(error.code == .unsupported && error.found == name.prefix(4).uppercased(), "\(error)")
    }
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
