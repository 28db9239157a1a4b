import Foundation
import PenumbraTransport
import Testing

@testable import PenumbraScenes

@Suite("Meshes out")
struct MeshWriterTests {
  private func folder() -> SceneFolder {
    SceneFolder([
      "scene.xml": wrapped(
        """
        <sensor type="perspective"/><emitter type="constant"/>
        <bsdf type="principled" id="paint"><rgb name="base_color" value="0.8,0.4,0.2"/><float name="metallic" value="0.25"/>
          <float name="roughness" value="0.5"/><float name="eta" value="1.4"/></bsdf>
        <shape type="cube" id="box"><transform name="to_world"><translate x="3"/></transform><ref id="paint"/></shape>
        <shape type="obj" id="flat"><string name="filename" value="flat.obj"/><boolean name="face_normals" value="true"/>
          <bsdf type="diffuse"><rgb name="reflectance" value="0.1,0.2,0.3"/></bsdf></shape>
        <shape type="rectangle" id="lamp"><emitter type="area"><rgb name="radiance" value="3,2,1"/></emitter></shape>
        """), "flat.obj": "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n",
    ])
  }

  @Test("OBJ and MTL come back with the same surfaces, normals, colours and lamps")
  func obj() throws {
    let folder = folder()
    _ = try MeshWriter.write(folder.load().scene, toFile: folder.path + "/out/all.obj")
    let again = try folder.load("out/all.obj").scene
    #expect(again.structure.shapes.count == 3)
    let box = again.values("paint.vertex_positions")
    #expect(box.count == 72)
    #expect(box.max() == 4)
    let key = "paint_material.brdf_0"
    #expect(again.values("\(key).base_color.value") == [0.8, 0.4, 0.2])
    #expect(again.values("\(key).metallic.value") == [0.25])
    #expect(again.values("\(key).roughness.value") == [0.5])
    #expect(again.values("\(key).eta") == [1.4])
    #expect(again.values("flat_bsdf.bsdf.brdf_0.reflectance.value") == [0.1, 0.2, 0.3])
    #expect(again.values("flat_bsdf.vertex_normals") == [0, 0, 1, 0, 0, 1, 0, 0, 1])
    #expect(again.values("lamp_bsdf.emitter.radiance.value") == [3, 2, 1])
  }

  @Test("PLY holds all surfaces in one mesh, with normals where only some have them")
  func ply() throws {
    let folder = folder()
    #expect(!(try MeshWriter.write(folder.load().scene, toFile: folder.path + "/all.ply")).isEmpty)
    let again = try folder.load("all.ply").scene
    let (positions, normals) = (again.values("mesh.vertex_positions"), again.values("mesh.vertex_normals"))
    #expect(positions.count == 3 * (24 + 3 + 4))
    #expect(Array(normals[(3 * 24)..<(3 * 27)]) == [0, 0, 1, 0, 0, 1, 0, 0, 1])
  }

  @Test("A mesh file keeps its vertices, triangles and attributes from format to format")
  func convert() throws {
    let ply = """
      ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z
      property float u\nproperty float v\nproperty float r\nproperty float g\nproperty float b
      element face 1\nproperty list uchar int vertex_index\nend_header
      0 0 0 0 0.25 1 0 0\n1 0 0 1 0.5 0 1 0\n0 1 0 0.5 1 0 0 1\n3 0 1 2\n
      """
    let folder = SceneFolder(["m.ply": ply])
    let first = try folder.load("m.ply").scene
    _ = try MeshWriter.write(first, toFile: folder.path + "/n.ply")
    let again = try folder.load("n.ply").scene
    for key in ["mesh.vertex_positions", "mesh.vertex_texcoords", "mesh.vertex_color"] {
      #expect(again.values(key) == first.values(key), "\(key)")
      #expect(!first.values(key).isEmpty)
    }
    _ = try MeshWriter.write(first, toFile: folder.path + "/n.obj")
    let obj = try folder.load("n.obj").scene
    let key = try #require(obj.structure.parameters.all.first { $0.key.hasSuffix("vertex_texcoords") }).key
    for (a, b) in zip(obj.values(key), first.values("mesh.vertex_texcoords")) { #expect(abs(a - b) < 1e-6) }
  }
}
