import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// Scenes in which a picture changes abruptly where no mesh ends: one kind of curve each.
enum CurveScene {
  private static let view = TestScene.lookAt([0.8, -2.6, 2.4], [0, 0, 0.3], up: [0, 0, 1])

  private static func finish(_ scene: inout TestScene, depth: Int, size: Int = 8) throws -> Scene {
    try scene.camera(view, width: size, height: size, filter: .tent())
    scene.builder.integrator = IntegratorSettings(maxDepth: depth)
    return try scene.builder.build()
  }

  /// A ball of 128 triangles shaded by its vertex normals, one-sided: its normals turn away before its triangles do, and
  /// its triangles shadow each other.
  static func smoothBall() throws -> Scene {
    var scene = TestScene()
    scene.floor(try scene.diffuse([0.5, 0.5, 0.5]))
    let ball = try GeometryScene.ball(&scene, key: "ball", center: [0, 0, 0.6], radius: 0.5)
    _ = scene.builder.add(
      Shape(
        id: "ball", geometry: ball, material: try scene.diffuse([0.7, 0.4, 0.3]), pose: try scene.shapePose("ball")))
    try scene.point([-1.2, -0.8, 2.2], [6, 6, 6])
    try scene.sky([0.3, 0.3, 0.4])
    return try finish(&scene, depth: 2)
  }

  /// A sphere halfway in a box.
  static func crossing(depth: Int = 2) throws -> Scene {
    var scene = TestScene()
    scene.floor(try scene.diffuse([0.5, 0.5, 0.5]))
    let box = try box(&scene, key: "box", low: [-0.5, -0.4, 0.05], high: [0.5, 0.4, 0.5])
    _ = scene.builder.add(
      Shape(id: "box", geometry: box, material: try scene.diffuse([0.3, 0.4, 0.7]), pose: try scene.shapePose("box")))
    let matrix = scene.matrix(TestScene.placed(at: [0.1, 0.05, 0.5], scale: 0.35))
    _ = scene.builder.add(
      Shape(
        id: "ball", geometry: .sphere(toWorld: matrix), material: try scene.diffuse([0.8, 0.4, 0.2]),
        pose: try scene.shapePose("ball")))
    try scene.sky([0.9, 0.8, 0.7])
    return try finish(&scene, depth: depth)
  }

  /// A box that stands on the floor it slides over, with light that bounces between them.
  static func standing() throws -> Scene {
    var scene = TestScene()
    scene.floor(try scene.diffuse([0.8, 0.8, 0.8]), size: 3)
    let box = try box(&scene, key: "box", low: [-0.4, -0.4, 0], high: [0.4, 0.3, 0.5])
    _ = scene.builder.add(
      Shape(id: "box", geometry: box, material: try scene.diffuse([0.8, 0.8, 0.8]), pose: try scene.shapePose("box")))
    try scene.sky([0.9, 0.8, 0.7])
    // Segments shorter than a pixel keep their direction, and what edges do to those is left out: on a film of 8 × 8 pixels,
    // where a pixel is as wide as half the box is high, that shows.
    return try finish(&scene, depth: 3, size: 64)
  }

  private static func addLitBall(_ scene: inout TestScene) throws {
    let matrix = scene.matrix(TestScene.placed(at: [-0.1, 0.3, 0.5], scale: 0.35))
    _ = scene.builder.add(
      Shape(
        id: "ball", geometry: .sphere(toWorld: matrix), material: try scene.diffuse([0.8, 0.4, 0.2]),
        pose: try scene.shapePose("ball")))
    try scene.point([0.9, -0.6, 2.2], [6, 6, 6])
  }

  /// A sphere that is lit from the side, about as wide as a pixel: towards its outline light changes with the root of the
  /// distance, and fastest where it is small.
  static func tiny() throws -> Scene {
    var scene = TestScene()
    scene.floor(try scene.diffuse([0.5, 0.5, 0.5]))
    try addLitBall(&scene)
    return try finish(&scene, depth: 2, size: 4)
  }

  /// A sphere with its hard shadow, seen in a mirror behind it.
  static func mirrored() throws -> Scene {
    var scene = TestScene()
    scene.floor(try scene.diffuse([0.5, 0.5, 0.5]))
    let one = try scene.constant([1, 1, 1])
    let mirror = scene.builder.add(
      Material.conductor(
        eta: try scene.constant([0, 0, 0]), k: one, specularReflectance: try scene.constant([0.9, 0.9, 0.9])))
    scene.add(Geometry.rectangle, [2, 0, 0, 0, 0, 0.1, -1, 1.4, 0, 1, 0.1, 1, 0, 0, 0, 1], mirror, id: "mirror")
    try addLitBall(&scene)
    return try finish(&scene, depth: 3)
  }

  /// A tube, which shows its sides, its rims and its inside.
  static func tube() throws -> Scene {
    var scene = TestScene()
    let grey = try scene.diffuse([0.6, 0.5, 0.4])
    scene.floor(grey)
    let matrix = scene.matrix([0.3, 0, 0.1, 0, 0, 0.35, 0.1, 0, 0, 0, 0.7, 0.2, 0, 0, 0, 1])
    _ = scene.builder.add(
      Shape(
        id: "tube", geometry: .cylinder(toWorld: matrix),
        material: scene.builder.add(Material.twosided(front: grey, back: grey)), pose: try scene.shapePose("tube")))
    try scene.point([-1.2, -0.8, 2.2], [6, 6, 6])
    try scene.sky([0.3, 0.3, 0.4])
    return try finish(&scene, depth: 2)
  }

  private static func box(_ scene: inout TestScene, key: String, low: Vector3, high: Vector3) throws -> Geometry {
    let corners = (0..<8).map { corner in
      Vector3(
        corner & 1 == 0 ? low.x : high.x, corner & 2 == 0 ? low.y : high.y, corner & 4 == 0 ? low.z : high.z)
    }
    let faces: [SIMD4<UInt32>] = [
      [0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5],
    ]
    return try scene.mesh(
      key: key, corners, normals: nil, triangles: faces.flatMap { [[$0.x, $0.y, $0.z], [$0.x, $0.z, $0.w]] })
  }

  static let cases: [DerivativeCase] = [
    DerivativeCase(
      description: "a smooth mesh moves", scene: { try smoothBall() }, key: "ball.translate", step: 0.03, spp: 4096),
    DerivativeCase(
      description: "the camera moves about a smooth mesh", scene: { try smoothBall() }, key: "sensor.translate",
      step: 0.04, spp: 8192),
    DerivativeCase(
      description: "a tube moves", scene: { try tube() }, key: "tube.translate", step: 0.04, spp: 512),
    DerivativeCase(
      description: "a sphere moves in a box", scene: { try crossing() }, key: "ball.translate", step: 0.04, spp: 2048),
    DerivativeCase(
      description: "the camera moves about a crossing", scene: { try crossing() }, key: "sensor.translate", step: 0.04,
      spp: 2048),
    DerivativeCase(
      description: "a box slides over the floor", scene: { try standing() }, key: "box.translate[0]", step: 0.03,
      spp: 256),
    DerivativeCase(
      description: "a sphere moves before a mirror", scene: { try mirrored() }, key: "ball.translate", step: 0.04,
      spp: 2048),
    DerivativeCase(
      description: "the camera moves before a mirror", scene: { try mirrored() }, key: "sensor.rotate", step: 0.02,
      spp: 512),
  ]
}

struct CurveTests {
  @Test(
    "Normals, facets, tubes, crossings, covered floors and mirrors: derivatives are those of differences",
    arguments: CurveScene.cases)
  func differences(_ c: DerivativeCase) throws { try expectForwardMatchesDifferences(c, visibility: .edges) }

  @Test("Beside the outline of a sphere a pixel wide, light is that of the outline to a part in a hundred") func tiny()
    throws
  {
    // Light beside it is taken at 2e-6 film widths, 1.6e-5 radii, where the normal is off by √3.2e-5 = .6 %.
    try expectForwardMatchesDifferences(
      DerivativeCase(
        description: "a sphere a pixel wide moves", scene: { try CurveScene.tiny() }, key: "ball.translate", step: 0.04,
        spp: 32_768), visibility: .edges, bias: 0.01)
  }

  @Test("A crossing moves with both surfaces: y stays on either when one of them is shifted a little") func crossing()
    throws
  {
    let scene = try CurveScene.crossing()
    let renderer = try Renderer(scene)
    let kernel = renderer.expanded.kernel
    let bodies = scene.structure.shapes.indices.map { CrossingCurves.Body(shape: $0, instance: -1) }
    let curves = try CrossingCurves.between(bodies, in: kernel)
    #expect(!curves.isEmpty)
    for curve in curves {
      let point = try #require(curve.point(0.3, in: kernel))
      for face in [curve.first, curve.second] {
        // Newton's method ends within the rounding of positions of order 1.
        #expect(abs(kernel.level(face, at: point.position).value) < 1e-5)
        #expect(abs(dot(kernel.level(face, at: point.position).gradient.normalized, point.along.normalized)) < 1e-3)
      }
    }
    // A closed curve: the chords' ends meet in pairs, so that the sum of the chords vanishes up to the facets' gaps.
    let length = curves.reduce(Float(0)) { $0 + ($1.end - $1.start).length }
    #expect(length > 0.5)
  }

  @Test("Where two walls' borders lie on each other the picture's edge counts once") func coincident() throws {
    var scene = TestScene()
    let grey = try scene.diffuse([0.5, 0.5, 0.5])
    scene.add(Geometry.rectangle, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], grey, id: "floor")
    scene.add(Geometry.rectangle, [1, 0, 0, 0, 0, 0, -1, 1, 0, 1, 0, 1, 0, 0, 0, 1], grey, id: "wall")
    try scene.sky([1, 1, 1])
    try scene.camera(TestScene.lookAt([0, -4, 2], [0, 0, 0.5], up: [0, 0, 1]))
    let renderer = try scene.renderer()
    let topology = try renderer.topology()
    let shared = topology.edges.filter { $0.rivals.y > 0 }
    #expect(shared.count == 2)
    let geometry = EdgeGeometry(scene: renderer.expanded.kernel)
    for edge in shared {
      let point = geometry.point(edge, 0.4).position
      #expect(geometry.multiplicity(edge, at: point, UnsafePointer(topology.rivals.base)) == 2)
    }
  }
}
