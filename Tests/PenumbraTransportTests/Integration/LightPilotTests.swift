import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

struct LightPilotTests {
  /// A lamp over the part of a wide floor that the camera looks at, under a faint sky, and a second camera that looks where the
  /// lamp is weak.
  ///
  /// - Parameter isMap: whether the sky is an environment map, all of whose texels are alike.
  private func scene(isMap: Bool = true) throws -> Scene {
    var scene = TestScene()
    scene.floor(try scene.diffuse([0.5, 0.5, 0.5]), size: 20)
    let dark = try scene.diffuse([0, 0, 0])
    let lamp = scene.add(
      Geometry.rectangle, [0.5, 0, 0, 0, 0, -0.5, 0, 0, 0, 0, -0.5, 2, 0, 0, 0, 1], dark, id: "lamp")
    try scene.area(lamp, [15, 15, 15])
    if isMap { try scene.evenMap(0.1) } else { try scene.sky([0.1, 0.1, 0.1]) }
    try scene.camera(TestScene.lookAt([0, -3, 1.5], [0, 0, 0], up: [0, 0, 1]), width: 8, height: 8)
    let (fov, zero) = (scene.builder.addHidden([40]), scene.builder.addHidden([0]))
    scene.builder.add(
      Sensor(
        id: "other", projection: .perspective(xFov: fov, principalPointX: zero, principalPointY: zero),
        toWorld: scene.matrix(TestScene.lookAt([0, 12, 1.5], [0, 15, 0], up: [0, 0, 1])), pose: Pose(),
        film: Film(width: 8, height: 8, filter: .box())))
    return try scene.builder.build()
  }

  /// Sum of the values of 64 pictures, and the variances of all values together.
  private func measure(_ scene: Scene, _ rule: LightSelection) throws -> (sum: Estimate, variance: Double) {
    let renderer = try Renderer(scene)
    var sum = Estimate()
    var pixels = [Estimate](repeating: Estimate(), count: 8 * 8 * 3)
    for seed in 0..<64 {
      var settings = RenderSettings.test(spp: 16, seed: UInt64(seed), sampler: .independent)
      settings.lightSelection = rule
      let rgb = try renderer.render(settings).rgb
      for (i, value) in rgb.enumerated() { pixels[i].add(Double(value)) }
      sum.add(rgb.reduce(0.0) { $0 + Double($1) })
    }
    return (sum, pixels.reduce(0) { $0 + $1.variance })
  }

  private func expectHalf(
    _ better: (sum: Estimate, variance: Double), of worse: (sum: Estimate, variance: Double)
  ) {
    let errors = (worse.sum.standardError, better.sum.standardError)
    let error = (errors.0 * errors.0 + errors.1 * errors.1).squareRoot()
    #expect(abs(worse.sum.mean - better.sum.mean) < 4 * error, "\(worse.sum), \(better.sum)")
    #expect(better.variance < 0.5 * worse.variance, "variance \(worse.variance) → \(better.variance)")
  }

  @Test("Lights chosen for what a camera sees leave the picture's mean as it is, with less than half of the variance")
  func variance() throws {
    let scene = try scene()
    expectHalf(try measure(scene, .automatic), of: try measure(scene, .power))
  }

  @Test(
    "A sky of one radiance, which is left to reflection, gives the picture of a map of that radiance, with less than half of its variance"
  ) func evenSky() throws {
    expectHalf(
      try measure(try scene(isMap: false), .automatic), of: try measure(try scene(isMap: true), .automatic))
  }

  @Test("A picture is the same bits whatever was rendered before it") func history() throws {
    let renderer = try Renderer(scene())
    func picture(_ sensor: Int) throws -> [Float] {
      var settings = RenderSettings.test(spp: 4, seed: 3, sampler: .independent)
      settings.sensor = sensor
      return try renderer.render(settings).rgb
    }
    let (first, second) = (try picture(0), try picture(1))
    #expect(try picture(0) == first)
    #expect(try Renderer(scene()).render(RenderSettings.test(spp: 4, seed: 3, sampler: .independent)).rgb == first)
    #expect(try picture(1) == second)
  }
}
