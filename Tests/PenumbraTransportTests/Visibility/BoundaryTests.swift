import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// Scenes whose edges move with a camera, a light or a card.
enum BoundaryScene {
  /// - Parameter floor: the floor's material, that of the other flat things for `nil`.
  private static func objects(_ scene: inout TestScene, floor: MaterialID? = nil) throws {
    let grey = try scene.diffuse([0.6, 0.55, 0.5])
    scene.floor(floor ?? grey)
    let card = scene.matrix([0.5, 0, 0, -0.4, 0, 0.4, 0, 0.2, 0, 0, 1, 0.5, 0, 0, 0, 1])
    let pose = try scene.shapePose("card")
    _ = scene.builder.add(
      Shape(
        id: "card", geometry: .rectangle(toWorld: card),
        material: scene.builder.add(Material.twosided(front: grey, back: grey)), pose: pose))
    scene.add(
      Geometry.sphere, TestScene.placed(at: [0.6, -0.3, 0.4], scale: 0.35), try scene.diffuse([0.3, 0.5, 0.8]),
      id: "ball")
    scene.add(
      Geometry.disk, TestScene.placed(at: [0.2, 0.8, 0.7], scale: 0.25),
      scene.builder.add(Material.twosided(front: grey, back: grey)), id: "coin")
  }

  private static let view = TestScene.lookAt([0.8, -2.4, 3.2], [0, 0, 0.2], up: [0, 0, 1])

  /// A point light's hard shadows, its position a parameter.
  static func hardShadows() throws -> Scene {
    var scene = TestScene()
    try objects(&scene)
    try scene.point([-0.5, -0.4, 2.2], [6, 5, 4], key: "bulb")
    try scene.sky([0.2, 0.2, 0.3])
    try scene.camera(view)
    scene.builder.integrator = IntegratorSettings(maxDepth: 2)
    return try scene.builder.build()
  }

  /// An area light and a sky; the camera's numbers are parameters.
  ///
  /// - Parameter alpha: roughness of a floor of metal; of a diffuse one for `nil`.
  static func softShadows(depth: Int = 2, alpha: Float? = nil) throws -> Scene {
    var scene = TestScene()
    var floor: MaterialID?
    if let alpha {
      let (rough, eta, k) = (
        try scene.constant([alpha]), try scene.constant([0.2, 0.9, 1.1]), try scene.constant([3.9, 2.5, 2.1])
      )
      let white = try scene.constant([1, 1, 1])
      floor = scene.builder.add(
        Material.roughConductor(
          distribution: .ggx, alphaU: rough, alphaV: rough, eta: eta, k: k, specularReflectance: white))
    }
    try objects(&scene, floor: floor)
    let lamp = scene.add(
      Geometry.rectangle, [0.5, 0, 0, -1, 0, -0.5, 0, -0.5, 0, 0, -1, 2.4, 0, 0, 0, 1], try scene.diffuse([0, 0, 0]),
      id: "lamp")
    try scene.area(lamp, [8, 7, 6])
    try scene.sky([0.3, 0.3, 0.4])
    try scene.camera(view)
    scene.builder.integrator = IntegratorSettings(maxDepth: depth)
    return try scene.builder.build()
  }

  /// What a glossy floor shows of edges is found both from the edges and from the camera.
  static let glossyCases: [DerivativeCase] = [
    DerivativeCase(
      description: "a card moves over metal", scene: { try softShadows(alpha: 0.25) }, key: "card.translate",
      step: 0.04, spp: 4096),
    DerivativeCase(
      description: "a card moves over rougher metal that reflects its light",
      scene: { try softShadows(depth: 3, alpha: 0.35) },
      key: "card.translate", step: 0.04, spp: 3072),
    DerivativeCase(
      description: "the camera turns over metal", scene: { try softShadows(alpha: 0.2) }, key: "sensor.rotate",
      step: 0.03, spp: 1024),
  ]

  /// A ball's soft shadow on a floor that the camera sees in a mirror alone, as it does not see the ball.
  ///
  /// - Parameter spot: whether the border of a sharp spot takes the place of the ball's shadow.
  static func reflectedShadow(spot: Bool = false) throws -> Scene {
    var scene = TestScene()
    let grey = try scene.diffuse([0.6, 0.55, 0.5])
    scene.add(Geometry.rectangle, [4, 0, 0, 0, 0, 2.5, 0, -3.5, 0, 0, 1, 0, 0, 0, 0, 1], grey, id: "floor")
    let mirror = scene.matrix([4, 0, 0, 0, 0, 0, -1, 2, 0, 4, 0, 1, 0, 0, 0, 1])
    _ = scene.builder.add(
      Shape(
        id: "mirror", geometry: .rectangle(toWorld: mirror), material: try GeometryScene.mirror(&scene),
        pose: try scene.shapePose("mirror")))
    if spot {
      try scene.spot(
        TestScene.lookAt([0.5, -3.5, 4], [0.1, -3.1, 0]), [20, 18, 16], key: "lamp", cutoff: 9, beam: 20)
    } else {
      let ball = scene.matrix(TestScene.placed(at: [0.2, -3, 1.2], scale: 0.35))
      _ = scene.builder.add(
        Shape(
          id: "ball", geometry: .sphere(toWorld: ball), material: try scene.diffuse([0.3, 0.5, 0.8]),
          pose: try scene.shapePose("ball")))
      let lamp = scene.add(
        Geometry.rectangle, [0.5, 0, 0, 0, 0, -0.5, 0, -3, 0, 0, -1, 4, 0, 0, 0, 1], try scene.diffuse([0, 0, 0]),
        id: "lamp")
      try scene.area(lamp, [20, 18, 16])
    }
    try scene.camera(TestScene.lookAt([0, 0, 3], [0.06, 2, 2.14], up: [0, 0, 1]), fov: 11)
    scene.builder.integrator = IntegratorSettings(maxDepth: 3)
    return try scene.builder.build()
  }

  /// A card a fifth of the way from its lamp to the floor, both far from the origin; the camera sees its shadow alone.
  static func nearLamp() throws -> Scene {
    var scene = TestScene()
    let grey = try scene.diffuse([0.6, 0.55, 0.5])
    scene.add(Geometry.rectangle, TestScene.placed(at: .zero, scale: 3), grey, id: "floor")
    let card = scene.matrix(TestScene.placed(at: [0.1, 0, 4], scale: 0.3))
    _ = scene.builder.add(
      Shape(
        id: "card", geometry: .rectangle(toWorld: card),
        material: scene.builder.add(Material.twosided(front: grey, back: grey)), pose: try scene.shapePose("card")))
    let lamp = scene.add(
      Geometry.rectangle, [0.2, 0, 0, 0, 0, -0.2, 0, 0, 0, 0, -1, 5, 0, 0, 0, 1], try scene.diffuse([0, 0, 0]),
      id: "lamp")
    try scene.area(lamp, [200, 180, 160])
    try scene.camera(TestScene.lookAt([0, -5, 3], [0, -0.3, 0], up: [0, 0, 1]))
    scene.builder.integrator = IntegratorSettings(maxDepth: 2)
    return try scene.builder.build()
  }

  /// A card's hard shadow on triangles whose corners have colours.
  static func colouredFloor() throws -> Scene {
    var scene = TestScene()
    try DerivativeScene.addColouredFloor(&scene)
    let grey = try scene.diffuse([0.6, 0.55, 0.5])
    let card = scene.matrix(TestScene.placed(at: [0.1, 0, 1.2], scale: 0.3))
    _ = scene.builder.add(
      Shape(
        id: "card", geometry: .rectangle(toWorld: card),
        material: scene.builder.add(Material.twosided(front: grey, back: grey)), pose: try scene.shapePose("card")))
    try scene.point([0.5, 0.3, 2.5], [8, 7, 6])
    try scene.camera(view)
    scene.builder.integrator = IntegratorSettings(maxDepth: 2)
    return try scene.builder.build()
  }

  /// A spot with a sharp cone, or a projector, whose border falls over a floor, a card, a ball and a coin.
  static func rims(projector: Bool, depth: Int = 2) throws -> Scene {
    var scene = TestScene()
    try objects(&scene)
    let toWorld = TestScene.lookAt([-0.6, -0.9, 2.4], [0.1, 0.1, 0.2])
    if projector {
      try scene.projector(toWorld, key: "light", scale: 3, fov: 28, aspect: 1.3)
    } else {
      try scene.spot(toWorld, [12, 10, 8], key: "light", cutoff: 15, beam: 25)
    }
    try scene.sky([0.05, 0.06, 0.08])
    try scene.camera(view)
    scene.builder.integrator = IntegratorSettings(maxDepth: depth)
    return try scene.builder.build()
  }

  static let rimCases: [DerivativeCase] = [
    DerivativeCase(
      description: "a sharp spot moves", scene: { try rims(projector: false) }, key: "light.translate", step: 0.04,
      spp: 512),
    DerivativeCase(
      description: "a sharp spot turns", scene: { try rims(projector: false) }, key: "light.rotate", step: 0.02,
      spp: 512),
    DerivativeCase(
      description: "a sharp spot opens", scene: { try rims(projector: false) }, key: "light.cutoff_angle", step: 1,
      spp: 512),
    DerivativeCase(
      description: "a projector moves, its light reflected", scene: { try rims(projector: true, depth: 3) },
      key: "light.translate", step: 0.04, spp: 1024),
    DerivativeCase(
      description: "a projector turns", scene: { try rims(projector: true) }, key: "light.rotate", step: 0.02, spp: 512),
    DerivativeCase(
      description: "a projector opens", scene: { try rims(projector: true) }, key: "light.x_fov", step: 1, spp: 512),
    DerivativeCase(
      description: "a card moves through a projector's light", scene: { try rims(projector: true) },
      key: "card.translate", step: 0.03, spp: 4096),
    DerivativeCase(
      description: "the camera turns beside a projector", scene: { try rims(projector: true) }, key: "sensor.rotate",
      step: 0.008, spp: 4096),
  ]

  static let reflectedCases: [DerivativeCase] = [
    DerivativeCase(
      description: "a soft shadow moves in a mirror", scene: { try reflectedShadow() }, key: "ball.translate",
      step: 0.06, spp: 4096),
    DerivativeCase(
      description: "a sharp spot turns in a mirror", scene: { try reflectedShadow(spot: true) }, key: "lamp.rotate",
      step: 0.003, spp: 8192),
    DerivativeCase(
      description: "a mirror turns before a sharp spot's light", scene: { try reflectedShadow(spot: true) },
      key: "mirror.rotate", step: 0.005, spp: 1024),
  ]

  static let cases: [DerivativeCase] = [
    DerivativeCase(
      description: "a point light moves", scene: { try hardShadows() }, key: "bulb.position", step: 0.08, spp: 256),
    DerivativeCase(
      description: "the camera moves", scene: { try softShadows() }, key: "sensor.translate", step: 0.06, spp: 1536),
    DerivativeCase(
      description: "the camera turns", scene: { try softShadows() }, key: "sensor.rotate", step: 0.03, spp: 512),
    DerivativeCase(
      description: "the camera zooms", scene: { try softShadows() }, key: "sensor.x_fov", step: 1.5, spp: 256),
    DerivativeCase(
      description: "a card close to its lamp moves", scene: { try nearLamp() }, key: "card.translate", step: 0.03,
      spp: 512),
    DerivativeCase(
      description: "a card's shadow moves over colours of vertices", scene: { try colouredFloor() },
      key: "card.translate", step: 0.06, spp: 1536),
  ]
}

struct BoundaryTests {
  @Test(
    "Derivatives with silhouettes and shadows that move are those of differences", arguments: BoundaryScene.cases)
  func differences(_ c: DerivativeCase) throws { try expectForwardMatchesDifferences(c, visibility: .edges) }

  @Test(
    "Derivatives with the borders of spots and projectors are those of differences", arguments: BoundaryScene.rimCases)
  func rims(_ c: DerivativeCase) throws { try expectForwardMatchesDifferences(c, visibility: .edges) }

  @Test("Derivatives with edges seen in rough metal are those of differences", arguments: BoundaryScene.glossyCases)
  func glossy(_ c: DerivativeCase) throws { try expectForwardMatchesDifferences(c, visibility: .edges) }

  @Test(
    "Derivatives with soft shadows and borders of light seen in mirrors are those of differences",
    arguments: BoundaryScene.reflectedCases)
  func reflected(_ c: DerivativeCase) throws { try expectForwardMatchesDifferences(c, visibility: .edges) }

  @Test(
    "Reverse mode has the mean of forward mode, edges included",
    arguments: BoundaryScene.cases.prefix(3) + BoundaryScene.glossyCases.prefix(1) + BoundaryScene.rimCases.prefix(4))
  func modes(_ c: DerivativeCase) throws {
    let scene = try c.scene()
    let renderer = try Renderer(scene)
    let range = try scene.structure.parameters.resolve(c.key).range
    let tangent = testDirection(range, count: scene.theta.count)
    var difference = Estimate()
    var size = 0.0
    for seed in 0..<96 {
      let settings = RenderSettings.test(spp: 2048, seed: UInt64(seed), sampler: .sobol, visibility: .edges)
      let forward = try renderer.forward(settings, tangent: tangent).derivative
      let adjoint = forward.indices.map { Float(($0 * 7919) % 13) - 4 }
      let gradient = try renderer.reverse(settings, adjoint: adjoint, requested: [range]).gradient
      let left = zip(adjoint, forward).reduce(0.0) { $0 + Double($1.0 * $1.1) }
      let right = range.reduce(0.0) { $0 + Double(gradient[$1] * tangent[$1]) }
      difference.add(left - right)
      size = max(size, abs(left))
    }
    #expect(difference.agrees(with: 0, rounding: 1e-4 * size), "\(difference) of \(size)")
    #expect(4 * difference.standardError < 0.2 * size, "too noisy to tell: \(difference) of \(size)")
  }

  @Test("The flux of a shining shape grows with its outline: d(πr²) = 2πr dr for a sphere, d(4a²) = 8a da for a square")
  func flux() throws {
    for isSphere in [true, false] {
      var scene = TestScene()
      let black = try scene.diffuse([0, 0, 0])
      let matrix = scene.matrix(TestScene.placed(at: .zero, scale: 0.5))
      let pose = try scene.shapePose("lamp")
      let lamp = scene.builder.add(
        Shape(
          id: "lamp", geometry: isSphere ? .sphere(toWorld: matrix) : .rectangle(toWorld: matrix), material: black,
          pose: pose))
      try scene.area(lamp, [3, 3, 3])
      let toWorld = scene.matrix(TestScene.lookAt([0, 0, 5], .zero))
      scene.builder.add(
        Sensor(
          id: "sensor", projection: .orthographic, toWorld: toWorld,
          film: Film(width: 16, height: 16, filter: .tent())))
      scene.builder.integrator = IntegratorSettings(maxDepth: 1)
      let renderer = try scene.renderer()
      let scale = try renderer.structure.parameters.resolve("lamp.scale").range
      let translate = try renderer.structure.parameters.resolve("lamp.translate").range
      let settings = RenderSettings.test(spp: 16, sampler: .sobol, visibility: .edges)
      let adjoint = [Float](repeating: 1 / (3 * 256), count: 3 * 256)
      let gradient = try renderer.reverse(settings, adjoint: adjoint, requested: [scale, translate]).gradient
      // The film is 2 × 2; at scale s the shape covers π (s/2)² or s² of its 4.
      let expected: Float = isSphere ? 3 * 2 * .pi * 0.25 / 4 : 3 * 2 / 4
      // Stratified points of a constant function: what remains is rounding and the offset of 10⁻³ pixels.
      #expect(abs(gradient[scale.lowerBound] - expected) < 2e-3 * expected, "\(gradient[scale.lowerBound])")
      for axis in translate { #expect(abs(gradient[axis]) < 5e-3 * expected, "\(gradient[axis])") }
    }
  }

  @Test("Derivatives of moving edges are the same bits for every number of threads, in both modes") func threads()
    throws
  {
    let scene = try BoundaryScene.softShadows(depth: 3)
    let renderer = try Renderer(scene)
    let range = try scene.structure.parameters.resolve("sensor.translate").range
    let tangent = testDirection(range, count: scene.theta.count)
    func run(_ threads: Int) throws -> ([Float], [Float]) {
      let settings = RenderSettings.test(spp: 8, sampler: .sobol, threads: threads, visibility: .edges)
      let forward = try renderer.forward(settings, tangent: tangent).derivative
      let adjoint = forward.indices.map { Float($0 % 7) - 3 }
      return (forward, try renderer.reverse(settings, adjoint: adjoint, requested: [range]).gradient)
    }
    let (one, three) = (try run(1), try run(3))
    #expect(one.0 == three.0 && one.1 == three.1)
  }

  @Test("The parts of a derivative add up to it") func parts() throws {
    let scene = try BoundaryScene.softShadows(depth: 3)
    let renderer = try Renderer(scene)
    let range = try scene.structure.parameters.resolve("sensor.translate").range
    let tangent = testDirection(range, count: scene.theta.count)
    let settings = RenderSettings.test(spp: 4, sampler: .sobol, visibility: .edges)
    let result = try renderer.forward(settings, tangent: tangent, breakdown: true)
    #expect(result.parts.map(\.name) == ["interior", "primary", "shadow", "indirect"])
    for i in result.derivative.indices {
      let sum = result.parts.reduce(Float(0)) { $0 + $1.values[i] }
      let size = result.parts.reduce(Float(0)) { $0 + abs($1.values[i]) }
      #expect(abs(sum - result.derivative[i]) <= 1e-5 * size)
    }
    #expect(result.parts.prefix(2).allSatisfy { $0.values.contains { $0 != 0 } })
  }
}
