import PenumbraImages
import Testing

@testable import PenumbraReconstruction

@Suite("Lenses and resampling") struct LensTests {
  @Test("OpenCV's distortion formula, at a point computed by hand")
  func brown() throws {
    // x = (0.3, −0.2): r² = 0.13.
    let lens = Lens.radialTangential([0.1, -0.05, 0.02], denominator: [0.01], p1: 0.001, p2: -0.002)
    let above: Double = 1 + 0.1 * 0.13 - 0.05 * 0.0169 + 0.02 * 0.002197
    let radial = above / (1 + 0.01 * 0.13)
    let x: Double = 0.3 * radial - 0.00012 - 0.002 * 0.31
    let y: Double = -0.2 * radial + 0.001 * 0.21 + 0.00024
    let found = try #require(lens.distort([0.6, -0.4, 2]))
    #expect(abs(found.x - x) < 1e-12 && abs(found.y - y) < 1e-12)
  }

  @Test("A fisheye without coefficients has radius θ, also beyond 90°")
  func fisheye() throws {
    let lens = Lens.fisheye(k: [])
    let wide = try #require(lens.distort([1, 0, -0.5]))
    #expect(abs(wide.x - (.pi / 2 + Angle.arctangent(0.5))) < 1e-12)
    #expect(lens.distort([0, 0, 1]) == .zero)
  }

  @Test("Where barrel distortion folds back, no pixel is seen")
  func fold() {
    let lens = Lens.radialTangential([-0.4])
    #expect(lens.distort([0.5, 0, 1]) != nil)
    // d(r − 0.4 r³)/dr = 0 at r = 0.913.
    #expect(lens.distort([1, 0, 1]) == nil)
  }

  @Test("Without distortion pixels are copied, and halves are means of four")
  func exact() {
    let intrinsics = Intrinsics(width: 8, height: 4, fx: 10, fy: 10, cx: 3.7, cy: 2.2)
    let image = Image(width: 8, height: 4, channels: ["Y"], values: (0..<32).map { Float($0 * $0) })
    let (same, coverage) = Resampling(source: intrinsics, target: Pinhole(intrinsics, maximumSide: 100)).apply(image)
    for (a, b) in zip(same.values, image.values) { #expect(abs(a - b) <= 1e-3) }
    #expect(coverage.allSatisfy { $0 > 0.999 })
    let (half, _) = Resampling(source: intrinsics, target: Pinhole(intrinsics, maximumSide: 4)).apply(image)
    #expect(half.width == 4 && half.height == 2)
    let mean: Float = (0 + 1 + 64 + 81) / 4
    #expect(abs(half[0, 0, 0] - mean) < 1e-3)
  }

  @Test("An undistorted photo shows each point where the pinhole projects it")
  func undistort() throws {
    let intrinsics = Intrinsics(
      width: 200, height: 160, fx: 150, fy: 148, cx: 97, cy: 82,
      lens: .radialTangential([0.08, -0.05], p1: 0.002, p2: -0.001))
    // A picture whose value is a smooth function of the direction seen.
    let pinhole = Pinhole(intrinsics, maximumSide: 500)
    var image = Image(width: 200, height: 160, channels: ["X", "Y"], repeating: 0)
    for y in 0..<160 {
      for x in 0..<200 {
        let target = SIMD2(Double(x) + 0.5, Double(y) + 0.5)
        // Newton-free inversion: the fixed point of d ← d − (project(d) − target) / f.
        var d = SIMD2((target.x - 97) / 150, (target.y - 82) / 148)
        for _ in 0..<50 {
          let p = try #require(intrinsics.project([d.x, d.y, 1]))
          d -= (p - target) / 150
        }
        (image[x, y, 0], image[x, y, 1]) = (Float(d.x), Float(d.y))
      }
    }
    let (flat, coverage) = Resampling(source: intrinsics, target: pinhole).apply(image)
    for y in 0..<flat.height {
      for x in 0..<flat.width where coverage[y * flat.width + x] > 0.99 {
        let d = pinhole.direction([Double(x) + 0.5, Double(y) + 0.5])
        // The mean over a pixel of a nearly linear function.
        #expect(abs(Double(flat[x, y, 0]) - d.x) < 0.05 / 150 && abs(Double(flat[x, y, 1]) - d.y) < 0.05 / 150)
      }
    }
  }

  @Test("The eight EXIF orientations bring the marked corner to the top left")
  func orientations() {
    // The corner that is top left of the scene, for each orientation, in the stored picture.
    let corners: [(Int, Int)] = [(0, 0), (2, 0), (2, 1), (0, 1), (0, 0), (0, 1), (2, 1), (2, 0)]
    for orientation in 1...8 {
      var stored = Image(width: 3, height: 2, channels: ["Y"], repeating: 0)
      stored[corners[orientation - 1].0, corners[orientation - 1].1, 0] = 1
      let upright = stored.oriented(orientation)
      #expect(upright[0, 0, 0] == 1, "\(orientation)")
      #expect(upright.width == (orientation < 5 ? 3 : 2))
    }
  }
}
