import Foundation
import PenumbraImages
import PenumbraTransport
import Testing

@testable import PenumbraScenes

@Suite("glTF out")
struct GLTFWriterTests {
  /// One asset with everything that materials can say, textures made here.
  static func rich() throws -> SceneFolder {
    let folder = SceneFolder(["scene.gltf": ""])
    let checks = Image(
      width: 2, height: 2, channels: ["R", "G", "B", "A"],
      values: [1, 0, 0, 1, 0, 1, 0, 0.2, 0, 0, 1, 0.6, 1, 1, 1, 0])
    try checks.write(to: folder.path + "/color.png")
    let layers = Image(
      width: 2, height: 1, values: [0, 51 / 255, 0, 0, 204 / 255, 1])
    try layers.write(to: folder.path + "/layers.png", options: ImageWriteOptions(encoding: .linear))
    let materials = #"""
      [{"name": "paint", "doubleSided": true, "pbrMetallicRoughness":
          {"baseColorFactor": [0.8, 0.4, 0.2, 1], "metallicFactor": 0.3, "roughnessFactor": 0.6},
        "extensions": {"KHR_materials_ior": {"ior": 1.4},
          "KHR_materials_clearcoat": {"clearcoatFactor": 0.7, "clearcoatRoughnessFactor": 0.25},
          "KHR_materials_transmission": {"transmissionFactor": 0.25}}},
       {"name": "chalk", "extensions": {"KHR_materials_specular": {"specularFactor": 0}},
        "pbrMetallicRoughness": {"baseColorFactor": [0.5, 0.25, 0.125, 1], "metallicFactor": 0}},
       {"name": "lamp", "emissiveFactor": [1, 0.5, 0], "pbrMetallicRoughness": {"metallicFactor": 0},
        "extensions": {"KHR_materials_emissive_strength": {"emissiveStrength": 4}}},
       {"name": "tiles", "alphaMode": "BLEND", "normalTexture": {"index": 1}, "pbrMetallicRoughness":
          {"baseColorTexture": {"index": 0, "extensions": {"KHR_texture_transform":
             {"offset": [0.25, 0.5], "rotation": 0.3, "scale": [2, 3]}}},
           "metallicRoughnessTexture": {"index": 1}}},
       {"name": "leaf", "alphaMode": "MASK", "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}]
      """#
    let meshes = (0..<5).map {
      #"{"name": "m\#($0)", "primitives": [{"attributes": {"POSITION": 0, "TEXCOORD_0": 1}, "indices": 2, "material": \#($0)}]}"#
    }
    let nodes =
      (0..<5).map { #"{"mesh": \#($0), "translation": [\#($0), 0, 0]}"# } + [
        #"{"camera": 0, "translation": [0, 1, 5], "rotation": [0, 0.5, 0, 0.8660254], "name": "eye"}"#,
        #"{"name": "bulb", "translation": [0, 2, 0], "extensions": {"KHR_lights_punctual": {"light": 0}}}"#,
        #"{"name": "torch", "rotation": [0.5, 0, 0, 0.8660254], "extensions": {"KHR_lights_punctual": {"light": 1}}}"#,
        #"{"name": "sun", "rotation": [0, 0, 0.5, 0.8660254], "extensions": {"KHR_lights_punctual": {"light": 2}}}"#,
      ]
    let more = #"""
      , "extensions": {"KHR_lights_punctual": {"lights": [
          {"type": "point", "color": [1, 0.5, 0.25], "intensity": 8},
          {"type": "spot", "intensity": 3, "spot": {"innerConeAngle": 0.2, "outerConeAngle": 0.5}},
          {"type": "directional", "color": [0.5, 0.5, 1], "intensity": 2}]}},
        "images": [{"uri": "color.png"}, {"uri": "layers.png"}],
        "samplers": [{"magFilter": 9728, "wrapS": 33071, "wrapT": 33071}],
        "textures": [{"source": 0, "sampler": 0}, {"source": 1}],
        "cameras": [{"type": "perspective", "perspective": {"yfov": 0.6, "aspectRatio": 2, "znear": 0.1, "zfar": 50}}]
      """#
    let mesh = #"{"name": "tri", "primitives": ["#
    var text = GLTFSample.text(
      nodes: "[\(nodes.joined(separator: ", "))]", materials: materials, more: more,
      scenes: #"[{"nodes": [0, 1, 2, 3, 4, 5, 6, 7, 8]}]"#)
    let start = try #require(text.range(of: mesh)), end = try #require(text.range(of: #""buffers""#))
    text.replaceSubrange(start.lowerBound..<end.lowerBound, with: "\(meshes.joined(separator: ", "))],\n ")
    folder.write("scene.gltf", Data(text.utf8))
    return folder
  }

  /// Keys and values up to rounding.
  static func expectEqual(_ a: Scene, _ b: Scene, tolerance: Float = 2e-6) {
    #expect(a.structure.parameters.all.map(\.key) == b.structure.parameters.all.map(\.key))
    for parameter in a.structure.parameters.all {
      let (x, y) = (a.values(parameter.key), b.values(parameter.key))
      #expect(x.count == y.count, "\(parameter.key)")
      for (x, y) in zip(x, y) { #expect(abs(x - y) <= tolerance * max(1, abs(x)), "\(parameter.key): \(x), \(y)") }
    }
  }

  @Test(
    "glTF to Mitsuba XML to glTF keeps every number of every material, light and camera", arguments: ["glb", "gltf"])
  func roundTrip(format: String) throws {
    let folder = try Self.rich()
    let first = try folder.load("scene.gltf")
    try SceneWriter.write(first, to: folder.path + "/xml")
    let second = try folder.load("xml/scene.xml")
    let losses = try GLTFWriter.write(second.scene, toFile: folder.path + "/again/copy.\(format)")
    #expect(losses.isEmpty)
    let third = try folder.load("again/copy.\(format)")
    #expect(third.warnings.isEmpty)
    Self.expectEqual(first.scene, third.scene)
    let materials = [first, third].map { $0.scene.structure.materials.map { "\($0)".prefix { $0 != "(" } } }
    #expect(materials[0] == materials[1])
    #expect(third.scene.structure.shapes.map(\.id) == first.scene.structure.shapes.map(\.id))
  }

  @Test("Equal scenes give equal bytes")
  func determinism() throws {
    let scene = try Self.rich().load("scene.gltf").scene
    let runs = try (0..<2).map { _ in try GLTFWriter.files(of: scene, name: "a", isBinary: true).files[0].bytes }
    #expect(runs[0] == runs[1])
  }

  @Test("Textures of 8 bits come back as they were; others use the whole range of their factor")
  func textures() throws {
    let folder = SceneFolder([
      "scene.xml": wrapped(
        """
        <sensor type="perspective"/><emitter type="point"/>
        <shape type="rectangle" id="a"><bsdf type="diffuse"><texture type="bitmap" name="reflectance">
          <string name="filename" value="dim.exr"/></texture></bsdf></shape>
        """)
    ])
    let dim = Image(width: 2, height: 1, values: [0.001, 0.002, 0.01, 0.0005, 0.001, 0.02])
    try dim.write(to: folder.path + "/dim.exr")
    _ = try GLTFWriter.write(folder.load().scene, toFile: folder.path + "/out.glb")
    let scene = try folder.load("out.glb").scene
    let key = try #require(scene.structure.parameters.all.first { $0.key.hasSuffix(".data") }).key
    for (found, wanted) in zip(scene.values(key), dim.values) { #expect(abs(found - wanted) < 0.01 * wanted) }
  }

  @Test("Shapes, instances and poses arrive where they are: every vertex within rounding of its analytic place")
  func placement() throws {
    let folder = SceneFolder([
      "scene.xml": wrapped(
        """
        <sensor type="perspective"/><emitter type="point"/>
        <shape type="sphere" id="ball"><point name="center" value="1,2,3"/><float name="radius" value="0.5"/></shape>
        <shape type="shapegroup" id="group"><shape type="cube"/><shape type="disk"/></shape>
        <shape type="instance" id="one"><ref id="group"/><transform name="to_world"><scale value="2"/>
          <translate x="10"/></transform></shape>
        <shape type="instance" id="sheared"><ref id="group"/><transform name="to_world">
          <matrix value="1 0.5 0 0 0 1 0 0 0 0 1 0 0 0 0 1"/></transform></shape>
        """)
    ])
    var scene = try folder.load().scene
    try scene.set("ball.translate", to: "1,0,0")
    try scene.set("ball.scale", to: "2")
    #expect(try GLTFWriter.write(scene, toFile: folder.path + "/out.glb").isEmpty)
    let again = try folder.load("out.glb").scene
    let ball = again.values("ball.vertex_positions")
    for i in 0..<ball.count / 3 {
      let p = SIMD3<Float>(ball[3 * i], ball[3 * i + 1], ball[3 * i + 2]) - [2, 2, 3]
      #expect(abs((p * p).sum().squareRoot() - 1) < 1e-5)
    }
    #expect(again.structure.shapes.count == 5)
    let cubes = again.structure.shapes.map { again.values("\($0.id).vertex_positions") }.filter { $0.count == 72 }
    #expect(cubes.contains { $0.max() == 12 && $0.min() == -2 })
    #expect(cubes.contains { $0.max() == 1.5 })
  }

  @Test("A lit room says that nothing lights it from outside")
  func ownLight() throws {
    let folder = SceneFolder([
      "scene.xml": wrapped(
        #"<sensor type="perspective"/><shape type="rectangle" id="lamp"><emitter type="area"/></shape>"#)
    ])
    _ = try GLTFWriter.write(folder.load().scene, toFile: folder.path + "/out.gltf")
    let again = try folder.load("out.gltf")
    #expect(again.scene.structure.emitters.count == 1)
    #expect(again.scene.values("lamp.emitter.radiance.value") == [1, 1, 1])
  }

  @Test(
    "Models of ../shared keep their materials on the way through Mitsuba XML",
    .enabled(if: SharedData.isPresent, "needs ../shared"),
    arguments: SharedModels.names)
  func shared(name: String) throws {
    guard let path = SharedModels.path(name) else { return }
    let folder = SceneFolder()
    let first = try SceneReader.load(path: path)
    try SceneWriter.write(first, to: folder.path + "/xml")
    _ = try GLTFWriter.write(folder.load("xml/scene.xml").scene, toFile: folder.path + "/out.glb")
    let third = try folder.load("out.glb").scene
    // Positions were multiplied by matrices on the way; materials are compared.
    let isMaterial = { (key: String) in
      !["vertex_", "to_world", "position", "x_fov", "translate", "rotate"].contains { key.contains($0) }
    }
    let keys = first.scene.structure.parameters.all.map(\.key).filter(isMaterial)
    for key in keys where !key.hasPrefix("sky.") {
      let (a, b) = (first.scene.values(key), third.values(key))
      #expect(a.count == b.count, "\(key)")
      let worst = zip(a, b).map { abs($0 - $1) }.max() ?? 0
      #expect(worst < 2e-3, "\(key): differs by \(worst)")
    }
  }
}

/// glTF models beside the checkout.
enum SharedModels {
  static let names = [
    "BoxTextured.glb", "BoxInterleaved.glb", "cubevc.glb", "nested.glb", "Duck.glb", "ClearcoatTest.glb",
    "DamagedHelmet/DamagedHelmet.gltf",
  ]

  static func path(_ name: String) -> String? {
    SharedData.isPresent ? SharedData.root + "/data/models/gltf/" + name : nil
  }
}
