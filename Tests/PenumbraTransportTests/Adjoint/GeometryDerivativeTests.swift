import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// Scenes and the numbers that move their surfaces.
struct GeometryCase: Sendable, CustomStringConvertible {
  let description: String
  let scene: @Sendable () throws -> Scene
  let keys: [String]
  var step: Float = 0.03
  var spp = 128
  /// Facets are smooth pieces with kinks between them.
  var hasFacets = false
  /// Where a brushed material follows the texture coordinates of each triangle, shading jumps from facet to facet.
  var visibility = VisibilityEstimator.none
  /// Whether spread directions would reach rims too far away to matter, whose motion is not followed here.
  var isWide = false
  /// What is known to be wrong with the derivative, or with its noise, and in which of the keys.
  var knownIssue: (keys: Set<String>, comment: Comment)?

  static func pose(_ name: String) -> [String] { ["translate", "rotate", "scale"].map { "\(name).\($0)" } }
  private static let vertices = ["ground.positions", "ground.normals"]
  /// A line across which shading jumps lies beside a border of pixels. Once it crosses it, the ramps over pixels have a
  /// kink, and steps of 0.03 reach beyond: their differences are off by 0.2 %, and approach the derivative with the step.
  private static let stepToBorder: Float = 0.002

  static let grounds: [GeometryCase] = GeometryScene.Kind.allCases.flatMap { kind in
    let keys = pose("ground") + (kind == .mesh ? vertices : [])
    // A plane without texture does not change when it slides along itself.
    let isFlat = kind == .rectangle || kind == .disk
    var cases = [
      GeometryCase(
        description: "textured \(kind), point light",
        scene: { try GeometryScene.ground(kind, .point, GeometryScene.textured) }, keys: keys, hasFacets: kind == .mesh),
      GeometryCase(
        description: "brushed \(kind), sun", scene: { try GeometryScene.ground(kind, .sun, GeometryScene.brushed) },
        keys: isFlat ? ["ground.rotate"] : keys, step: kind == .mesh ? stepToBorder : 0.03, hasFacets: kind == .mesh,
        visibility: kind == .mesh ? .edges : .none),
      GeometryCase(
        description: "instance of a brushed \(kind), point light",
        scene: { try GeometryScene.ground(kind, .point, isInstance: true, GeometryScene.brushed) },
        keys: (isFlat ? ["ground.translate", "ground.rotate"] : keys) + pose("instance"),
        hasFacets: kind == .mesh, visibility: kind == .mesh ? .edges : .none),
    ]
    // Facets of a smooth mesh hide part of the sky, and their horizons move.
    if kind != .mesh {
      cases += [
        GeometryCase(
          description: "textured \(kind), sky", scene: { try GeometryScene.ground(kind, .sky, GeometryScene.textured) },
          keys: keys),
        GeometryCase(
          description: "mirror \(kind), sky", scene: { try GeometryScene.ground(kind, .sky, GeometryScene.mirror) },
          keys: keys),
      ]
    } else {
      cases.append(
        GeometryCase(
          description: "mirror \(kind), sky", scene: { try GeometryScene.ground(kind, .sky, GeometryScene.mirror) },
          keys: keys))
    }
    return cases
  }

  static let lamps: [GeometryCase] = GeometryScene.Kind.allCases.map { kind in
    GeometryCase(
      description: "\(kind) lamp", scene: { try GeometryScene.ground(.sphere, .lamp(kind), GeometryScene.textured) },
      keys: pose("ground") + pose("lamp") + (kind == .mesh ? ["lamp.positions"] : []), spp: kind == .mesh ? 2048 : 256,
      hasFacets: kind == .mesh)
  }

  static let rooms: [GeometryCase] = [
    GeometryCase(
      description: "sphere room", scene: { try GeometryScene.room(.sphere, maxDepth: 4) }, keys: pose("ground"),
      spp: 256),
    GeometryCase(
      description: "sphere room, 2 segments", scene: { try GeometryScene.room(.sphere, maxDepth: 3) },
      keys: pose("ground"), spp: 256),
    GeometryCase(
      description: "mesh room", scene: { try GeometryScene.room(.mesh) }, keys: pose("ground") + vertices, spp: 256),
    GeometryCase(
      description: "ellipsoid room", scene: { try GeometryScene.room(.sphere, isInstance: true) },
      keys: pose("ground") + pose("instance"), spp: 256),
    GeometryCase(
      description: "instance of a mesh room", scene: { try GeometryScene.room(.mesh, isInstance: true) },
      keys: pose("instance") + vertices, spp: 1024, hasFacets: true),
    GeometryCase(
      description: "brushed room", scene: { try GeometryScene.room(.sphere, GeometryScene.brushed) },
      keys: pose("ground"), spp: 512),
    GeometryCase(
      description: "mesh with colours of its vertices", scene: { try DerivativeScene.colouredMesh() },
      keys: ["floor.positions"], spp: 256, hasFacets: true),
    GeometryCase(
      description: "pane over a ground", scene: { try GeometryScene.pane() }, keys: pose("pane") + pose("ground"),
      step: 0.05, spp: 512, isWide: true,
      knownIssue: (
        ["pane.translate", "pane.scale", "ground.translate", "ground.rotate"],
        "Material points of a wide pane, seen from the ground at a grazing angle, have no bound on their noise."
      )),
  ]
}

struct GeometryDerivativeTests {
  private func check(_ c: GeometryCase) throws {
    for key in c.keys {
      func check() throws {
        try expectForwardMatchesDifferences(
          DerivativeCase(description: "\(c): \(key)", scene: c.scene, key: key, step: c.step, spp: c.spp),
          visibility: c.visibility, hasKinks: c.hasFacets, spreadsDiffuse: !c.isWide)
      }
      if let issue = c.knownIssue, issue.keys.contains(key) {
        withKnownIssue(issue.comment) { try check() }
      } else {
        try check()
      }
    }
  }

  @Test(
    "A ground's derivative in its pose, vertices and normals is that of differences", arguments: GeometryCase.grounds)
  func grounds(_ c: GeometryCase) throws { try check(c) }

  @Test("A moving lamp's light has the derivative of differences", arguments: GeometryCase.lamps)
  func lamps(_ c: GeometryCase) throws { try check(c) }

  @Test("Light between moving surfaces has the derivative of differences", arguments: GeometryCase.rooms)
  func rooms(_ c: GeometryCase) throws { try check(c) }

  @Test(
    "⟨a, J v⟩ = ⟨Jᵀ a, v⟩ for moving surfaces",
    arguments: GeometryCase.grounds + GeometryCase.lamps + GeometryCase.rooms)
  func transpose(_ c: GeometryCase) throws {
    let scene = try c.scene()
    let renderer = try Renderer(scene)
    let film = scene.structure.sensors[0].film
    let adjoint = testDirection(0..<3 * film.width * film.height, count: 3 * film.width * film.height, seed: 8)
    let settings = RenderSettings.test(spp: 16, seed: 3)
    for key in c.keys {
      let range = try scene.structure.parameters.resolve(key).range
      let tangent = testDirection(range, count: scene.theta.count)
      let forward = try renderer.forward(settings, tangent: tangent)
      let gradient = try renderer.reverse(settings, adjoint: adjoint, requested: [range]).gradient
      let products = zip(adjoint, forward.derivative).map { Double($0 * $1) }
      let right = range.map { Double(gradient[$0] * tangent[$0]) }
      // Covectors of single corners cancel in the sum, so both sides are measured by their terms.
      let size = products.reduce(0) { $0 + abs($1) } + right.reduce(0) { $0 + abs($1) }
      #expect(abs(products.reduce(0, +) - right.reduce(0, +)) <= 1e-4 * size, "\(key)")
      #expect(size > 0, "\(key)")
      #expect(forward.statistics.rejectedDerivatives == 0, "\(key)")
    }
  }

  // MARK: - Zero where it must be zero

  /// Mean size of the derivative along `keys`, which all move by the same vector, and along the first alone.
  private func size(_ scene: Scene, along keys: [String], _ v: [Float]) throws -> (together: Float, alone: Float) {
    let renderer = try Renderer(scene)
    let settings = RenderSettings.test(spp: 64, seed: 2)
    func derivative(_ keys: [String]) throws -> Float {
      var tangent = [Float](repeating: 0, count: scene.theta.count)
      for key in keys { tangent.replaceSubrange(try scene.structure.parameters.resolve(key).range, with: v) }
      let derivative = try renderer.forward(settings, tangent: tangent).derivative
      return derivative.reduce(0) { $0 + abs($1) } / Float(derivative.count)
    }
    return (try derivative(keys), try derivative([keys[0]]))
  }

  @Test("A scene that is translated with its camera and its lights does not change")
  func translation() throws {
    for (scene, others) in [
      (try GeometryScene.room(.sphere), ["bulb.translate"]), (try GeometryScene.room(.mesh), ["bulb.translate"]),
      (try GeometryScene.room(.sphere, GeometryScene.brushed), ["bulb.translate"]),
      (try GeometryScene.ground(.cylinder, .lamp(.disk), GeometryScene.textured), ["lamp.translate"]),
      // The pane reaches out to 60 units, where rays leave it by 0.005.
      (try GeometryScene.pane(), ["pane.translate"]),
    ] {
      let keys = ["ground.translate", "sensor.translate"] + others
      let (together, alone) = try size(scene, along: keys, [0.5, -0.7, 0.9])
      // Rays leave a little off their surface, which short and grazing segments notice.
      #expect(together <= 5e-3 * alone, "\(keys)")
    }
  }

  @Test("A sphere without texture may turn about its centre", arguments: [GeometryScene.Light.point, .sky])
  func turningSphere(_ light: GeometryScene.Light) throws {
    let scene = try GeometryScene.ground(.sphere, light) { try $0.diffuse([0.7, 0.5, 0.3]) }
    let image = try Renderer(scene).render(.test(spp: 16)).rgb.max() ?? 0
    let (together, _) = try size(scene, along: ["ground.rotate"], [0.5, -0.7, 0.9])
    #expect(together <= 1e-4 * image)
  }

  @Test("A cube that moves in a constant environment has no interior derivative") func cube() throws {
    var scene = TestScene()
    let corners = (0..<8).map { Vector3(Float($0 & 1), Float($0 >> 1 & 1), Float($0 >> 2)) - 0.5 }
    let faces: [SIMD4<UInt32>] = [
      [0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5],
    ]
    let geometry = try scene.mesh(
      key: "cube", corners, normals: nil, triangles: faces.flatMap { [[$0.x, $0.y, $0.z], [$0.x, $0.z, $0.w]] })
    let material = try scene.diffuse([0.7, 0.5, 0.3])
    _ = scene.builder.add(
      Shape(id: "cube", geometry: geometry, material: material, pose: try scene.shapePose("cube")))
    try scene.sky([1, 2, 3])
    try scene.camera(TestScene.lookAt([1, 2, 3], .zero))
    scene.builder.integrator = IntegratorSettings(maxDepth: 2)
    let (together, _) = try size(try scene.builder.build(), along: ["cube.translate"], [1, 2, 3])
    #expect(together <= 1e-6)
  }
}
