import Foundation
import PenumbraTransport
import Testing

@testable import PenumbraScenes

@Suite("Models that Assimp reads")
struct ForeignModelTests {
  private static let stl = """
    solid tri
    facet normal 0 0 1
      outer loop
        vertex 0 0 0
        vertex 1 0 0
        vertex 0 1 0
      endloop
    endfacet
    facet normal 0 0 1
      outer loop
        vertex 1 0 0
        vertex 1 1 0
        vertex 0 1 0
      endloop
    endfacet
    endsolid tri
    """

  private static let off = "OFF\n4 1 0\n0 0 0\n1 0 0\n1 1 0\n0 1 0\n4 0 1 2 3\n"

  @Test("STL and OFF squares are two triangles over four vertices with one normal", arguments: ["stl", "off"])
  func square(format: String) throws {
    let loaded = try SceneFolder(["m.\(format)": format == "stl" ? Self.stl : Self.off]).load("m.\(format)")
    let shape = try #require(loaded.scene.structure.shapes.first)
    #expect(loaded.scene.structure.shapes.count == 1)
    guard case .mesh(let mesh) = shape.geometry else { return #expect(Bool(false), "not a mesh") }
    #expect(mesh.vertexCount == 4)
    #expect(mesh.triangles.count == 2)
    let normals = loaded.scene.values("\(shape.id).vertex_normals")
    #expect(stride(from: 2, to: normals.count, by: 3).allSatisfy { abs(normals[$0] - 1) < 1e-6 })
    #expect(loaded.scene.structure.sensors.count == 1)
  }

  @Test("Damaged models are refused in one line that names the file; the process survives")
  func damage() {
    let folder = SceneFolder()
    for (name, text) in [
      ("a.stl", "garbage"), ("a.fbx", "Kaydara FBX Binary  \0\u{1a}\0"), ("a.dae", "<COLLADA>"),
      ("a.off", "OFF\n1e9 1e9 0\n"),
      ("a.3ds", "MM"),
    ] {
      folder.write(name, Data(text.utf8))
      let error = refusal { try folder.load(name) }
      #expect(error?.exitCode == 65, "\(name)")
      #expect(error?.description.contains(name) == true)
    }
    #expect(refusal { try folder.load("none.stl") }?.exitCode == 66)
  }

  @Test("Files cut or changed anywhere are read or refused")
  func mutations() {
    let folder = SceneFolder()
    let bytes = Array(Self.off.utf8)
    for trial in 0..<40 {
      var changed = bytes
      changed[(31 * trial) % bytes.count] = UInt8(truncatingIfNeeded: 48 + 7 * trial)
      folder.write("m.off", Data(trial % 3 == 0 ? Array(bytes.prefix(trial * bytes.count / 40)) : changed))
      _ = refusal { try folder.load("m.off") }
    }
  }
}
