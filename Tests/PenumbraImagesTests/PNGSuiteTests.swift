import CPNG
import Foundation
import PenumbraImages
import Testing

private let intactNames = SharedData.pngSuite.names("png").filter { !$0.hasPrefix("x") }
private let damagedNames = SharedData.pngSuite.names("png").filter { $0.hasPrefix("x") }

@Suite(
  "PngSuite", .enabled(if: SharedData.pngSuite.isPresent, SharedData.pngSuite.absence))
struct PNGSuiteTests {
  @Test("Every intact file agrees with libpng in linear light", arguments: intactNames)
  func intact(name: String) throws {
    let path = SharedData.pngSuite.path(name)
    let image = try Image.read(path)
    let ours = try image.converted(to: ["R", "G", "B", "A"])
    let theirs = try #require(libpngLinear(path))
    #expect(ours.values.count == theirs.count)
    // Without gAMA, libpng approximates sRGB by a power of 2.2; otherwise it is within half an 8-bit step.
    var worst: Float = 0
    for pixel in 0..<ours.pixelCount {
      let alpha = ours.values[4 * pixel + 3]
      for channel in 0..<4 {
        let value = ours.values[4 * pixel + channel] * (channel == 3 ? 1 : alpha)
        worst = max(worst, abs(value - Float(theirs[4 * pixel + channel]) / 65_535))
      }
    }
    let hasGamma = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))).contains(Array("gAMA".utf8))
    let tolerance: Float = !hasGamma ? 0.012 : name.contains("16.") ? 5e-4 : 0.0021
    #expect(worst < tolerance, "largest difference \(worst)")
  }

  @Test("Every damaged file is refused in one line", arguments: damagedNames)
  func damaged(name: String) throws {
    expectRefused([UInt8](try Data(contentsOf: URL(fileURLWithPath: SharedData.pngSuite.path(name)))), name: name)
  }

  @Test("Interlaced and plain files of a pair are the same picture", arguments: intactNames.filter { $0.contains("i") })
  func pairs(name: String) throws {
    guard let at = name.dropFirst(3).firstIndex(of: "i"), name.hasPrefix("basi") || name.hasPrefix("s") else { return }
    let plain = SharedData.pngSuite.path(name.replacingCharacters(in: at...at, with: "n"))
    #expect(try Image.read(SharedData.pngSuite.path(name)) == Image.read(plain))
  }

  @Test("Grey of 1, 2, 4, 8 and 16 bits is spread to the full range", arguments: ["01", "02", "04", "08", "16"])
  func range(depth: String) throws {
    let values = try Image.read(SharedData.pngSuite.path("basn0g\(depth).png"), encoding: .linear).values
    // The 4-bit ramp of the suite stops at code 14.
    #expect(values.min() == 0 && values.max() == (depth == "04" ? 14 / 15 : 1))
  }

  @Test("Alpha is straight: colours of transparent pixels survive")
  func straightAlpha() throws {
    let image = try Image.read(SharedData.pngSuite.path("basn6a16.png"))
    let isHidden = (0..<image.pixelCount).map { image.values[4 * $0 + 3] == 0 }
    let hidden = isHidden.indices.filter { isHidden[$0] }
    #expect(hidden.contains { image.values[4 * $0..<4 * $0 + 3].contains { $0 > 0.1 } })
  }

  /// The picture as libpng's simplified API sees it: 16-bit linear RGBA, premultiplied.
  private func libpngLinear(_ path: String) -> [UInt16]? {
    var picture = png_image()
    picture.version = UInt32(PNG_IMAGE_VERSION)
    guard png_image_begin_read_from_file(&picture, path) != 0 else { return nil }
    defer { png_image_free(&picture) }
    picture.format = UInt32(PNG_FORMAT_FLAG_LINEAR | PNG_FORMAT_FLAG_ALPHA | PNG_FORMAT_FLAG_COLOR)
    // 16-bit files without gAMA count as sRGB here, as in the PNG specification.
    picture.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
    var pixels = [UInt16](repeating: 0, count: Int(picture.width) * Int(picture.height) * 4)
    return png_image_finish_read(&picture, nil, &pixels, 0, nil) != 0 ? pixels : nil
  }
}
