import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// The same surfaces as instances of a group, or put into the world one by one.
private struct Arrangement {
  /// A rotation about y by 30°, a scale of 1.5 and a translation, which spheres allow.
  static let place: [Float] = [
    1.299038, 0, 0.75, 0.4, 0, 1.5, 0, -0.2, -0.75, 0, 1.299038, 0.3, 0, 0, 0, 1,
  ]

  static func product(_ a: [Float], _ b: [Float]) -> [Float] {
    (0..<16).map { i in (0..<4).reduce(0) { $0 + a[4 * (i / 4) + $1] * b[4 * $1 + i % 4] } }
  }

  static func scene(instanced: Bool) throws -> Scene {
    var scene = TestScene()
    let texture = try scene.smoothBitmap(key: "paint")
    let material = scene.builder.add(Material.diffuse(reflectance: texture))
    func world(_ m: [Float]) -> [Float] { instanced ? m : product(place, m) }
    scene.add(Geometry.sphere, world(TestScene.placed(at: [-1, 0.4, 0], scale: 0.5)), material)
    scene.add(Geometry.disk, world(TestScene.placed(at: [0.8, 0.4, 0.1], scale: 0.5)), material)
    scene.add(Geometry.cylinder, world([0.2, 0, 0, 0.2, 0, 0, 1, -0.5, 0, -0.2, 0, 0, 0, 0, 0, 1]), material)
    let corners: [SIMD3<Float>] = [[-1.5, -1, 0], [0.2, -1, 0.3], [-0.5, 0.4, -0.1]]
    let map = AffineMap<Float>(rowMajor: world(TestScene.identity))
    let positions = corners.flatMap { corner in
      let p = map.point(Vector(corner)).value
      return [p.x, p.y, p.z]
    }
    let normals = [Vector3(0, 0, 1), Vector3(0.3, 0, 1), Vector3(0, 0.4, 1)].flatMap { normal in
      let n = map.direction(Vector(normal)).value.normalized
      return [n.x, n.y, n.z]
    }
    let mesh = Mesh(
      positions: scene.builder.addHidden(positions), vertexCount: 3, triangles: [[0, 1, 2]],
      normals: scene.builder.addHidden(normals), texcoords: scene.builder.addHidden([0, 0, 1, 0, 0.3, 1]))
    _ = scene.builder.add(Shape(id: "mesh", geometry: .mesh(mesh), material: material))
    if instanced {
      let group = scene.builder.add(ShapeGroup(id: "group", shapes: 0..<4))
      scene.builder.add(Instance(id: "instance", group: group, toWorld: scene.matrix(place)))
    }
    try scene.point([1, 2, 5], [20, 20, 20])
    try scene.camera(TestScene.lookAt([0.3, 0.5, 6], [0, 0, 0]), width: 16, height: 16)
    return try scene.builder.build()
  }
}

struct InstancingTests {
  @Test("An instance looks, and changes with the camera, as its shapes do when each is put in place")
  func equalsFlattenedScene() throws {
    let settings = RenderSettings.test(spp: 64, maxDepth: 2)
    let renderers = try [true, false].map { try Renderer(Arrangement.scene(instanced: $0)) }
    var pictures: [[[Float]]] = [[], []]
    for (renderer, instanced) in zip(renderers, [true, false]) {
      let range = try renderer.structure.parameters.resolve("sensor.translate").range
      let tangent = testDirection(range, count: try Arrangement.scene(instanced: instanced).theta.count)
      pictures[0].append(try renderer.render(settings).rgb)
      pictures[1].append(try renderer.forward(settings, tangent: tangent).derivative)
    }
    // Rounding moves a few samples across silhouettes.
    for pair in pictures {
      let size = pair[1].reduce(0) { $0 + abs($1) }
      var difference: Float = 0
      for (a, b) in zip(pair[0], pair[1]) { difference += abs(a - b) }
      #expect(size > 1)
      #expect(difference < 2e-3 * size, "\(difference) of \(size)")
    }
  }

  @Test("Shapes inside a group are not seen by themselves and cannot emit light")
  func groups() throws {
    var scene = TestScene()
    let grey = try scene.diffuse([0.5, 0.5, 0.5])
    let shape = scene.add(Geometry.sphere, TestScene.identity, grey)
    _ = scene.builder.add(ShapeGroup(id: "group", shapes: 0..<1))
    try scene.sky([1, 1, 1])
    try scene.camera(TestScene.lookAt([0, 0, 5], .zero))
    let image = try scene.renderer().render(.test(spp: 1, maxDepth: 2)).rgb
    #expect(image.allSatisfy { $0 == 1 })
    try scene.area(shape, [1, 1, 1])
    #expect(throws: TransportError.self) { _ = try scene.builder.build() }
  }
}
