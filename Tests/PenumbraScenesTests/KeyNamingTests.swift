import PenumbraScenes
import PenumbraTransport
import Testing

@Suite("Keys follow Mitsuba's traverse()")
struct KeyNamingTests {
  @Test("A shared BSDF answers to its id and to every shape that uses it")
  func sharedMaterial() throws {
    let table = try loadScene(
      """
      <bsdf type="diffuse" id="red"><rgb name="reflectance" value="0.5, 0.1, 0.2"/></bsdf>
      <shape type="sphere" id="a"><ref id="red"/></shape>
      <shape type="disk" id="b"><ref id="red"/></shape>
      """
    ).scene.structure.parameters
    let own = try #require(table["red.reflectance.value"])
    #expect(own.shape == [3])
    #expect(table["a.bsdf.reflectance.value"] == own)
    #expect(table["b.bsdf.reflectance.value"] == own)
  }

  @Test("A nested BSDF is named by its slot and also answers to its own id")
  func nestedMaterial() throws {
    let table = try loadScene(
      """
      <shape type="sphere" id="ball">
        <bsdf type="twosided" id="paint"><bsdf type="roughconductor"/></bsdf>
        <emitter type="area"><rgb name="radiance" value="1, 2, 3"/></emitter>
      </shape>
      """
    ).scene.structure.parameters
    #expect(table["ball.bsdf.brdf_0.alpha.value"]?.key == "ball.bsdf.brdf_0.alpha.value")
    #expect(table["paint.brdf_0.alpha.value"]?.key == "ball.bsdf.brdf_0.alpha.value")
    #expect(table["ball.emitter.radiance.value"]?.shape == [3])
  }

  @Test("A texture directly inside the scene keeps its name below every material")
  func sharedTexture() throws {
    let table = try loadScene(
      """
      <texture type="checkerboard" id="tiles"><rgb name="color0" value="0.1"/></texture>
      <bsdf type="diffuse" id="floor"><ref name="reflectance" id="tiles"/></bsdf>
      <shape type="rectangle" id="ground"><ref id="floor"/></shape>
      """
    ).scene.structure.parameters
    #expect(table["tiles.color0.value"]?.shape == [3])
    #expect(table["tiles.color1.value"]?.shape == [])
    #expect(table["floor.reflectance.color1.value"]?.key == "tiles.color1.value")
    #expect(table["ground.bsdf.reflectance.color1.value"]?.key == "tiles.color1.value")
  }

  @Test("Unnamed objects are called by their tag, numbered in document order, past names that are taken")
  func unnamedObjects() throws {
    let table = try loadScene(
      """
      <shape type="sphere"/><shape type="disk"/><bsdf type="diffuse" id="shape_1"/><shape type="rectangle"/>
      <sensor type="perspective"/><emitter type="constant"/>
      """
    ).scene.structure.parameters
    for key in [
      "shape.translate", "shape_2.bsdf.reflectance.value", "shape_3.to_world", "shape_1.reflectance.value",
      "sensor.x_fov", "emitter.radiance.value",
    ] { #expect(table[key] != nil, "\(key)") }
  }

  @Test("Sensors, shapes and posed emitters have the pose parameters the command line promises")
  func poses() throws {
    let table = try loadScene(
      """
      <sensor type="perspective" id="cam"/><shape type="cube" id="box"/>
      <emitter type="point" id="bulb"/><emitter type="directional" id="sun"/><emitter type="constant" id="sky"/>
      """
    ).scene.structure.parameters
    let expected: [(String, Bool, Bool)] = [
      ("cam.translate", true, true), ("cam.rotate", true, true), ("cam.x_fov", true, true),
      ("box.translate", true, true), ("box.rotate", true, true), ("box.scale", true, true),
      ("box.vertex_positions", true, true), ("box.vertex_normals", true, false),
      ("bulb.translate", true, true), ("bulb.position", true, true), ("sun.rotate", true, true),
      ("sky.radiance.value", true, false),
    ]
    for (key, isDifferentiable, movesDiscontinuities) in expected {
      let parameter = try #require(table[key], "\(key)")
      #expect(parameter.isDifferentiable == isDifferentiable, "\(key)")
      #expect(parameter.movesDiscontinuities == movesDiscontinuities, "\(key)")
    }
    for key in ["cam.scale", "bulb.rotate", "sun.translate", "sky.rotate"] { #expect(table[key] == nil, "\(key)") }
  }

  @Test("Principled inputs carry the suffix of their kind; eta and specular have none")
  func principled() throws {
    let table = try loadScene("<bsdf type=\"principled\" id=\"p\"/><bsdf type=\"dielectric\" id=\"g\"/>").scene
      .structure.parameters
    for name in [
      "base_color", "roughness", "anisotropic", "metallic", "spec_trans", "spec_tint", "sheen", "sheen_tint",
      "flatness", "clearcoat", "clearcoat_gloss",
    ] { #expect(table["p.\(name).value"] != nil, "\(name)") }
    #expect(table["p.specular"]?.shape == [])
    #expect(table["g.eta"]?.shape == [])
  }

  @Test("An alias is another id of the same object")
  func alias() throws {
    let table = try loadScene(
      """
      <bsdf type="diffuse" id="a"/><alias id="a" as="b"/><shape type="sphere" id="s"><ref id="b"/></shape>
      """
    ).scene.structure.parameters
    #expect(table["b.reflectance.value"]?.key == "a.reflectance.value")
    #expect(table["s.bsdf.reflectance.value"]?.key == "a.reflectance.value")
  }
}
