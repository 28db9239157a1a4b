import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// A ball before the camera, lit by a lamp without size.
struct GrazingCase: Sendable, CustomStringConvertible {
  let description: String
  var isMesh = false
  var isParallel = false
  var key = "ball.translate"

  static let all = [
    GrazingCase(description: "a sphere moves"),
    GrazingCase(description: "a sphere moves before parallel rays", isParallel: true),
    GrazingCase(description: "a ball of triangles moves", isMesh: true),
    GrazingCase(description: "the camera moves before a ball of triangles", isMesh: true, key: "sensor.translate"),
  ]

  func scene() throws -> Scene {
    var scene = TestScene()
    let geometry: Geometry =
      isMesh
      ? try GeometryScene.ball(&scene, key: "ball", center: [0.1, 0, 0], radius: 0.8)
      : .sphere(toWorld: scene.matrix(TestScene.placed(at: [0.1, 0, 0], scale: 0.8)))
    _ = scene.builder.add(
      Shape(
        id: "ball", geometry: geometry, material: try scene.diffuse([0.6, 0.5, 0.4]), pose: try scene.shapePose("ball"))
    )
    try scene.point([1.5, 2, 4], [20, 18, 15])
    let view = TestScene.lookAt([0, 0, 4], .zero)
    if isParallel {
      let pose = try scene.pose("sensor")
      scene.builder.add(
        Sensor(
          id: "sensor", projection: .orthographic, toWorld: scene.matrix(view), pose: pose,
          film: Film(width: 16, height: 16)))
    } else {
      try scene.camera(view, fov: 32, width: 16, height: 16)
    }
    scene.builder.integrator = IntegratorSettings(maxDepth: 2)
    return try scene.builder.build()
  }
}

struct GrazingTests {
  @Test(
    "What pixels and surfaces at grazing angles estimate of the interior derivative adds up to it, with a third of the variance",
    arguments: GrazingCase.all)
  func partition(_ c: GrazingCase) throws {
    let scene = try c.scene()
    let renderer = try Renderer(scene)
    let range = try scene.structure.parameters.resolve(c.key).range
    let tangent = testDirection(range, count: scene.theta.count)
    let film = scene.structure.sensors[0].film
    let functionals = PictureFunctionals(width: film.width, height: film.height)
    var differences = [Estimate](repeating: Estimate(), count: PictureFunctionals.count)
    var sizes = differences
    var pixels = (whole: [Estimate](), divided: [Estimate]())
    for seed in 0..<64 {
      let whole = try renderer.forward(.test(spp: 64, seed: UInt64(seed)), tangent: tangent).derivative
      let parts = try renderer.forward(
        .test(spp: 64, seed: UInt64(1000 + seed), visibility: .edges), tangent: tangent, breakdown: true
      ).parts
      let divided = try #require(parts.first { $0.name == "interior" }).values
      for (k, pair) in zip(functionals(whole), functionals(divided)).enumerated() {
        differences[k].add(pair.0 - pair.1)
        sizes[k].add(pair.1)
      }
      if pixels.whole.isEmpty {
        pixels = (whole.map { _ in Estimate() }, whole.map { _ in Estimate() })
      }
      for i in whole.indices {
        pixels.whole[i].add(Double(whole[i]))
        pixels.divided[i].add(Double(divided[i]))
      }
    }
    for k in differences.indices {
      #expect(differences[k].agrees(with: 0, sigmas: 4.5), "functional \(k): \(differences[k]) of \(sizes[k])")
    }
    let sharpest = zip(differences, sizes).map { 4.5 * $0.standardError / max(abs($1.mean), 1e-12) }.min() ?? 1
    #expect(sharpest < 0.1, "too noisy to tell: \(differences), \(sizes)")
    let variance = (
      whole: pixels.whole.reduce(0) { $0 + $1.variance }, divided: pixels.divided.reduce(0) { $0 + $1.variance }
    )
    #expect(3 * variance.divided < variance.whole, "\(variance)")
  }
}
