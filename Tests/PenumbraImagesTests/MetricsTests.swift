import Foundation
import PenumbraImages
import Testing

@Suite("Picture metrics")
struct MetricsTests {
  private func flat(_ value: Float, size: Int = 24) -> Image { Image(width: size, height: size, repeating: value) }

  @Test("Equal pictures differ by nothing")
  func equal() throws {
    let image = Image.gradient(width: 40, height: 30, channels: ["R", "G", "B"])
    let comparison = try ImageComparison(image, reference: image)
    #expect(comparison.rmse == 0 && comparison.relativeMSE == 0)
    #expect(comparison.psnr == .infinity && comparison.psnrSRGB == .infinity)
    #expect(abs(comparison.ssim - 1) < 1e-5)
    #expect(comparison.flip == 0)
  }

  @Test("Flat pictures of 0.5 and 0.25 give the values worked out by hand")
  func flatPictures() throws {
    let comparison = try ImageComparison(flat(0.5), reference: flat(0.25))
    #expect(abs(comparison.rmse - 0.25) < 1e-6)
    // 0.0625 / (0.0625 + 0.01)
    #expect(abs(comparison.relativeMSE - 0.862_069) < 1e-5)
    // −10 log₁₀ 0.0625
    #expect(abs(comparison.psnr - 12.0412) < 1e-3)
    // sRGB codes 0.735357 and 0.537099: −10 log₁₀ 0.198258²
    #expect(abs(comparison.psnrSRGB - 14.0553) < 1e-2)
    // (2 · 0.735357 · 0.537099 + 1e-4) / (0.735357² + 0.537099² + 1e-4); variances are 0
    #expect(abs(comparison.ssim - 0.952_60) < 1e-3)
  }

  @Test("FLIP of black and white is 0.967, of green and blue 1, whatever the size", arguments: [1, 5, 32])
  func flipExtremes(size: Int) throws {
    let white = try FLIP().map(flat(1, size: size), reference: flat(0, size: size))
    #expect(white.values.allSatisfy { abs($0 - 0.967) < 2e-3 }, "\(white.values[0])")
    let green = Image(width: 1, height: 1, values: [0, 1, 0])
    let blue = Image(width: 1, height: 1, values: [0, 0, 1])
    #expect(try abs(FLIP().map(green, reference: blue).values[0] - 1) < 1e-3)
  }

  @Test("FLIP is symmetric, in 0...1, and grows with the difference")
  func flipGrows() throws {
    let base = Image.gradient(width: 48, height: 32, channels: ["R", "G", "B"])
    var errors: [Double] = []
    for amount in [Float(0.01), 0.05, 0.2] {
      var other = base
      for index in other.values.indices { other.values[index] += amount * (index % 7 < 3 ? 1 : -1) }
      let map = try FLIP().map(other, reference: base)
      let range: ClosedRange<Float> = 0...1
      #expect(map.values.allSatisfy(range.contains))
      #expect(try map.values == FLIP().map(base, reference: other).values)
      errors.append(map.mean)
    }
    #expect(errors == errors.sorted() && errors[0] > 0)
  }

  @Test("FLIP sees a difference less from farther away")
  func flipDistance() throws {
    var dots = flat(0.5, size: 64)
    for y in stride(from: 0, to: 64, by: 2) { for x in stride(from: y / 2 % 2, to: 64, by: 2) { dots[x, y, 0] = 0.9 } }
    let near = try FLIP(pixelsPerDegree: 20).map(dots, reference: flat(0.5, size: 64)).mean
    let far = try FLIP(pixelsPerDegree: 120).map(dots, reference: flat(0.5, size: 64)).mean
    #expect(far < near)
  }

  @Test("SSIM of a checkerboard and its negative is close to −1")
  func ssimNegative() throws {
    var (a, b) = (flat(0, size: 32), flat(0, size: 32))
    for y in 0..<32 {
      for x in 0..<32 {
        for channel in 0..<3 {
          a[x, y, channel] = Float((x + y) % 2)
          b[x, y, channel] = Float((x + y + 1) % 2)
        }
      }
    }
    #expect(try ImageComparison(a, reference: b).ssim < -0.95)
  }

  @Test("Pictures of different sizes are not compared")
  func sizes() throws {
    let error = #expect(throws: ImageError.self) {
      try ImageComparison(flat(0, size: 2), reference: flat(0, size: 3), name: "b.png")
    }
    #expect(error?.code == .mismatch && error?.description.hasPrefix("b.png: ") == true)
  }

  @Test("False colours get lighter with the value, and NaN stands out")
  func falseColor() throws {
    let ramp = Image(width: 64, height: 1, channels: ["Y"], values: (0..<64).map { Float($0) / 63 })
    let lightness = try ramp.falseColor().converted(to: ["Y"]).values
    #expect(zip(lightness, lightness.dropFirst()).allSatisfy { $0 < $1 })
    let nan = Image(width: 2, height: 1, channels: ["Y"], values: [.nan, 1]).falseColor()
    #expect(nan.values[0..<3] == nan.values[3..<6])
  }
}
