import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

struct VisibilityTests {
  /// A lit lamp before a lit sky.
  private func lampScene(hideEmitters: Bool, sky: Bool) throws -> RenderResult {
    var scene = TestScene()
    let lamp = scene.add(
      Geometry.rectangle, [1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 5, 0, 0, 0, 1], try scene.diffuse([0.5, 0.5, 0.5]))
    try scene.area(lamp, [3, 3, 3])
    if sky { try scene.sky([0.25, 0.25, 0.25]) }
    try scene.camera(TestScene.lookAt(.zero, [0, 0, 1]), fov: 60, width: 9, height: 9)
    scene.builder.integrator = IntegratorSettings(maxDepth: 1, hideEmitters: hideEmitters)
    return try scene.renderer().render(.test(spp: 16))
  }

  @Test("Emitters and environments are seen with alpha 1; a ray that meets nothing has alpha 0")
  func alpha() throws {
    let withSky = try lampScene(hideEmitters: false, sky: true)
    #expect(withSky.rgb[3 * 40] == 3 && withSky.alpha[40] == 1)
    #expect(withSky.rgb[0] == 0.25 && withSky.alpha[0] == 1)
    let withoutSky = try lampScene(hideEmitters: false, sky: false)
    #expect(withoutSky.rgb[0] == 0 && withoutSky.alpha[0] == 0)
  }

  @Test("Hidden emitters and environments are black and transparent") func hidden() throws {
    for sky in [true, false] {
      let result = try lampScene(hideEmitters: true, sky: sky)
      #expect(result.rgb.allSatisfy { $0 == 0 })
      #expect(result.alpha.allSatisfy { $0 == 0 })
    }
  }

  @Test("Hidden emitters still give light, and what is behind them is seen") func hiddenGivesLight() throws {
    func mean(_ hide: Bool) throws -> Estimate {
      var scene = TestScene()
      scene.floor(try scene.diffuse([0.5, 0.5, 0.5]))
      let lamp = scene.add(
        Geometry.disk, [0.2, 0, 0, 3, 0, -0.2, 0, 0, 0, 0, -0.2, 1, 0, 0, 0, 1], try scene.diffuse([0, 0, 0]))
      try scene.area(lamp, [5, 5, 5])
      try scene.camera(TestScene.lookAt([3, 0, 3], [3, 0, 0], up: [0, 1, 0]), fov: hide ? 1 : 1, width: 2, height: 2)
      scene.builder.integrator = IntegratorSettings(maxDepth: 2, hideEmitters: hide)
      return try scene.renderer().estimate(spp: 64)
    }
    // Seen from above the lamp's back is black; hidden, the floor below shows through: ½ · 5 · R² / (R² + h²).
    #expect(try mean(false).mean == 0)
    let through = try mean(true)
    #expect(through.agrees(with: 0.5 * 5 * 0.04 / 1.04, rounding: 2e-3), "\(through)")
  }

  @Test("One-sided materials are black from behind, two-sided ones show each its own side")
  func twosided() throws {
    func radiance(from z: Float, twosided: Bool) throws -> Float {
      var scene = TestScene()
      let (front, back) = (try scene.diffuse([0.8, 0.8, 0.8]), try scene.diffuse([0.4, 0.4, 0.4]))
      scene.floor(twosided ? scene.builder.add(.twosided(front: front, back: back)) : front)
      try scene.directional([0, 0, -z], [1, 1, 1])
      try scene.camera(TestScene.lookAt([0, 0, z], .zero), fov: 1, width: 2, height: 2)
      return try scene.renderer().render(.test(spp: 4, maxDepth: 2)).rgb[0]
    }
    #expect(abs(try radiance(from: 3, twosided: true) - 0.8 / .pi) < 1e-5)
    #expect(abs(try radiance(from: -3, twosided: true) - 0.4 / .pi) < 1e-5)
    #expect(abs(try radiance(from: 3, twosided: false) - 0.8 / .pi) < 1e-5)
    #expect(try radiance(from: -3, twosided: false) == 0)
  }

  @Test("An area light shines on the side of its normal alone, which flipping turns") func oneSided() throws {
    for (z, flip) in [(Float(3), false), (-3, false), (3, true), (-3, true)] {
      var scene = TestScene()
      let lamp = scene.add(Geometry.rectangle, TestScene.identity, try scene.diffuse([0, 0, 0]), flipNormals: flip)
      try scene.area(lamp, [2, 2, 2])
      try scene.camera(TestScene.lookAt([0, 0, z], .zero), fov: 5, width: 2, height: 2)
      let radiance = try scene.renderer().render(.test(spp: 4)).rgb[0]
      #expect(radiance == ((z > 0) != flip ? 2 : 0))
    }
  }
}
