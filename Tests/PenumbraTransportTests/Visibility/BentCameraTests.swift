import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// Scenes seen through lenses that bend straight edges.
enum BentScene {
  static func objects(_ lens: BentLens) throws -> Scene {
    var scene = TestScene()
    let grey = try scene.diffuse([0.6, 0.55, 0.5])
    scene.floor(grey)
    let card: [Float] = [0.5, 0, 0, -0.4, 0, 0.4, 0, 0.2, 0, 0, 1, 0.5, 0, 0, 0, 1]
    scene.add(Geometry.rectangle, card, scene.builder.add(Material.twosided(front: grey, back: grey)), id: "card")
    scene.add(
      Geometry.sphere, TestScene.placed(at: [0.6, -0.3, 0.4], scale: 0.35), try scene.diffuse([0.3, 0.5, 0.8]),
      id: "ball")
    try scene.point([-0.5, -0.4, 2.2], [6, 5, 4])
    try scene.sky([0.4, 0.4, 0.5])
    try scene.bentCamera(
      TestScene.lookAt([0.8, -1.4, 2.2], [0.1, 0, 0.3], up: [0, 0, 1]), fov: lens.isFisheye ? 80 : 45,
      distortion: lens.coefficients, isFisheye: lens.isFisheye)
    scene.builder.integrator = IntegratorSettings(maxDepth: 2)
    return try scene.builder.build()
  }

  /// The inside of a textured sphere: no edges, so that the interior derivative is all.
  static func room(_ lens: BentLens) throws -> Scene {
    var scene = TestScene()
    let texture = try scene.smoothBitmap(key: "wall.data")
    let wall = scene.builder.add(Material.diffuse(reflectance: texture))
    scene.add(Geometry.sphere, TestScene.placed(at: .zero, scale: 2), wall, flipNormals: true)
    try scene.point([0.4, -0.3, 0.5], [3, 2, 1])
    try scene.bentCamera(
      TestScene.lookAt([-0.5, 0.2, 0.1], [1, 0.7, 0.3]), fov: lens.isFisheye ? 80 : 40, distortion: lens.coefficients,
      isFisheye: lens.isFisheye)
    scene.builder.integrator = IntegratorSettings(maxDepth: 3)
    return try scene.builder.build()
  }

  private static func cases(_ scene: @escaping @Sendable (BentLens) throws -> Scene, spp: Int, keys: [(String, Float)])
    -> [DerivativeCase]
  {
    [BentLens.all[0], BentLens.all[4]].flatMap { lens in
      keys.map { key, step in
        DerivativeCase(
          description: "\(lens): \(key)", scene: { try scene(lens) }, key: key,
          step: key == "sensor.x_fov" ? 1.5 : step,
          spp: key == "sensor.translate" ? 3072 : spp)
      }
    }
  }

  static let interior = cases(
    room, spp: 256, keys: [("sensor.distortion", 0.02), ("sensor.x_fov", 1), ("sensor.rotate", 0.03)])
  static let boundary = cases(
    objects, spp: 768, keys: [("sensor.distortion", 0.02), ("sensor.x_fov", 1), ("sensor.translate", 0.1)])
}

struct BentCameraTests {
  @Test("Derivatives through a lens that bends the picture are those of differences", arguments: BentScene.interior)
  func interior(_ c: DerivativeCase) throws { try expectForwardMatchesDifferences(c) }

  @Test(
    "Edges that a lens bends move as differences say, in the picture and in shadows", arguments: BentScene.boundary)
  func boundary(_ c: DerivativeCase) throws { try expectForwardMatchesDifferences(c, visibility: .edges) }

  @Test("Reverse mode has the mean of forward mode through bent lenses", arguments: [0, 4])
  func modes(_ lens: Int) throws {
    let scene = try BentScene.objects(BentLens.all[lens])
    let renderer = try Renderer(scene)
    let range = try scene.structure.parameters.resolve("sensor.distortion").range
    let tangent = testDirection(range, count: scene.theta.count)
    var difference = Estimate()
    var size = 0.0
    for seed in 0..<24 {
      let settings = RenderSettings.test(spp: 256, seed: UInt64(seed), sampler: .sobol, visibility: .edges)
      let forward = try renderer.forward(settings, tangent: tangent).derivative
      let adjoint = forward.indices.map { Float(($0 * 7919) % 13) - 4 }
      let gradient = try renderer.reverse(settings, adjoint: adjoint, requested: [range]).gradient
      let left = zip(adjoint, forward).reduce(0.0) { $0 + Double($1.0 * $1.1) }
      let right = range.reduce(0.0) { $0 + Double(gradient[$1] * tangent[$1]) }
      difference.add(left - right)
      size = max(size, abs(left))
    }
    #expect(difference.agrees(with: 0, rounding: 1e-4 * size), "\(difference) of \(size)")
  }
}
