import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// A smooth ball of triangles before a turned card, both with parameters, and a camera.
enum FirstSurfaceScene {
  static func make(layers: [AOV] = []) throws -> Scene {
    var scene = TestScene()
    let grey = try scene.diffuse([0.5, 0.5, 0.5])
    let ball = try GeometryScene.ball(&scene, key: "ball", center: [0.2, 0.1, 0.3], radius: 0.6)
    _ = scene.builder.add(Shape(id: "ball", geometry: ball, material: grey, pose: try scene.shapePose("ball")))
    let card = scene.matrix([1.4, 0.3, 0, -0.3, -0.3, 1.2, 0.4, 0, 0, -0.4, 1, -0.8, 0, 0, 0, 1])
    _ = scene.builder.add(
      Shape(id: "card", geometry: .rectangle(toWorld: card), material: grey, pose: try scene.shapePose("card")))
    let globe = scene.matrix([0.4, 0, 0, -0.6, 0, 0.4, 0, 0.6, 0, 0, 0.4, 0.5, 0, 0, 0, 1])
    _ = scene.builder.add(
      Shape(id: "globe", geometry: .sphere(toWorld: globe), material: grey, pose: try scene.shapePose("globe")))
    try scene.camera(TestScene.lookAt([0.5, -1.2, 4], [0, 0, 0]), fov: 50)
    scene.builder.integrator.aovs = layers
    return try scene.builder.build()
  }

  private static let steps: [(key: String, step: Float)] = [
    ("ball.translate", 0.03), ("ball.scale", 0.05), ("ball.positions", 0.03), ("ball.normals", 0.05),
    ("card.translate", 0.03), ("card.rotate", 0.1),
    ("globe.translate", 0.03), ("globe.scale", 0.05),
    ("sensor.translate", 0.03), ("sensor.rotate", 0.02), ("sensor.x_fov", 1),
  ]

  static let cases = steps.map { key, step in
    DerivativeCase(
      description: key, scene: { try make() }, key: key, step: step, spp: key.hasPrefix("globe") ? 2048 : 1024)
  }
}

@Suite("Depth and normals") struct FirstSurfaceTests {
  /// Whether a mesh moves relative to the camera: its facets make pictures that are smooth in pieces only.
  private func hasFacets(_ c: DerivativeCase) -> Bool { c.key.hasPrefix("ball") || c.key.hasPrefix("sensor") }

  @Test("Depth changes as its differences do, silhouettes included", arguments: FirstSurfaceScene.cases)
  func depth(_ c: DerivativeCase) throws {
    // Turning the normals of a mesh leaves its distance.
    guard c.key != "ball.normals" else { return }
    try expectForwardMatchesDifferences(c, visibility: .edges, hasKinks: hasFacets(c), quantity: .depth)
  }

  @Test("Normals change as their differences do, silhouettes included", arguments: FirstSurfaceScene.cases)
  func normal(_ c: DerivativeCase) throws {
    try expectForwardMatchesDifferences(c, visibility: .edges, hasKinks: hasFacets(c), quantity: .normal)
  }

  @Test("Pictures of depth and normals are those of the layers")
  func layers() throws {
    let renderer = try Renderer(
      FirstSurfaceScene.make(layers: [AOV(name: "depth", kind: .depth), AOV(name: "normal", kind: .normal)]))
    var settings = RenderSettings.test(spp: 4, sampler: .sobol)
    let layers = try renderer.render(settings).layers
    settings.quantity = .depth
    let depth = try renderer.render(settings).rgb
    settings.quantity = .normal
    let normal = try renderer.render(settings).rgb
    for i in layers[0].values.indices {
      for c in 0..<3 {
        #expect(abs(depth[3 * i + c] - layers[0].values[i]) < 1e-4)
        #expect(abs(normal[3 * i + c] - layers[1].values[3 * i + c]) < 1e-5)
      }
    }
  }

  @Test("Reverse mode gives what forward mode gives")
  func modes() throws {
    let scene = try FirstSurfaceScene.make()
    let renderer = try Renderer(scene)
    for quantity in [PictureQuantity.depth, .normal] {
      for key in ["ball.positions", "card.rotate", "sensor.rotate"] {
        let range = try scene.structure.parameters.resolve(key).range
        let tangent = testDirection(range, count: scene.theta.count)
        var settings = RenderSettings.test(spp: 16, sampler: .sobol)
        settings.quantity = quantity
        let forward = try renderer.forward(settings, tangent: tangent).derivative
        let adjoint = forward.indices.map { Float(($0 * 7919) % 13) - 4 }
        let gradient = try renderer.reverse(settings, adjoint: adjoint, requested: [range]).gradient
        let left = zip(adjoint, forward).reduce(0.0) { $0 + Double($1.0 * $1.1) }
        let right = range.reduce(0.0) { $0 + Double(gradient[$1] * tangent[$1]) }
        #expect(abs(left - right) < 1e-4 * max(1, abs(left)), "\(quantity) \(key): \(left), \(right)")
      }
    }
  }
}
