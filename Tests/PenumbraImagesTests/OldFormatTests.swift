import Testing

@testable import PenumbraImages

@Suite("TGA and Netpbm pictures")
struct OldFormatTests {
  /// 2 × 2: red, green above blue, white.
  private static let colors: [[UInt8]] = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]
  private static let expected: [Float] = [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1]

  private static func header(
    type: UInt8, bits: UInt8, descriptor: UInt8 = 32, map: (count: UInt8, bits: UInt8) = (0, 0)
  )
    -> [UInt8]
  {
    [0, map.count > 0 ? 1 : 0, type, 0, 0, map.count, 0, map.bits, 0, 0, 0, 0, 2, 0, 2, 0, bits, descriptor]
  }

  @Test("Plain, run-length, bottom-up, mirrored, palette and 16-bit TGA files show the same picture")
  func tga() throws {
    let bgr: [[UInt8]] = Self.colors.map { Array($0.reversed()) }
    let rows: [UInt8] = bgr.flatMap { $0 }
    let coded: [UInt8] = [0] + bgr[0] + [129] + bgr[1]
    let five: [UInt8] = [0x00, 0x7C, 0xE0, 0x03, 0x1F, 0x00, 0xFF, 0x7F]
    let files: [(String, [UInt8])] = [
      ("plain", Self.header(type: 2, bits: 24) + rows),
      ("bottom up", Self.header(type: 2, bits: 24, descriptor: 0) + bgr[2] + bgr[3] + bgr[0] + bgr[1]),
      ("mirrored", Self.header(type: 2, bits: 24, descriptor: 48) + bgr[1] + bgr[0] + bgr[3] + bgr[2]),
      ("raw packet", Self.header(type: 10, bits: 24) + [3] + rows),
      ("palette", Self.header(type: 1, bits: 8, map: (4, 24)) + rows + [0, 1, 2, 3]),
      ("16 bits", Self.header(type: 2, bits: 16) + five),
    ]
    for (name, bytes) in files {
      #expect(try Image.decode(bytes, name: "a.tga").rgb().values == Self.expected, "\(name)")
    }
    let runs = try Image.decode(Self.header(type: 10, bits: 24) + coded + [0] + bgr[3], name: "a.tga")
    #expect(runs.values == [1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 1, 1])
    let alpha: [UInt8] = bgr.flatMap { $0 + [128] }
    #expect(try Image.decode(Self.header(type: 2, bits: 32) + alpha, name: "a.tga").values[3] == 128 / 255)
    let grey = try Image.decode(Self.header(type: 3, bits: 8) + [0, 255, 51, 0], name: "a.tga", encoding: .linear)
    #expect(grey.channels == ["Y"] && grey.values == [0, 1, 0.2, 0])
  }

  @Test("Netpbm of 8 and 16 bits, with comments")
  func pnm() throws {
    let text = Array("P6 # a comment\n# and another\n2 2\n255\n".utf8)
    #expect(try Image.decode(text + Self.colors.flatMap(\.self), name: "a.ppm").values == Self.expected)
    let deep = try Image.decode(
      Array("P5\n2 1\n65535\n".utf8) + [0xFF, 0xFF, 0x33, 0x33], name: "a.pgm", encoding: .linear)
    #expect(deep.channels == ["Y"] && deep.values == [1, 0.2])
    let small = try Image.decode(Array("P5\n2 1\n4\n".utf8) + [4, 1], name: "a.pgm", encoding: .linear)
    #expect(abs(small.values[1] - 0.25) < 2e-3)
  }

  @Test("Files that are cut short or claim too much are refused")
  func refusals() {
    let files: [[UInt8]] = [
      Self.header(type: 2, bits: 24) + [1, 2, 3], Self.header(type: 10, bits: 24) + [131, 1],
      Self.header(type: 5, bits: 24),
      Self.header(type: 2, bits: 17), [0, 0, 2], Self.header(type: 1, bits: 8, map: (1, 24)) + [0, 0, 0, 0, 1, 0, 0],
      [0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 24, 0],
    ]
    for bytes in files { #expect(throws: ImageError.self) { try Image.decode(bytes, name: "a.tga") } }
    for text in ["P6\n2 2\n255\nabc", "P6\n99999 99999\n255\n", "P6\n2\n", "P6\n-2 2\n255\n", "P5\n1 1\n0\na"] {
      #expect(throws: ImageError.self) { try Image.decode(Array(text.utf8), name: "a.ppm") }
    }
  }
}
