import PenumbraImages
import Testing

@Suite("Colour encodings")
struct ColorEncodingTests {
  @Test("Every 8 and 16-bit code survives decoding and encoding")
  func codes() {
    for (code, light) in SRGB.decoded8.enumerated() { #expect(SRGB.quantized(light, maximum: 255) == code) }
    let survives = SRGB.decoded16.enumerated().allSatisfy { SRGB.quantized($1, maximum: 65_535) == $0 }
    #expect(survives)
  }

  @Test("The curve passes through the values of IEC 61966-2-1")
  func values() {
    #expect(SRGB.decoded8[0] == 0 && SRGB.decoded8[255] == 1)
    #expect(abs(SRGB.decoded8[188] - 0.502_886) < 1e-6)
    #expect(abs(SRGB.encode(0.18) - 0.461_356) < 1e-5)
    #expect(abs(SRGB.encode(0.003_130_8) - 0.040_45) < 1e-5)
  }

  @Test("Grey stands for colour, colour gives luminance, alpha is dropped and never multiplied in")
  func channels() throws {
    let grey = Image(width: 1, height: 1, channels: ["Y", "A"], values: [0.5, 0.25])
    #expect(try grey.rgb().values == [0.5, 0.5, 0.5])
    let color = Image(width: 1, height: 1, channels: ["R", "G", "B", "A"], values: [1, 1, 1, 0])
    #expect(try abs(color.converted(to: ["Y"]).values[0] - 1) < 1e-6)
    #expect(try color.rgb().values == [1, 1, 1])
    #expect(try Image(width: 1, height: 1, channels: ["Z"], values: [3]).rgb().values == [3, 3, 3])
    #expect(try Image(width: 1, height: 1, channels: ["R", "Z"], values: [2, 3]).rgb().values == [2, 0, 0])
    let layers = Image(width: 1, height: 1, channels: ["a.R", "b.R"], values: [1, 2])
    #expect(throws: ImageError.self) { try layers.rgb() }
  }
}
