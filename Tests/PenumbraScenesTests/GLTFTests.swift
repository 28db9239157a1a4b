import Foundation
import PenumbraTransport
import Testing

@testable import PenumbraScenes

/// Small glTF assets, their only buffer in the file itself.
enum GLTFSample {
  /// Positions, texture coordinates and 16-bit indices of one triangle.
  static var buffer: [UInt8] {
    var bytes: [UInt8] = []
    for value in [0, 0, 0, 1, 0, 0, 0, 1, 0.5, 0, 0, 1, 0, 0, 1] as [Float] {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }
    return bytes + [0, 0, 1, 0, 2, 0, 0, 0]
  }

  static func text(
    nodes: String = #"[{"mesh": 0}]"#, materials: String = "[{}]", views: String? = nil, accessors: String? = nil,
    more: String = "", scenes: String = #"[{"nodes": [0]}]"#
  ) -> String {
    let views =
      views
      ?? #"[{"buffer": 0, "byteLength": 36}, {"buffer": 0, "byteOffset": 36, "byteLength": 24}, {"buffer": 0, "byteOffset": 60, "byteLength": 6}]"#
    let accessors =
      accessors ?? #"""
        [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"},
         {"bufferView": 1, "componentType": 5126, "count": 3, "type": "VEC2"},
         {"bufferView": 2, "componentType": 5123, "count": 3, "type": "SCALAR"}]
        """#
    let data = Data(buffer).base64EncodedString()
    return """
      {"asset": {"version": "2.0"}, "scene": 0, "scenes": \(scenes), "nodes": \(nodes), "materials": \(materials),
       "meshes": [{"name": "tri", "primitives": [
         {"attributes": {"POSITION": 0, "TEXCOORD_0": 1}, "indices": 2, "material": 0}]}],
       "buffers": [{"byteLength": 68, "uri": "data:application/octet-stream;base64,\(data)"}],
       "bufferViews": \(views), "accessors": \(accessors)\(more)}
      """
  }

  static func load(_ text: String) throws(SceneError) -> LoadedScene {
    try SceneFolder(["scene.gltf": text]).load("scene.gltf")
  }

  /// The same asset as a binary container.
  static func container(_ text: String) -> Data {
    var json = Array(text.utf8)
    while json.count % 4 != 0 { json.append(0x20) }
    func little(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    let body = little(json.count) + little(0x4E4F_534A) + json
    return Data(Array("glTF".utf8) + little(2) + little(12 + body.count) + body)
  }
}

@Suite("glTF 2.0")
struct GLTFTests {
  @Test("Nodes place meshes: matrices and translation, rotation, scale multiply down the tree")
  func hierarchy() throws {
    let nodes = #"""
      [{"children": [1], "translation": [1, 0, 0]},
       {"mesh": 0, "scale": [2, 2, 2], "rotation": [0, 0, 0.70710678, 0.70710678]}]
      """#
    let scene = try GLTFSample.load(GLTFSample.text(nodes: nodes)).scene
    let expected: [Float] = [1, 0, 0, 1, 2, 0, -1, 0, 1]
    for (found, wanted) in zip(scene.values("tri.vertex_positions"), expected) { #expect(abs(found - wanted) < 1e-6) }
    #expect(scene.values("tri.vertex_texcoords") == [0, 0, 1, 0, 0, 1])
  }

  @Test("A binary container is the same scene")
  func container() throws {
    let folder = SceneFolder()
    folder.write("scene.glb", GLTFSample.container(GLTFSample.text()))
    #expect(try folder.load("scene.glb").scene.theta == GLTFSample.load(GLTFSample.text()).scene.theta)
  }

  @Test("Metallic-roughness numbers become those of principled")
  func material() throws {
    let materials = #"""
      [{"name": "paint", "pbrMetallicRoughness":
         {"baseColorFactor": [0.8, 0.4, 0.2, 1], "metallicFactor": 0.3, "roughnessFactor": 0.6},
        "extensions": {"KHR_materials_ior": {"ior": 1.4}, "KHR_materials_clearcoat": {"clearcoatFactor": 0.7},
          "KHR_materials_transmission": {"transmissionFactor": 0.25}}}]
      """#
    let scene = try GLTFSample.load(GLTFSample.text(materials: materials)).scene
    #expect(scene.values("paint.base_color.value") == [0.8, 0.4, 0.2])
    #expect(scene.values("paint.metallic.value") == [0.3])
    #expect(scene.values("paint.roughness.value") == [0.6])
    #expect(scene.values("paint.eta") == [1.4])
    #expect(scene.values("paint.clearcoat.value") == [0.7])
    #expect(scene.values("paint.clearcoat_gloss.value") == [1])
    #expect(scene.values("paint.spec_trans.value") == [0.25])
  }

  @Test("Emissive materials are area lights of factor times strength; double-sided ones are seen from behind")
  func emission() throws {
    let materials = #"""
      [{"name": "lamp", "doubleSided": true, "emissiveFactor": [1, 0.5, 0],
        "extensions": {"KHR_materials_emissive_strength": {"emissiveStrength": 4}}}]
      """#
    let scene = try GLTFSample.load(GLTFSample.text(materials: materials)).scene
    #expect(scene.values("tri.emitter.radiance.value") == [4, 2, 0])
    #expect(scene.values("lamp.brdf_0.roughness.value") == [1])
  }

  @Test("Cameras look along -z and keep their vertical angle")
  func camera() throws {
    let nodes = #"[{"mesh": 0}, {"camera": 0, "translation": [0, 1, 5], "name": "eye"}]"#
    let more = #", "cameras": [{"type": "perspective", "perspective": {"yfov": 0.6, "aspectRatio": 2, "znear": 0.1}}]"#
    let loaded = try GLTFSample.load(
      GLTFSample.text(nodes: nodes, more: more, scenes: #"[{"nodes": [0, 1]}]"#))
    #expect(loaded.scene.values("eye.to_world") == [-1, 0, 0, 0, 0, 1, 0, 1, 0, 0, -1, 5, 0, 0, 0, 1])
    let film = loaded.scene.structure.sensors[0].film
    #expect(film.width == 2 * film.height)
    let fov = loaded.scene.values("eye.x_fov")[0] * .pi / 180
    #expect(abs(tan(fov / 2) - 2 * tan(0.3)) < 1e-5)
  }

  @Test("Punctual lights take the place of the sky that a scene without lights gets")
  func lights() throws {
    let dark = try GLTFSample.load(GLTFSample.text())
    #expect(dark.warnings.contains { $0.contains("no lights") })
    #expect(dark.scene.structure.emitters.map(\.id) == ["sky"])
    let nodes = #"""
      [{"mesh": 0, "children": [1]},
       {"translation": [0, 2, 0], "name": "bulb", "extensions": {"KHR_lights_punctual": {"light": 0}}}]
      """#
    let more = #"""
      , "extensions": {"KHR_lights_punctual":
        {"lights": [{"type": "point", "color": [1, 0.5, 0.25], "intensity": 8}]}}
      """#
    let scene = try GLTFSample.load(GLTFSample.text(nodes: nodes, more: more)).scene
    #expect(scene.structure.emitters.map(\.id) == ["bulb"])
    #expect(scene.values("bulb.position") == [0, 2, 0])
    #expect(scene.values("bulb.intensity.value") == [8, 4, 2])
  }

  @Test("Written as Mitsuba XML, a model reads back to the same numbers under the same keys")
  func roundTrip() throws {
    let loaded = try GLTFSample.load(GLTFSample.text())
    let folder = SceneFolder()
    try SceneWriter.write(loaded, to: folder.path)
    let again = try folder.load().scene
    for parameter in loaded.scene.structure.parameters.all {
      #expect(again.values(parameter.key) == loaded.scene.values(parameter.key), "\(parameter.key)")
    }
  }

  @Test(
    "Hostile assets are refused in one line that names the place",
    arguments: [
      ("{", "found the end of the file"),
      (#"{"asset": {"version": "1.0"}}"#, "expected glTF 2"),
      (String(repeating: "[", count: 100_000), "levels of nesting"),
      (GLTFSample.text(nodes: #"[{"mesh": 0, "children": [0]}]"#), "two parents, or contains itself"),
      (GLTFSample.text(nodes: #"[{"mesh": 7}]"#), "nodes[0].mesh"),
      (GLTFSample.text(scenes: #"[{"nodes": [5]}]"#), "nodes below 1"),
      (
        GLTFSample.text(views: #"[{"buffer": 0, "byteOffset": 9007199254740991, "byteLength": 36}]"#),
        "a range inside 68 bytes"
      ),
      (
        GLTFSample.text(
          accessors: #"[{"bufferView": 0, "componentType": 5126, "count": 4294967290, "type": "VEC3"}]"#),
        "entries inside"
      ),
      (GLTFSample.text(accessors: #"[{"componentType": 5126, "count": 4294967290, "type": "VEC3"}]"#), "a buffer view"),
      (
        GLTFSample.text().replacingOccurrences(of: #""componentType": 5123"#, with: #""componentType": 5126"#),
        "expected unsigned scalars"
      ),
      (
        GLTFSample.text().replacingOccurrences(of: "data:application/octet-stream;base64,", with: "data:,"),
        "expected base64 data"
      ),
      (
        GLTFSample.text().replacingOccurrences(of: "data:application/octet-stream;base64,", with: "https://a.b/"),
        "a file relative to the asset"
      ),
      (GLTFSample.text(more: #", "extensionsRequired": ["KHR_draco_mesh_compression"]"#), "KHR_draco_mesh_compression"),
      (
        GLTFSample.text(
          nodes: #"[{"mesh": 0, "scale": [1e308, 1e308, 1e308], "children": [1]}, {"scale": [1e308, 1, 1]}]"#), "finite"
      ),
    ])
  func refusals(text: String, message: String) {
    let error = refusal { try GLTFSample.load(text) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "accepted")")
    #expect(error?.description.contains("scene.gltf") == true)
  }

  @Test("Files cut or changed anywhere are read or refused, never worse")
  func damage() {
    let folder = SceneFolder()
    let data = [UInt8](GLTFSample.container(GLTFSample.text()))
    for trial in 0..<200 {
      var bytes = data
      if trial % 2 == 0 {
        bytes.removeLast(trial * data.count / 200)
      } else {
        for k in 1...3 { bytes[(7919 * trial * k) % bytes.count] = UInt8(truncatingIfNeeded: 31 * trial + 97 * k) }
      }
      folder.write("scene.glb", Data(bytes))
      _ = refusal { try folder.load("scene.glb") }
    }
  }
}

@Suite("Meshes as scenes")
struct MeshSceneTests {
  @Test("An OBJ file alone gets one shape per material, a camera and a sky")
  func materials() throws {
    let obj = """
      mtllib m.mtl
      v 0 0 0
      v 1 0 0
      v 0 1 0
      v 1 1 1
      usemtl red
      f 1 2 3
      usemtl lamp
      f 2 4 3
      usemtl red
      f 1 3 4
      """
    let mtl = "newmtl red\nKd 0.8 0.1 0.2\nnewmtl lamp\nKd 0 0 0\nKe 3 2 1\n"
    let scene = try SceneFolder(["m.obj": obj, "m.mtl": mtl]).load("m.obj").scene
    #expect(scene.structure.shapes.map(\.id) == ["red", "lamp"])
    #expect(scene.values("red.bsdf.brdf_0.reflectance.value") == [0.8, 0.1, 0.2])
    #expect(scene.values("lamp.emitter.radiance.value") == [3, 2, 1])
    #expect(scene.values("red.vertex_positions").count == 12)
    #expect(scene.structure.emitters.map(\.id).contains("sky"))
  }

  @Test("OBJ corners without texture coordinates get zeros, without normals those of the surface")
  func mixedCorners() throws {
    let mesh = try MeshFileTests.obj(
      "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 1 1 0\nvt 0.5 1\nvn 0 0 -1\nf 1 2 3\nf 2/1/1 4//1 3\n")
    #expect(mesh.vertexCount == 5)
    #expect(mesh.texcoords == [0, 0, 0, 0, 0, 0, 0.5, 1, 0, 0])
    #expect(mesh.normals == [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, -1, 0, 0, -1])
  }
}
