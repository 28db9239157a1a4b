import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

extension Renderer {
  /// Mean red radiance over the film, one draw per seed.
  func estimate(spp: Int, seeds: Int = 16, maxDepth: Int? = nil, sampler: SamplerSettings.Kind = .independent) throws
    -> Estimate
  {
    Estimate(
      try (0..<seeds).map { seed in
        let rgb = try render(.test(spp: spp, seed: UInt64(seed), sampler: sampler, maxDepth: maxDepth)).rgb
        return stride(from: 0, to: rgb.count, by: 3).reduce(0.0) { $0 + Double(rgb[$1]) } / Double(rgb.count / 3)
      })
  }
}

/// A camera above the origin that sees a tiny part of the floor, so that the picture is one number.
private func spotCamera(_ scene: inout TestScene) throws {
  try scene.camera(TestScene.lookAt([0, 0, 1.5], .zero), fov: 0.1, width: 2, height: 2)
}

struct AnalyticSceneTests {
  @Test(
    "Furnace: albedo a inside an enclosure emitting 1 gives radiance 1 / (1 − a)", arguments: [Float(0.2), 0.5, 0.8])
  func furnace(albedo a: Float) throws {
    var scene = TestScene()
    let walls = try scene.diffuse([a, a, a])
    let sphere = scene.add(Geometry.sphere, TestScene.placed(at: .zero, scale: 2), walls, flipNormals: true)
    try scene.area(sphere, [1, 1, 1])
    try scene.camera(TestScene.lookAt(.zero, [0.3, 0.2, 1]), width: 4, height: 4)
    let estimate = try scene.renderer().estimate(spp: 256)
    #expect(estimate.agrees(with: Double(1 / (1 - a)), rounding: 1e-3 / Double(1 - a)), "\(estimate)")
  }

  @Test("Truncated furnace: n − 1 terms of the series at max_depth n", arguments: [0, 1, 2, 3, 5])
  func depths(_ depth: Int) throws {
    var scene = TestScene()
    let walls = try scene.diffuse([0.5, 0.5, 0.5])
    let sphere = scene.add(Geometry.sphere, TestScene.placed(at: .zero, scale: 2), walls, flipNormals: true)
    try scene.area(sphere, [1, 1, 1])
    try scene.camera(TestScene.lookAt(.zero, [0.3, 0.2, 1]), width: 4, height: 4)
    let estimate = try scene.renderer().estimate(spp: 128, maxDepth: depth)
    // max_depth 1 is emission alone, 2 adds direct light, and so on; 0 is nothing.
    let expected = (0..<depth).reduce(0.0) { sum, n in sum + pow(0.5, Double(n)) }
    #expect(estimate.agrees(with: expected, rounding: 1e-3), "\(estimate), expected \(expected)")
  }

  @Test("A sphere in uniform light looks like albedo · light, convex shapes seeing nothing of themselves")
  func sphereInLight() throws {
    for flatSky in [true, false] {
      var scene = TestScene()
      let material = try scene.diffuse([0.6, 0.6, 0.6])
      scene.add(Geometry.sphere, TestScene.placed(at: [0, 0, 5]), material)
      if flatSky { try scene.sky([2, 2, 2]) } else { try white(&scene) }
      try scene.camera(TestScene.lookAt(.zero, [0, 0, 1]), fov: 10, width: 4, height: 4)
      let estimate = try scene.renderer().estimate(spp: 128)
      #expect(estimate.agrees(with: 1.2, rounding: 2e-4), "\(estimate)")
    }
  }

  /// An environment map that is 2 everywhere.
  private func white(_ scene: inout TestScene) throws {
    let data = scene.builder.addHidden([Float](repeating: 2, count: 3 * 8 * 4))
    let scale = scene.builder.addHidden([1])
    let matrix = scene.matrix(TestScene.identity)
    scene.builder.add(
      Emitter(id: "env", source: .environment(data: data, width: 8, height: 4, scale: scale, toWorld: matrix)))
  }

  @Test("A point light of intensity 1 at distance 2 over albedo ½ gives ½ / π / 4") func pointLight() throws {
    var scene = TestScene()
    scene.floor(try scene.diffuse([0.5, 0.5, 0.5]))
    try scene.point([0, 0, 2], [1, 1, 1])
    try spotCamera(&scene)
    let estimate = try scene.renderer().estimate(spp: 8, maxDepth: 2)
    #expect(estimate.agrees(with: 0.5 / .pi / 4, rounding: 1e-5), "\(estimate)")
  }

  @Test("A directional light of irradiance 1 gives albedo cos θ / π") func directionalLight() throws {
    for direction in [Vector3(0, 0, -1), [0.6, 0, -0.8]] {
      var scene = TestScene()
      scene.floor(try scene.diffuse([0.5, 0.5, 0.5]))
      try scene.directional(direction, [1, 1, 1])
      try spotCamera(&scene)
      let estimate = try scene.renderer().estimate(spp: 8, maxDepth: 2)
      #expect(estimate.agrees(with: 0.5 / .pi * Double(-direction.z), rounding: 1e-5), "\(estimate)")
    }
  }

  @Test("A constant environment of radiance 1 over albedo ½ gives ½") func constantLight() throws {
    var scene = TestScene()
    scene.floor(try scene.diffuse([0.5, 0.5, 0.5]))
    try scene.sky([1, 1, 1])
    try spotCamera(&scene)
    let estimate = try scene.renderer().estimate(spp: 512, maxDepth: 2)
    #expect(estimate.agrees(with: 0.5, rounding: 1e-4), "\(estimate)")
  }

  @Test("A disk light overhead gives albedo · L · R² / (R² + h²), a rectangle the contour integral")
  func areaLights() throws {
    for isDisk in [true, false] {
      var scene = TestScene()
      scene.floor(try scene.diffuse([0.5, 0.5, 0.5]))
      let black = try scene.diffuse([0, 0, 0])
      let facingDown: [Float] = [1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 2, 0, 0, 0, 1]
      let lamp = scene.add(isDisk ? Geometry.disk : Geometry.rectangle, facingDown, black)
      try scene.area(lamp, [3, 3, 3])
      try spotCamera(&scene)
      // Square of half side 1 at height 2: form factor 4 · 1 / (2π) · 2 · (x / √(1+x²)) atan(y / √(1+x²)), x = y = ½.
      let root = 1.25.squareRoot()
      let factor = isDisk ? 1.0 / 5 : 4 / (2 * .pi) * 2 * (0.5 / root) * atan(0.5 / root)
      let estimate = try scene.renderer().estimate(spp: 512, maxDepth: 2)
      #expect(estimate.agrees(with: 0.5 * 3 * factor, rounding: 1e-4), "disk \(isDisk): \(estimate)")
    }
  }

  @Test(
    "A disk light near its floor gives albedo · L · R² / (R² + h²) however far from the origin both are",
    arguments: [(height: Float(0.1), place: Float(1)), (1, 20), (10, 300)])
  func nearLight(height h: Float, place x: Float) throws {
    var scene = TestScene()
    let wide = 40 * h
    scene.add(
      Geometry.rectangle, [wide, 0, 0, x, 0, wide, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], try scene.diffuse([0.5, 0.5, 0.5]))
    let radius = 0.8 * h
    let facingDown: [Float] = [radius, 0, 0, x, 0, -radius, 0, 0, 0, 0, -1, h, 0, 0, 0, 1]
    try scene.area(scene.add(Geometry.disk, facingDown, try scene.diffuse([0, 0, 0])), [3, 3, 3])
    try scene.camera(TestScene.lookAt([x + 2 * h, 0, 0.6 * h], [x, 0, 0]), fov: 0.1, width: 2, height: 2)
    let estimate = try scene.renderer().estimate(spp: 512, maxDepth: 2)
    let expected = 0.5 * 3 * 0.64 / 1.64
    // Rays that meet the lamp by chance start above the floor: the factor's derivative by the height bounds what that does.
    let lift = Double((1 + x) * RayOffset.epsilon / h)
    #expect(estimate.agrees(with: expected, rounding: 2 * lift * expected), "\(estimate), expected \(expected)")
  }

  @Test("A sphere light gives albedo · L · (R / d)², whether it is sampled as a cone or its size is large")
  func sphereLight() throws {
    for (radius, height) in [(Float(0.5), Float(3)), (1.5, 2)] {
      var scene = TestScene()
      scene.floor(try scene.diffuse([0.5, 0.5, 0.5]))
      let black = try scene.diffuse([0, 0, 0])
      let lamp = scene.add(Geometry.sphere, TestScene.placed(at: [0, 0, height], scale: radius), black)
      try scene.area(lamp, [2, 2, 2])
      try scene.camera(TestScene.lookAt([0.4, 0, 0.4], .zero, up: [0, 1, 0]), fov: 0.1, width: 2, height: 2)
      let estimate = try scene.renderer().estimate(spp: 512, maxDepth: 2)
      let expected = Double(0.5 * 2 * (radius / height) * (radius / height))
      #expect(estimate.agrees(with: expected, rounding: 1e-4), "\(estimate), expected \(expected)")
    }
  }

  @Test("Russian roulette changes the noise, not the mean", arguments: [1, 2, 5])
  func roulette(_ depth: Int) throws {
    func estimate(rouletteDepth: Int) throws -> Estimate {
      var scene = TestScene()
      let walls = try scene.diffuse([0.7, 0.7, 0.7])
      let sphere = scene.add(Geometry.sphere, TestScene.placed(at: .zero, scale: 2), walls, flipNormals: true)
      try scene.area(sphere, [1, 1, 1])
      let glass = scene.builder.addHidden([1.5])
      let one = scene.builder.addHiddenConstant([1])
      let dielectric = scene.builder.add(
        Material.dielectric(eta: glass, specularReflectance: one, specularTransmittance: one))
      scene.add(Geometry.sphere, TestScene.placed(at: [0, 0, 1.2], scale: 0.4), dielectric)
      try scene.camera(TestScene.lookAt(.zero, [0, 0, 1]), width: 4, height: 4)
      scene.builder.integrator = IntegratorSettings(maxDepth: 12, rouletteDepth: rouletteDepth)
      return try scene.renderer().estimate(spp: 256)
    }
    let (with, without) = (try estimate(rouletteDepth: depth), try estimate(rouletteDepth: 100))
    #expect(with.agrees(with: without), "\(with) with, \(without) without")
  }

  @Test("Glass in a uniform environment is invisible") func glassFurnace() throws {
    var scene = TestScene()
    let eta = scene.builder.addHidden([1.5])
    let one = scene.builder.addHiddenConstant([1])
    let glass = scene.builder.add(Material.dielectric(eta: eta, specularReflectance: one, specularTransmittance: one))
    scene.add(Geometry.sphere, TestScene.placed(at: [0, 0, 5]), glass)
    try scene.sky([1, 1, 1])
    try scene.camera(TestScene.lookAt(.zero, [0, 0, 1]), fov: 20, width: 8, height: 8)
    let estimate = try scene.renderer().estimate(spp: 128)
    #expect(estimate.agrees(with: 1, rounding: 1e-3), "\(estimate)")
  }
}
