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

  @Test("Lights chosen for what a camera sees leave the picture's mean as it is, with less than half of the variance")
  func variance() throws {
    let renderer = try Renderer(scene())
    var (sums, squares) = ([Estimate(), Estimate()], [0.0, 0.0])
    for (k, rule) in [LightSelection.power, .automatic].enumerated() {
      var pixels = [Estimate](repeating: Estimate(), count: 8 * 8 * 3)
      for seed in 0..<64 {
        var settings = RenderSettings.test(spp: 16, seed: UInt64(seed), sampler: .independent)
        settings.lightSelection = rule
        let rgb = try renderer.render(settings).rgb
        for (i, value) in rgb.enumerated() { pixels[i].add(Double(value)) }
        sums[k].add(rgb.reduce(0.0) { $0 + Double($1) })
      }
      squares[k] = pixels.reduce(0) { $0 + $1.variance }
    }
    let error = (sums[0].standardError * sums[0].standardError + sums[1].standardError * sums[1].standardError)
      .squareRoot()
    #expect(abs(sums[0].mean - sums[1].mean) < 4 * error, "\(sums[0]) by power, \(sums[1]) by what is seen")
    #expect(squares[1] < 0.5 * squares[0], "variance \(squares[0]) → \(squares[1])")
  }

  @Test(
    "A sky of one radiance, which is left to reflection, gives the picture of a map of that radiance, with less than half of its variance"
  ) func evenSky() throws {
    var (sums, squares) = ([Estimate(), Estimate()], [0.0, 0.0])
    for (k, isMap) in [true, false].enumerated() {
      let renderer = try Renderer(scene(isMap: isMap))
      var pixels = [Estimate](repeating: Estimate(), count: 8 * 8 * 3)
      for seed in 0..<64 {
        let rgb = try renderer.render(RenderSettings.test(spp: 16, seed: UInt64(seed), sampler: .independent)).rgb
        for (i, value) in rgb.enumerated() { pixels[i].add(Double(value)) }
        sums[k].add(rgb.reduce(0.0) { $0 + Double($1) })
      }
      squares[k] = pixels.reduce(0) { $0 + $1.variance }
    }
    let error = (sums[0].standardError * sums[0].standardError + sums[1].standardError * sums[1].standardError)
      .squareRoot()
    #expect(abs(sums[0].mean - sums[1].mean) < 4 * error, "\(sums[0]) of a map, \(sums[1]) of a constant")
    #expect(squares[1] < 0.5 * squares[0], "variance \(squares[0]) → \(squares[1])")
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
