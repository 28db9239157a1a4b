import Foundation
import PenumbraImages
import Testing

/// Two small files of the OpenEXR C++ library: R, G, B = 1, 1/2, 1/4, A = 1 where x < y, float Z = 1 + y / 4, integer id = x;
/// their data windows begin at (−3, 5).
enum DWASamples {
  /// DWAA, 5 × 33 in two chunks of scanlines.
  static let scanlines = decoded(
    """
    di8xAQIAAABjaGFubmVscwBjaGxpc3QAbgAAAEEAAQAAAAAAAAABAAAAAQAAAEIAAQAAAAAAAAABAAAAAQAAAEcAAQAAAAAAAAABAAAAAQAAAFIA\
    AQAAAAAAAAABAAAAAQAAAFoAAgAAAAAAAAABAAAAAQAAAGlkAAAAAAAAAAAAAQAAAAEAAAAAY29tcHJlc3Npb24AY29tcHJlc3Npb24AAQAAAAhk\
    YXRhV2luZG93AGJveDJpABAAAAD9////BQAAAAEAAAAlAAAAZGlzcGxheVdpbmRvdwBib3gyaQAQAAAA/f///wUAAAABAAAAJQAAAGxpbmVPcmRl\
    cgBsaW5lT3JkZXIAAQAAAABwaXhlbEFzcGVjdFJhdGlvAGZsb2F0AAQAAAAAAIA/c2NyZWVuV2luZG93Q2VudGVyAHYyZgAIAAAAAAAAAAAAAABz\
    Y3JlZW5XaW5kb3dXaWR0aABmbG9hdAAEAAAAAACAPwCAAQAAAAAAALQCAAAAAAAABQAAACwBAAACAAAAAAAAAAAFAAAAAAAAcAAAAAAAAAAYAAAA\
    AAAAABgAAAAAAAAAIgAAAAAAAAAaAAAAAAAAAEABAAAAAAAADAAAAAAAAAAMAAAAAAAAAAAAAAAAAAAAEgBSABQBRwAkAUIANAFBAAgBeNrtyCES\
    QEAYQOEfGwTBERzBDawbOIIjOIIoiuJGURRFURQ3iqJoZ8R9Wdo385Un0lfiMWADFoj25aAAJdCgAS3oQA8GMIIJGDCDBaxgAzs4wAksuMANHiC1\
    T4EUZEAkcmIncZR8hRfeH+8F+rt6+QD/AAAB/wAAAgAAAAoAAAAAAAAABBBCwHhe029oaCgD4u9ArAXE34CYAYgBktALvXjaq2dQYfhvw8zwz8aG\
    iYHJ5h8DA7PNf4Z6GzYbAF2qBtElAAAAUAAAAAA8ADwAPAA8ADwANAA0ADQANAA0ADgAOAA4ADgAOAA8ADwAPAA8ADwAABBBAAAQQQAAEEEAABBB\
    AAAQQQAAAAABAAAAAgAAAAMAAAAEAAAA
    """)
  /// DWAB, 17 × 9 in two tiles of 16 × 16.
  static let tiles = decoded(
    """
    di8xAQICAABjaGFubmVscwBjaGxpc3QAbgAAAEEAAQAAAAAAAAABAAAAAQAAAEIAAQAAAAAAAAABAAAAAQAAAEcAAQAAAAAAAAABAAAAAQAAAFIA\
    AQAAAAAAAAABAAAAAQAAAFoAAgAAAAAAAAABAAAAAQAAAGlkAAAAAAAAAAAAAQAAAAEAAAAAY29tcHJlc3Npb24AY29tcHJlc3Npb24AAQAAAAlk\
    YXRhV2luZG93AGJveDJpABAAAAD9////BQAAAA0AAAANAAAAZGlzcGxheVdpbmRvdwBib3gyaQAQAAAA/f///wUAAAANAAAADQAAAGxpbmVPcmRl\
    cgBsaW5lT3JkZXIAAQAAAABwaXhlbEFzcGVjdFJhdGlvAGZsb2F0AAQAAAAAAIA/c2NyZWVuV2luZG93Q2VudGVyAHYyZgAIAAAAAAAAAAAAAABz\
    Y3JlZW5XaW5kb3dXaWR0aABmbG9hdAAEAAAAAACAP3RpbGVzAHRpbGVkZXNjAAkAAAAQAAAAEAAAAAAAnAEAAAAAAADCAgAAAAAAAAAAAAAAAAAA\
    AAAAAAAAAAASAQAAAgAAAAAAAACABAAAAAAAAE0AAAAAAAAAGAAAAAAAAAAYAAAAAAAAACsAAAAAAAAAJQAAAAAAAAAgAQAAAAAAAAwAAAAAAAAA\
    DAAAAAAAAAAAAAAAAAAAABIAUgAUAUcAJAFCADQBQQAIAXja7ctLDYAwAATR5f+nSKiEOqDSkIIUpCCFSZCwR5jkHUc6dllO02W6TcqezRRNyZRN\
    UoESFWo0aNGhx4ARE2YsWBH09v/f/R/LXF35AP8AAAH/AAACAAAACgAAAAAAAAAEEELAeF7Tb2hoKAPi70CsBcTfgJgBiAGS0Au9eNoFwQkRwCAA\
    wLAePxtgYUbqDeeMZPPxuzg6CQ6iL8mHbKfYqFYugjgFJwEAAAAAAAAAAAAAAAAAAACQAAAAAAAANAA4ADwAAIA/EAAAAAAAADQAOAA8AACgPxAA\
    AAAAAAA0ADgAPAAAwD8QAAAAAAAANAA4ADwAAOA/EAAAAAAAADQAOAA8AAAAQBAAAAAAAAA0ADgAPAAAEEAQAAAAAAAANAA4ADwAACBAEAAAAAAA\
    ADQAOAA8AAAwQBAAAAAAAAA0ADgAPAAAQEAQAAAA
    """)

  private static func decoded(_ base64: String) -> [UInt8] { [UInt8](Data(base64Encoded: base64)!) }
}

@Suite("DWA compression")
struct EXRDWATests {
  @Test(
    "Colours are as near as the quantisation allows, other channels exact",
    arguments: [(DWASamples.scanlines, 5, 33), (DWASamples.tiles, 17, 9)])
  func values(bytes: [UInt8], width: Int, height: Int) throws {
    let image = try Image.decode(bytes, name: "a.exr")
    #expect(image.width == width && image.height == height && image.channels == ["R", "G", "B", "A", "Z", "id"])
    for y in 0..<height {
      for x in 0..<width {
        for (channel, color) in [Float(1), 0.5, 0.25].enumerated() {
          // A half-float step of the perceptual code, 2^-11, is 2.2 times as much of the light.
          #expect(abs(image[x, y, channel] - color) <= 2.2 * color / 2048)
        }
        #expect(image[x, y, 3] == (x < y ? 1 : 0))
        #expect(image[x, y, 4] == 1 + Float(y) / 4 && image[x, y, 5] == Float(x))
      }
    }
  }

  @Test("Tiles beyond the memory limit are refused at once", arguments: [20_000, 65_536, 1 << 30])
  func hugeTiles(side: Int) throws {
    var bytes = DWASamples.tiles
    let tiles = try #require(bytes.firstRange(of: Array("tiles\0tiledesc\0".utf8)))
    for (index, shift) in [0, 8, 16, 24].enumerated() {
      bytes[tiles.upperBound + 4 + index] = UInt8(side >> shift & 255)
      bytes[tiles.upperBound + 8 + index] = UInt8(side >> shift & 255)
    }
    let duration = ContinuousClock().measure { expectRefused(bytes, name: "a.exr") }
    #expect(duration < .seconds(1))
  }
}
