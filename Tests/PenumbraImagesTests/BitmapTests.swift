import Foundation
import PenumbraImages
import Testing

/// Windows bitmaps written by hand, 5 × 3 pixels: bottom row first unless said otherwise.
enum BitmapSamples {
  static let (width, height) = (5, 3)

  /// Colour bytes of a pixel.
  static func color(_ x: Int, _ y: Int) -> [UInt8] { [UInt8(40 * x), UInt8(100 * y), UInt8(10 + 7 * x * y)] }

  private static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  static func file(
    height: Int = height, bits: Int, compression: Int = 0, colors: Int = 0, extra: [UInt8], rows: [[UInt8]]
  ) -> [UInt8] {
    let offset = 54 + extra.count
    let body = rows.flatMap { row in row + [UInt8](repeating: 0, count: (4 - row.count % 4) % 4) }
    let header =
      Array("BM".utf8) + little(offset + body.count, 4) + little(0, 4) + little(offset, 4) + little(40, 4)
      + little(width, 4) + little(height, 4) + little(1, 2) + little(bits, 2) + little(compression, 4)
      + little(body.count, 4) + little(2835, 4) + little(2835, 4) + little(colors, 4) + little(0, 4)
    return header + extra + body
  }

  static let color24 = file(
    bits: 24, extra: [],
    rows: (0..<height).reversed().map { y in (0..<width).flatMap { color($0, y).reversed() } })

  /// Top row first.
  static let topDown = file(
    height: -height, bits: 24, extra: [],
    rows: (0..<height).map { y in (0..<width).flatMap { color($0, y).reversed() } })

  /// Red in the first byte, as masks say.
  static let masks32 = file(
    bits: 32, compression: 3, extra: little(0xFF, 4) + little(0xFF00, 4) + little(0xFF0000, 4),
    rows: (0..<height).reversed().map { y in (0..<width).flatMap { color($0, y) + [77] } })

  static let palette = file(
    bits: 8, colors: width * height,
    extra: (0..<height).flatMap { y in (0..<width).flatMap { Array(color($0, y).reversed()) + [0] } },
    rows: (0..<height).reversed().map { y in (0..<width).map { UInt8(width * y + $0) } })

  /// Two colours, one bit a pixel: a checkerboard.
  static let bits1 = file(
    bits: 1, colors: 2, extra: [0, 0, 255, 0, 0, 255, 0, 0],
    rows: (0..<height).reversed().map { y in [y.isMultiple(of: 2) ? 0b0101_0000 : 0b1010_1000] })
}

@Suite("Windows bitmaps")
struct BitmapTests {
  @Test(
    "Every layout of the same pixels gives the same picture, sRGB decoded",
    arguments: [BitmapSamples.color24, BitmapSamples.topDown, BitmapSamples.masks32, BitmapSamples.palette])
  func layouts(_ bytes: [UInt8]) throws {
    let image = try Image.decode(bytes, name: "sample.bmp")
    #expect(image.channels == ["R", "G", "B"])
    #expect((image.width, image.height) == (BitmapSamples.width, BitmapSamples.height))
    for y in 0..<image.height {
      for x in 0..<image.width {
        for (c, byte) in BitmapSamples.color(x, y).enumerated() {
          #expect(image[x, y, c] == SRGB.decoded8[Int(byte)])
        }
      }
    }
  }

  @Test("One bit a pixel chooses between two colours, most significant bit first") func bits() throws {
    let image = try Image.decode(BitmapSamples.bits1, name: "sample.bmp", encoding: .linear)
    for y in 0..<image.height {
      for x in 0..<image.width {
        let second = (x + y) % 2 == 1
        #expect(image[x, y, 0] == (second ? 0 : 1) && image[x, y, 1] == (second ? 1 : 0))
      }
    }
  }

  @Test("Compressed bitmaps and indices outside the palette are refused by name") func refused() {
    let compressed = BitmapSamples.file(bits: 8, compression: 1, extra: [], rows: [[0]])
    #expect { try Image.decode(compressed, name: "a.bmp") } throws: { "\($0)".contains("compression") }
    let outside = BitmapSamples.file(
      bits: 8, colors: 1, extra: [0, 0, 0, 0], rows: (0..<3).map { _ in [0, 0, 0, 0, 1] })
    #expect { try Image.decode(outside, name: "b.bmp") } throws: { "\($0)".contains("palette index below 1") }
  }
}
