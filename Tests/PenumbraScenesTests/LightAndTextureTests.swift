import Foundation
@testable import PenumbraScenes
import PenumbraTransport
import Testing

@Suite("Spots, projectors, spectra and mesh attributes")
struct LightAndTextureTests {
  private func theta(_ scene: Scene, _ key: String) throws -> [Float] {
    Array(scene.theta[try scene.structure.parameters.resolve(key).range])
  }

  @Test("A spot's beam is three quarters of its cutoff unless the file says otherwise") func spot() throws {
    let scene = try loadScene("<emitter type=\"spot\" id=\"s\"><float name=\"cutoff_angle\" value=\"30\"/></emitter>")
      .scene
    #expect(try theta(scene, "s.cutoff_angle") == [30])
    #expect(try theta(scene, "s.beam_width") == [22.5])
    #expect(try theta(scene, "s.rotate") == [0, 0, 0])
  }

  @Test("A projector without a field of view has that of a 50 mm lens over its square picture") func projector() throws
  {
    let scene = try loadScene("<emitter type=\"projector\" id=\"p\"/>").scene
    // 2 atan(diagonal / (2 · 50 mm)) across the diagonal of a square.
    let half = (36.0 * 36 + 24 * 24).squareRoot() / 100 / 2.0.squareRoot()
    #expect(abs(Double(try theta(scene, "p.x_fov")[0]) - 2 * atan(half) * 180 / .pi) < 1e-4)
  }

  @Test("Hotter bodies are bluer, and 6504 K is nearly white") func blackbody() throws {
    func color(_ kelvin: Int) throws -> [Float] {
      let scene = try loadScene(
        """
        <emitter type="constant" id="e"><spectrum type="blackbody" name="radiance">
        <float name="temperature" value="\(kelvin)"/></spectrum></emitter>
        """
      ).scene
      return try theta(scene, "e.radiance.value")
    }
    let (warm, white, cold) = (try color(3000), try color(6504), try color(12000))
    #expect(warm[0] / warm[2] > 4 && cold[0] / cold[2] < 0.8)
    // D65 lies a little off the Planckian locus.
    #expect(abs(white[0] / white[1] - 1) < 0.1 && abs(white[2] / white[1] - 1) < 0.1)
    // Luminance: ∫ B(λ, T) ȳ dλ / ∫ ȳ dλ is near the radiance at 555 nm.
    let y = 0.2126 * white[0] + 0.7152 * white[1] + 0.0722 * white[2]
    #expect(abs(Double(y) / Planck.radiance(555, 6504) - 1) < 0.05)
  }

  @Test("A regular and an irregular spectrum with the same values are the same colour") func spectra() throws {
    let scene = try loadScene(
      """
      <emitter type="point" id="a"><spectrum type="regular" name="intensity"><float name="wavelength_min" value="400"/>
      <float name="wavelength_max" value="700"/><string name="values" value="1, 2, 3, 2"/></spectrum></emitter>
      <emitter type="point" id="b"><spectrum type="irregular" name="intensity">
      <string name="wavelengths" value="400, 500, 600, 700"/><string name="values" value="1, 2, 3, 2"/></spectrum></emitter>
      <emitter type="point" id="c"><spectrum name="intensity" value="400:1, 500:2, 600:3, 700:2"/></emitter>
      """
    ).scene
    let values = try ["a", "b", "c"].map { try theta(scene, "\($0).intensity.value") }
    #expect(values[0] == values[1] && values[1] == values[2])
  }

  static let mesh = """
    ply
    format ascii 1.0
    element vertex 4
    property float x
    property float y
    property float z
    property float heat_0
    property uchar red
    property uchar green
    property uchar blue
    property float pair_0
    property float pair_1
    element face 1
    property list uchar int vertex_indices
    property float weight_0
    end_header
    0 0 0 1 10 20 30 5 6
    1 0 0 2 11 21 31 5 6
    1 1 0 3 12 22 32 5 6
    0 1 0 4 13 23 33 5 6
    4 0 1 2 3 0.5

    """

  @Test("PLY properties in ones and threes are attributes; a quad's value goes to both of its triangles")
  func attributes() throws {
    let mesh = try PLYReader.read(Array(Self.mesh.utf8), file: "m.ply")
    #expect(mesh.attributes.map(\.name) == ["vertex_heat", "vertex_color", "face_weight"])
    #expect(mesh.attributes[0].values == [1, 2, 3, 4])
    #expect(mesh.attributes[1].values == [10, 20, 30, 11, 21, 31, 12, 22, 32, 13, 23, 33])
    #expect(mesh.attributes[2].values == [0.5, 0.5])
    let again = try PLYReader.read(PLYWriter.bytes(of: mesh), file: "again.ply")
    #expect(again.attributes == mesh.attributes)
  }

  @Test("Attributes are parameters of their shape; a material that reads one the shape lacks is refused")
  func attributeKeys() throws {
    func text(_ name: String) -> String {
      """
      <shape type="ply" id="m"><string name="filename" value="m.ply"/><bsdf type="diffuse">
      <texture type="mesh_attribute" name="reflectance"><string name="name" value="\(name)"/></texture></bsdf></shape>
      """
    }
    let folder = SceneFolder(["m.ply": Self.mesh, "scene.xml": wrapped(text("vertex_color"))])
    let scene = try folder.load().scene
    #expect(try scene.structure.parameters.resolve("m.vertex_color").parameter.shape == [4, 3])
    _ = try scene.structure.parameters.resolve("m.bsdf.reflectance.scale")
    folder.write("other.xml", Data(wrapped(text("vertex_heart")).utf8))
    let other = try folder.load("other.xml").scene
    #expect { try Renderer(other) } throws: { "\($0)".contains("vertex_heart") }
  }
}
