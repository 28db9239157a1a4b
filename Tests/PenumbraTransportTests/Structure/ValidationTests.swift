import Testing

@testable import PenumbraTransport

/// A scene that must be refused, and what its message names.
struct Fault: Sendable, CustomStringConvertible {
  let description: String
  /// Words that the message must contain.
  let names: [String]
  let spoil: @Sendable (inout TestScene) throws -> Void

  static let all: [Fault] = [
    Fault(description: "texture outside θ", names: ["texture", "θ"]) { scene in
      _ = scene.builder.add(Texture.constant(offset: 1 << 20, channels: 3))
    },
    Fault(description: "negative offset", names: ["texture"]) { scene in
      _ = scene.builder.add(Texture.constant(offset: -1, channels: 1))
    },
    Fault(description: "two channels", names: ["channels", "2"]) { scene in
      _ = scene.builder.add(Texture.constant(offset: 0, channels: 2))
    },
    Fault(description: "bitmap without texels", names: ["bitmap", "0×4"]) { scene in
      _ = scene.builder.add(
        .bitmap(offset: 0, width: 0, height: 4, channels: 3, filter: .nearest, wrap: .clamp, uv: .identity))
    },
    Fault(description: "bitmap larger than θ", names: ["bitmap", "θ"]) { scene in
      _ = scene.builder.add(
        .bitmap(offset: 0, width: 4000, height: 4000, channels: 3, filter: .nearest, wrap: .clamp, uv: .identity))
    },
    Fault(description: "bitmap whose size overflows", names: ["bitmap"]) { scene in
      _ = scene.builder.add(
        .bitmap(offset: 0, width: 1 << 31, height: 1 << 31, channels: 3, filter: .nearest, wrap: .clamp, uv: .identity))
    },
    Fault(description: "material without its texture", names: ["material", "77"]) { scene in
      _ = scene.builder.add(Material.diffuse(reflectance: TextureID(index: 77)))
    },
    Fault(description: "material that wraps itself", names: ["material", "not before"]) { scene in
      let own = MaterialID(index: scene.builder.materials.count)
      _ = scene.builder.add(Material.twosided(front: own, back: own))
    },
    Fault(description: "wrappers nested too deep", names: ["at most 8 nested wrappers", "found 9"]) { scene in
      var material = scene.builder.add(Material.null)
      for _ in 0..<9 { material = scene.builder.add(Material.twosided(front: material, back: material)) }
    },
    Fault(description: "shape without its material", names: ["thing", "material 9"]) { scene in
      let matrix = scene.matrix(TestScene.identity)
      _ = scene.builder.add(Shape(id: "thing", geometry: .sphere(toWorld: matrix), material: MaterialID(index: 9)))
    },
    Fault(description: "empty mesh", names: ["thing", "empty mesh"]) { scene in
      let mesh = Mesh(positions: 0, vertexCount: 1, triangles: [], normals: nil, texcoords: nil)
      _ = scene.builder.add(Shape(id: "thing", geometry: .mesh(mesh), material: MaterialID(index: 0)))
    },
    Fault(description: "triangle with a wrong corner", names: ["thing", "triangle 1", "below 3", "found 3"]) { scene in
      let positions = scene.builder.addHidden([Float](repeating: 0, count: 9))
      let mesh = Mesh(
        positions: positions, vertexCount: 3, triangles: [[0, 1, 2], [0, 1, 3]], normals: nil, texcoords: nil)
      _ = scene.builder.add(Shape(id: "thing", geometry: .mesh(mesh), material: MaterialID(index: 0)))
    },
    Fault(description: "mesh normals outside θ", names: ["thing", "θ"]) { scene in
      let positions = scene.builder.addHidden([Float](repeating: 0, count: 9))
      let mesh = Mesh(
        positions: positions, vertexCount: 3, triangles: [[0, 1, 2]], normals: positions + 5, texcoords: nil)
      _ = scene.builder.add(Shape(id: "thing", geometry: .mesh(mesh), material: MaterialID(index: 0)))
    },
    Fault(description: "light on no shape", names: ["ghost", "shape 5"]) { scene in
      let radiance = scene.builder.addHiddenConstant([1])
      scene.builder.add(Emitter(id: "ghost", source: .area(shape: ShapeID(index: 5), radiance: radiance)))
    },
    Fault(description: "two lights on one shape", names: ["lamp", "already"]) { scene in
      for _ in 0..<2 { try scene.area(ShapeID(index: 0), [1]) }
    },
    Fault(description: "map without pixels", names: ["env", "no pixels"]) { scene in
      scene.builder.add(
        Emitter(id: "env", source: .environment(data: 0, width: 0, height: 2, scale: 0, toWorld: 0)))
    },
    Fault(description: "film without pixels", names: ["eye", "0×5"]) { scene in
      let matrix = scene.matrix(TestScene.identity)
      scene.builder.add(
        Sensor(id: "eye", projection: .orthographic, toWorld: matrix, film: Film(width: 0, height: 5)))
    },
    Fault(description: "film of a million million pixels", names: ["eye"]) { scene in
      let matrix = scene.matrix(TestScene.identity)
      scene.builder.add(
        Sensor(id: "eye", projection: .orthographic, toWorld: matrix, film: Film(width: 1 << 20, height: 1 << 20)))
    },
    Fault(description: "no samples", names: ["eye", "sample"]) { scene in
      let matrix = scene.matrix(TestScene.identity)
      scene.builder.add(
        Sensor(
          id: "eye", projection: .orthographic, toWorld: matrix, film: Film(width: 4, height: 5),
          sampler: SamplerSettings(samplesPerPixel: 0)))
    },
    Fault(description: "camera matrix outside θ", names: ["eye", "θ"]) { scene in
      scene.builder.add(
        Sensor(id: "eye", projection: .orthographic, toWorld: 1 << 20, film: Film(width: 4, height: 5)))
    },
    Fault(description: "key used twice", names: ["twice"]) { scene in
      for _ in 0..<2 { _ = try scene.number(1, key: "twice") }
    },
    Fault(description: "NaN", names: ["nan", "NaN"]) { scene in _ = try scene.number(.nan, key: "nan") },
    Fault(description: "values that do not fill the shape", names: ["short", "3", "2"]) { scene in
      _ = try scene.builder.declare(Parameter(key: "short", shape: [3]), values: [1, 2])
    },
  ]
}

struct ValidationTests {
  @Test("A scene that cannot be used is refused in one readable line", arguments: Fault.all)
  func refused(_ fault: Fault) throws {
    let error = #expect(throws: TransportError.self) {
      var scene = TestScene()
      scene.floor(try scene.diffuse([0.5, 0.5, 0.5]))
      try fault.spoil(&scene)
      _ = try scene.builder.build()
    }
    guard let error else { return }
    #expect(error.code == .invalidScene)
    #expect(!error.message.isEmpty && !error.message.contains("\n") && error.message.count < 160)
    for name in fault.names { #expect(error.message.contains(name), "'\(error.message)' names '\(name)'") }
  }

  @Test("Two environments are refused") func environments() throws {
    var scene = TestScene()
    try scene.sky([1, 1, 1])
    try scene.sky([1, 1, 1])
    let built = try scene.builder.build()
    #expect(throws: TransportError.self) { try Renderer(built) }
  }

  @Test("A scene without shapes or lights renders black") func empty() throws {
    var scene = TestScene()
    try scene.camera(TestScene.identity, width: 3, height: 3)
    let result = try scene.renderer().render(.test(spp: 2))
    #expect(result.rgb.allSatisfy { $0 == 0 } && result.alpha.allSatisfy { $0 == 0 })
  }

  @Test("Requests that cannot be met are refused with what was expected") func requests() throws {
    let scene = try DerivativeScene.lit()
    let renderer = try Renderer(scene)
    func expectRefused(_ words: String..., sourceLocation: SourceLocation = #_sourceLocation, _ run: () throws -> Void)
    {
      let error = #expect(throws: TransportError.self, sourceLocation: sourceLocation) { try run() }
      #expect(error?.code == .invalidOption, sourceLocation: sourceLocation)
      for word in words {
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")", sourceLocation: sourceLocation)
      }
    }
    expectRefused("samples", "0") { _ = try renderer.render(.test(spp: 0)) }
    expectRefused("depth", "-2") { _ = try renderer.render(.test(spp: 1, maxDepth: -2)) }
    expectRefused("sensor", "3") {
      var settings = RenderSettings.test(spp: 1)
      settings.sensor = 3
      _ = try renderer.render(settings)
    }
    expectRefused("tangent", "\(scene.theta.count)") { _ = try renderer.forward(.test(spp: 1), tangent: [1]) }
    expectRefused("adjoint", "192") { _ = try renderer.reverse(.test(spp: 1), adjoint: [1], requested: [0..<1]) }
    expectRefused("outside") {
      _ = try renderer.reverse(
        .test(spp: 1), adjoint: [Float](repeating: 1, count: 192), requested: [0..<(scene.theta.count + 1)])
    }
  }
}
