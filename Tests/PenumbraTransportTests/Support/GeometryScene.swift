@testable import PenumbraTransport

/// Scenes with moving surfaces in which no discontinuity moves: convex grounds that fill the view, and rooms that are
/// convex from inside.
enum GeometryScene {
  enum Kind: String, CaseIterable, Sendable { case rectangle, disk, sphere, cylinder, mesh }

  /// A turn that keeps the z axis vertical enough.
  private static let turned: [Float] = [0.8, -0.6, 0, 0, 0.6, 0.8, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

  private static func product(_ a: [Float], _ b: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: 16)
    for row in 0..<4 {
      for column in 0..<4 {
        for k in 0..<4 { result[4 * row + column] += a[4 * row + k] * b[4 * k + column] }
      }
    }
    return result
  }

  /// A dome z = −(x² + y²) / 8 over [−4, 4]², smooth by its vertex normals.
  static func dome(_ scene: inout TestScene, key: String) throws -> Geometry {
    let n = 9
    var (positions, normals, texcoords, triangles): ([Vector3], [Vector3], [SIMD2<Float>], [SIMD3<UInt32>]) =
      ([], [], [], [])
    for j in 0..<n {
      for i in 0..<n {
        let (u, v) = (Float(i) / Float(n - 1), Float(j) / Float(n - 1))
        let (x, y) = (8 * u - 4, 8 * v - 4)
        positions.append([x, y, -(x * x + y * y) / 8])
        normals.append(Vector3(x / 4, y / 4, 1).normalized)
        texcoords.append([0.7 * u + 0.1 * v, v - 0.2 * u])
        guard i + 1 < n, j + 1 < n else { continue }
        let corner = UInt32(j * n + i)
        let above = corner + UInt32(n)
        triangles += [[corner, corner + 1, above + 1], [corner, above + 1, above]]
      }
    }
    return try scene.mesh(key: key, positions, normals: normals, texcoords: texcoords, triangles: triangles)
  }

  /// The octahedron's faces, each cut in 4 to the power of `level`, on the unit sphere times `radius`; normals point out.
  static func ball(
    _ scene: inout TestScene, key: String, center: Vector3 = .zero, radius: Float, level: Int = 2
  ) throws -> Geometry {
    var positions: [Vector3] = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]
    var triangles: [SIMD3<UInt32>] = [
      [0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5],
    ]
    for _ in 0..<level {
      var middles: [SIMD2<UInt32>: UInt32] = [:]
      var finer: [SIMD3<UInt32>] = []
      func middle(_ a: UInt32, _ b: UInt32) -> UInt32 {
        let key = SIMD2(min(a, b), max(a, b))
        if let known = middles[key] { return known }
        positions.append((positions[Int(a)] + positions[Int(b)]).normalized)
        middles[key] = UInt32(positions.count - 1)
        return UInt32(positions.count - 1)
      }
      for t in triangles {
        let (a, b, c) = (middle(t.x, t.y), middle(t.y, t.z), middle(t.z, t.x))
        finer += [[t.x, a, c], [a, t.y, b], [c, b, t.z], [a, b, c]]
      }
      triangles = finer
    }
    return try scene.mesh(
      key: key, positions.map { center + $0 * radius }, normals: positions,
      texcoords: positions.map { [0.5 + 0.3 * $0.x + 0.1 * $0.z, 0.5 + 0.3 * $0.y] }, triangles: triangles)
  }

  /// A convex surface whose top lies about the origin.
  private static func surface(_ kind: Kind, _ scene: inout TestScene, key: String) throws -> Geometry {
    switch kind {
    case .rectangle:
      .rectangle(toWorld: scene.matrix(product(turned, [6, 1, 0, 0, 0, 5, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])))
    case .disk: .disk(toWorld: scene.matrix(product(turned, [7, 0, 0, 0.3, 0, 7, 0, 0.4, 0, 0, 1, 0, 0, 0, 0, 1])))
    case .sphere:
      .sphere(toWorld: scene.matrix(product(turned, [0, 0, 4, 0.1, 4, 0, 0, 0.2, 0, 4, 0, -4, 0, 0, 0, 1])))
    case .cylinder:
      .cylinder(toWorld: scene.matrix(product(turned, [0, 0, 12, -6, 4, 0, 0, 0.2, 0, 4.5, 0, -4.5, 0, 0, 0, 1])))
    case .mesh: try dome(&scene, key: key)
    }
  }

  private static func instantiated(
    _ shape: Shape, _ isInstance: Bool, _ scene: inout TestScene, matrix: [Float]
  ) throws {
    let first = scene.builder.shapes.count
    _ = scene.builder.add(shape)
    guard isInstance else { return }
    let group = scene.builder.add(ShapeGroup(id: "group", shapes: first..<(first + 1)))
    scene.builder.add(
      Instance(
        id: "instance", group: group, toWorld: scene.matrix(matrix), pose: try scene.shapePose("instance"),
        pivot: [0.3, 0.2, 0.1]))
  }

  /// What lights a ground.
  enum Light: Sendable { case point, sky, sun, lamp(Kind) }

  /// A ground below the camera, direct light only.
  static func ground(
    _ kind: Kind, _ light: Light, isInstance: Bool = false, _ material: (inout TestScene) throws -> MaterialID
  ) throws -> Scene {
    var scene = TestScene()
    let geometry = try surface(kind, &scene, key: "ground")
    let ground = Shape(
      id: "ground", geometry: geometry, material: try material(&scene), pose: try scene.shapePose("ground"))
    try instantiated(
      ground, isInstance, &scene, matrix: [1.2, 0.2, 0, 0.1, 0, 0.9, 0.1, 0, 0.1, 0, 0.8, 0, 0, 0, 0, 1])
    switch light {
    case .point: try scene.point([0.5, 0.3, 1.5], [3, 2, 1], key: "bulb", pose: try scene.pose("bulb"))
    case .sky: try scene.environment(matrix: TestScene.lookAt(.zero, [0.3, -0.8, 0.5]))
    case .sun: try scene.directional([0.3, 0.2, -1], [1, 1, 2])
    case .lamp(let lamp): try addLamp(lamp, &scene)
    }
    try scene.camera(TestScene.lookAt([0.2, -0.3, 2], [0, 0.1, 0]))
    scene.builder.integrator = IntegratorSettings(maxDepth: 2)
    return try scene.builder.build()
  }

  static func textured(_ scene: inout TestScene) throws -> MaterialID {
    let texture = try scene.smoothBitmap(key: "ground.data")
    return scene.builder.add(Material.diffuse(reflectance: texture))
  }

  static func brushed(_ scene: inout TestScene) throws -> MaterialID {
    let eta = try scene.constant([0.2, 0.9, 1.1])
    let k = try scene.constant([3.9, 2.4, 2.1])
    let specular = try scene.constant([0.9, 0.8, 0.7])
    let (u, v) = (try scene.constant([0.3]), try scene.constant([0.6]))
    return scene.builder.add(
      Material.roughConductor(distribution: .ggx, alphaU: u, alphaV: v, eta: eta, k: k, specularReflectance: specular))
  }

  static func mirror(_ scene: inout TestScene) throws -> MaterialID {
    let eta = try scene.constant([0.2, 0.9, 1.1])
    let k = try scene.constant([3.9, 2.4, 2.1])
    let specular = try scene.smoothBitmap(key: "ground.specular")
    return scene.builder.add(Material.conductor(eta: eta, k: k, specularReflectance: specular))
  }

  /// A textured lamp above the view, alone in the dark: its own border is no discontinuity of the light it gives.
  private static func addLamp(_ kind: Kind, _ scene: inout TestScene) throws {
    let geometry: Geometry =
      switch kind {
      case .rectangle:
        .rectangle(toWorld: scene.matrix([0.5, 0, 0.1, 0.8, 0, -0.7, 0, 0.9, 0.2, 0, -1, 2.2, 0, 0, 0, 1]))
      case .disk: .disk(toWorld: scene.matrix([0.6, 0, 0.1, 0.8, 0, -0.7, 0, 0.9, 0.2, 0, -1, 2.2, 0, 0, 0, 1]))
      case .sphere: .sphere(toWorld: scene.matrix(TestScene.placed(at: [0.8, 0.9, 2.4], scale: 0.5)))
      case .cylinder: .cylinder(toWorld: scene.matrix([0, 0, 1.2, 0.2, 0.3, 0, 0, 0.9, 0, 0.3, 0, 2.2, 0, 0, 0, 1]))
      case .mesh: try ball(&scene, key: "lamp", center: [0.8, 0.9, 2.4], radius: 0.5)
      }
    let black = try scene.diffuse([0, 0, 0])
    let shape = scene.builder.add(
      Shape(id: "lamp", geometry: geometry, material: black, pose: try scene.shapePose("lamp")))
    let radiance = try scene.smoothBitmap(key: "lamp.data", low: 4, high: 10)
    scene.builder.add(Emitter(id: "lamp", source: .area(shape: shape, radiance: radiance)))
  }

  /// The inside of a ball with a bulb: light bounces, nothing hides anything.
  static func room(
    _ kind: Kind, isInstance: Bool = false, maxDepth: Int = 3,
    _ material: (inout TestScene) throws -> MaterialID = GeometryScene.textured
  ) throws -> Scene {
    var scene = TestScene()
    // Neighbouring facets see each other at angles where interpolated normals already turn away, and light ends there at a
    // line whose motion is not followed: with coarser facets that is 3 % of the derivative.
    let geometry =
      kind == .mesh
      ? try ball(&scene, key: "ground", radius: 2, level: 3)
      : Geometry.sphere(toWorld: scene.matrix([0, -2, 0, 0.1, 2, 0, 0, -0.1, 0, 0, 2, 0.1, 0, 0, 0, 1]))
    let wall = Shape(
      id: "ground", geometry: geometry, material: try material(&scene), flipNormals: true,
      pose: try scene.shapePose("ground"))
    try instantiated(
      wall, isInstance, &scene, matrix: [1.2, 0.2, 0, 0.1, 0, 0.9, 0.1, 0, 0.1, 0, 0.8, 0, 0, 0, 0, 1])
    try scene.point([0.4, -0.3, 0.5], [3, 2, 1], key: "bulb", pose: try scene.pose("bulb"))
    try scene.camera(TestScene.lookAt([-0.5, 0.2, 0.1], [1, 0.7, 0.3]))
    scene.builder.integrator = IntegratorSettings(maxDepth: maxDepth)
    return try scene.builder.build()
  }

  /// A pane of glass over a textured ground, lit by the sky through the pane.
  static func pane() throws -> Scene {
    var scene = TestScene()
    let ground = try textured(&scene)
    _ = scene.builder.add(
      Shape(
        id: "ground", geometry: .rectangle(toWorld: scene.matrix([60, 0, 0, 0, 0, 60, 0, 0, 0, 0, 1, -1, 0, 0, 0, 1])),
        material: ground, pose: try scene.shapePose("ground")))
    let eta = try scene.number(1.4, key: "glass.eta")
    let (reflectance, transmittance) = (try scene.constant([0.9, 0.8, 0.7]), try scene.smoothBitmap(key: "glass.data"))
    let glass = scene.builder.add(
      Material.dielectric(eta: eta, specularReflectance: reflectance, specularTransmittance: transmittance))
    _ = scene.builder.add(
      Shape(
        id: "pane", geometry: .rectangle(toWorld: scene.matrix([60, 0, 0, 0, 0, 60, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])),
        material: glass, pose: try scene.shapePose("pane")))
    try scene.environment(matrix: TestScene.lookAt(.zero, [0.3, -0.8, 0.5]))
    try scene.camera(TestScene.lookAt([0.4, -1.6, 2.2], [0, 0.1, 0], up: [0, 0, 1]))
    scene.builder.integrator = IntegratorSettings(maxDepth: 5)
    return try scene.builder.build()
  }
}
