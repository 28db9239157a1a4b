import Foundation
import PenumbraImages
import Testing

@Suite("Headers that claim huge sizes")
struct HugeHeaderTests {
  @Test("are refused at once, before memory is taken", arguments: [1_000_000, 60_000, 16_000])
  func huge(side: Int) throws {
    let small = Image.gradient(width: 16, height: 16, channels: ["R", "G", "B"])
    let clock = ContinuousClock()
    var files: [(String, [UInt8])] = [
      ("a.pfm", Array("PF\n\(side) \(side)\n-1\n".utf8) + [UInt8](repeating: 0, count: 64)),
      ("a.hdr", Array("#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y \(side) +X \(side)\n".utf8) + [2, 2, 1, 0]),
    ]
    var png = try small.encoded(as: .png)
    for (index, shift) in [24, 16, 8, 0].enumerated() {
      png[16 + index] = UInt8(side >> shift & 255)
      png[20 + index] = UInt8(side >> shift & 255)
    }
    files.append(("a.png", withChecksum(png)))
    var exr = try small.encoded(as: .exr)
    let window = try #require(exr.firstRange(of: Array("dataWindow\0box2i\0".utf8)))
    for (index, shift) in [0, 8, 16, 24].enumerated() {
      exr[window.upperBound + 12 + index] = UInt8((side - 1) >> shift & 255)
      exr[window.upperBound + 16 + index] = UInt8((side - 1) >> shift & 255)
    }
    files.append(("a.exr", exr))
    if side < 65_536 {
      var jpeg = try small.encoded(as: .jpeg)
      let frame = try #require(jpeg.firstRange(of: [0xFF, 0xC0]))
      for offset in [5, 7] {
        jpeg[frame.lowerBound + offset] = UInt8(side >> 8)
        jpeg[frame.lowerBound + offset + 1] = UInt8(side & 255)
      }
      files.append(("a.jpg", jpeg))
    }
    for (name, bytes) in files {
      let duration = clock.measure { expectRefused(bytes, name: name) }
      #expect(duration < .seconds(1), "\(name) took \(duration)")
    }
  }

  /// The file with the checksum that its changed IHDR needs.
  private func withChecksum(_ png: [UInt8]) -> [UInt8] {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in png[12..<29] {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    var png = png
    for (index, shift) in [24, 16, 8, 0].enumerated() { png[29 + index] = UInt8(~crc >> shift & 255) }
    return png
  }
}
