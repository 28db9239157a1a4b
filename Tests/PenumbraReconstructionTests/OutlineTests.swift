import Testing

@testable import PenumbraReconstruction

@Suite("Outlines and lenses") struct OutlineTests {
  /// A disk of radius 40 pixels, blurred, under a mask that is wider.
  private func photo(blur: Double, excess: Double) -> Photo {
    let side = 128
    let pose = CameraPose(right: [1, 0, 0], down: [0, 1, 0], forward: [0, 0, 1], position: .zero)
    var (rgb, mask) = ([Float](), [Float]())
    for y in 0..<side {
      for x in 0..<side {
        let (u, v) = (Double(x) + 0.5 - 64, Double(y) + 0.5 - 64)
        let depth = 40 - (u * u + v * v).squareRoot()
        // Φ(depth / blur), by the logistic function that is nearest to it.
        let cover = 1 / (1 + exponential(-1.702 * depth / blur))
        mask.append(depth + excess > 0 ? 1 : 0)
        rgb += [0.5, 0.4, 0.3].map { Float($0 * cover) * (mask.last ?? 0) }
      }
    }
    return Photo(
      name: "disk", camera: Camera(Pinhole(width: side, height: side, focal: 200, cx: 64, cy: 64), pose), rgb: rgb,
      mask: mask, validity: [Float](repeating: 1, count: side * side), exposure: nil, isHeldOut: false)
  }

  private func exponential(_ x: Double) -> Double { Double(Power.of(Float(2.718281828), Float(x))) }

  @Test("A mask's excess over a blurred disk is measured to a fifth of a pixel, the blur to a quarter of it")
  func wide() throws {
    let profile = try #require(OutlineProfile([photo(blur: 1.2, excess: 2.5)]))
    // Depths are binned by pixels, whose distances jump by fractions of a pixel on a curved outline.
    #expect(abs(profile.excess - 2.5) < 0.2)
    #expect(abs(profile.blur - 1.2) < 0.3)
  }

  @Test("A mask that fits is left alone")
  func fitting() { #expect(OutlineProfile([photo(blur: 0.2, excess: 0)]) == nil) }

  @Test("A trimmed photo has the object's own colour up to a narrower outline")
  func trimmed() throws {
    let wide = photo(blur: 1.2, excess: 2.5)
    let photo = wide.trimmed(by: 1.25, ramp: 1.25 + 2.4)
    let mask = try #require(photo.mask)
    // Outline at 41.25 pixels from the middle, known to half a pixel where a mask has no greys.
    #expect(mask[64 * 128 + 64 + 39] == 1 && mask[64 * 128 + 64 + 42] == 0)
    for pixel in mask.indices where mask[pixel] > 0.99 { #expect(abs(photo.rgb[3 * pixel] - 0.5) < 0.02) }
  }
}
