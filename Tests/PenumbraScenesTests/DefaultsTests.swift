import Foundation
import PenumbraScenes
import PenumbraTransport
import Testing

@Suite("Defaults and units are Mitsuba's")
struct DefaultsTests {
  @Test("A bare camera has a 35 mm film behind 50 mm, 768×576 pixels, a gaussian filter and 4 samples")
  func camera() throws {
    let scene = try loadScene("<sensor type=\"perspective\"/>").scene
    let sensor = scene.structure.sensors[0]
    #expect(abs(scene.values("sensor.x_fov")[0] - 38.185) < 1e-3)
    #expect((sensor.film.width, sensor.film.height) == (768, 576))
    #expect(sensor.film.filter == .gaussian(standardDeviation: 0.5))
    #expect(sensor.sampler == SamplerSettings(kind: .sobol, samplesPerPixel: 4))
    #expect((sensor.nearClip, sensor.farClip) == (0.01, 10000))
  }

  @Test(
    "fov_axis is resolved to horizontal degrees on the film that is rendered",
    arguments: [("x", 40), ("y", 51.774), ("diagonal", 32.4686), ("larger", 40), ("smaller", 51.774)])
  func fieldOfView(axis: String, expected: Double) throws {
    let text = """
      <sensor type="perspective"><float name="fov" value="40"/><string name="fov_axis" value="\(axis)"/></sensor>
      """
    #expect(abs(Double(try loadScene(text).scene.values("sensor.x_fov")[0]) - expected) < 1e-3)
    let square = try loadScene(text, options: SceneLoadOptions(filmSize: (64, 64))).scene
    let onSquare = axis == "diagonal" ? 28.8655 : 40
    #expect(abs(Double(square.values("sensor.x_fov")[0]) - onSquare) < 1e-3)
  }

  @Test("Indices of refraction are interior over exterior")
  func dielectric() throws {
    let scene = try loadScene(
      """
      <bsdf type="dielectric" id="a"/>
      <bsdf type="dielectric" id="b"><string name="int_ior" value="Water"/><float name="ext_ior" value="1"/></bsdf>
      """
    ).scene
    #expect(abs(scene.values("a.eta")[0] - 1.50418) < 1e-5)
    #expect(abs(scene.values("b.eta")[0] - 1.333) < 1e-6)
  }

  @Test("A conductor without material is a perfect mirror; names give colours")
  func conductors() throws {
    let scene = try loadScene(
      """
      <bsdf type="conductor" id="a"/>
      <bsdf type="roughconductor" id="b"><string name="material" value="Au"/></bsdf>
      """
    ).scene
    #expect(scene.values("a.eta.value") == [0])
    #expect(scene.values("a.k.value") == [1])
    #expect(scene.values("b.eta.value").count == 3)
    #expect(abs(scene.values("b.eta.value")[2] - 1.44205) < 1e-4)
  }

  @Test("A shape without BSDF is diffuse ½, black when it is a light")
  func defaultMaterial() throws {
    let scene = try loadScene(
      "<shape type=\"disk\" id=\"a\"/><shape type=\"disk\" id=\"b\"><emitter type=\"area\"/></shape>"
    ).scene
    #expect(scene.values("a.bsdf.reflectance.value") == [0.5])
    #expect(scene.values("b.bsdf.reflectance.value") == [0])
    #expect(scene.values("b.emitter.radiance.value") == [1])
  }

  @Test("Spectra become the colours Mitsuba 3.9.1 gives them (checked with load_string)")
  func spectra() throws {
    let scene = try loadScene(
      """
      <bsdf type="diffuse" id="a"><spectrum name="reflectance" value="400:0.78, 700:0.78"/></bsdf>
      <bsdf type="diffuse" id="b"><spectrum name="reflectance" value="400:0, 500:1, 530:1, 600:0"/></bsdf>
      <bsdf type="conductor" id="c"><spectrum name="eta" value="400:3, 500:1, 700:0.2"/></bsdf>
      <emitter type="constant" id="d"><spectrum name="radiance" value="400:0, 500:8, 600:15.6, 700:18.4"/></emitter>
      <emitter type="point" id="e"><spectrum name="intensity" value="3"/></emitter>
      <emitter type="point" id="f"><float name="intensity" value="2"/></emitter>
      <emitter type="point" id="g">
        <spectrum type="d65" name="intensity"><float name="scale" value="2"/></spectrum></emitter>
      """)
    let expected: [(String, [Float])] = [
      ("a.reflectance.value", [0.77636677, 0.77981, 0.7760291]), ("b.reflectance.value", [0, 0.8184371, 0.531641]),
      ("c.eta.value", [0.4739949, 0.7662466, 2.0541391]), ("d.radiance.value", [20.710836, 10.854635, 2.771152]),
      ("e.intensity.value", [3.6143818, 2.844873, 2.7267482]), ("f.intensity.value", [2, 2, 2]),
      ("g.intensity.value", [2]),
    ]
    for (key, values) in expected {
      let found = scene.scene.values(key)
      #expect(found.count == values.count)
      for (a, b) in zip(found, values) { #expect(abs(a - b) < 1e-5 * max(1, b), "\(key): \(found)") }
    }
    #expect(scene.warnings.count == 1)
  }

  @Test(
    "Integrators of Mitsuba that estimate the same picture set the depth they have there",
    arguments: [
      ("path", "", -1), ("path", "<integer name=\"max_depth\" value=\"3\"/>", 3), ("direct", "", 2), ("prb", "", 6),
      ("prb_projective", "", 6), ("direct_projective", "", 2), ("ptracer", "", -1), ("volpathmis", "", -1),
      ("moment", "<integrator type=\"direct\"/>", 2),
      ("aov", "<string name=\"aovs\" value=\"d:depth,n:sh_normal\"/><integrator type=\"prb\"/>", 6),
    ])
  func integrators(type: String, content: String, depth: Int) throws {
    let settings = try loadScene("<integrator type=\"\(type)\">\(content)</integrator>").scene.structure.integrator
    #expect(settings.maxDepth == depth)
    #expect(
      settings.aovs.map(\.kind)
        == (type == "aov" ? [.depth, .normal] : type == "moment" ? [.tristimulus, .secondMoment] : []))
  }

  @Test("Files before version 2 may write camelCase; later ones may not")
  func legacyNames() throws {
    let text = """
      <bsdf type="dielectric" id="g"><float name="intIOR" value="1.5"/><float name="extIOR" value="1"/></bsdf>
      <bsdf type="diffuse" id="d"><rgb name="diffuseReflectance" value="0.2"/></bsdf>
      <texture type="checkerboard" id="t"><float name="uscale" value="4"/><float name="voffset" value="2"/></texture>
      """
    let scene = try loadScene(text, version: "0.6.0").scene
    #expect(scene.values("g.eta") == [1.5])
    #expect(scene.values("d.reflectance.value") == [0.2, 0.2, 0.2])
    guard case .checkerboard(_, _, _, _, let uv) = scene.structure.textures[scene.structure.textures.count - 1] else {
      Issue.record("expected a checkerboard")
      return
    }
    #expect(uv == UVTransform(u: [4, 0], v: [0, 1], translation: [0, 2], parameter: uv.parameter))
    #expect(refusal { try loadScene(text) }?.code == .unknownName)
  }

  @Test("Defaults, -D and nested includes give $names their values")
  func substitution() throws {
    let folder = SceneFolder([
      "scene.xml": wrapped("<path value=\"parts\"/><include filename=\"inner.xml\"/>"),
      "parts/inner.xml": wrapped(
        """
        <default name="re" value="9"/><default name="res" value="32"/><include filename="more/leaf.xml"/>
        <sensor type="perspective"><film type="hdrfilm"><integer name="width" value="$res"/>
        <integer name="height" value="$h"/></film></sensor>
        """),
      "parts/more/leaf.xml": wrapped("<default name=\"h\" value=\"1$re\"/>"),
    ])
    let film = try folder.load().scene.structure.sensors[0].film
    #expect((film.width, film.height) == (32, 19))
    let other = try folder.load(options: SceneLoadOptions(defines: ["res": "7", "h": "5"])).scene.structure.sensors[0]
    #expect((other.film.width, other.film.height) == (7, 5))
  }
}
