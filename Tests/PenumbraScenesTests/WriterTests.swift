import Foundation
import PenumbraImages
@testable import PenumbraScenes
import PenumbraTransport
import Testing

@Suite("Written scenes load again")
struct WriterTests {
  static let everything = """
    <path value="maps"/>
    <integrator type="path"><integer name="max_depth" value="5"/></integrator>
    <sensor type="perspective" id="cam"><float name="fov" value="40"/><string name="fov_axis" value="y"/>
      <transform name="to_world"><lookat origin="1,2,4" target="0,0.1,0" up="0,1,0"/></transform>
      <sampler type="multijitter"><integer name="sample_count" value="16"/></sampler>
      <film type="hdrfilm"><integer name="width" value="30"/><integer name="height" value="20"/><rfilter type="tent"/>
      </film></sensor>
    <sensor type="orthographic"/>
    <texture type="bitmap" id="grey"><string name="filename" value="grey.exr"/></texture>
    <bsdf type="diffuse" id="cloth"><ref name="reflectance" id="grey"/></bsdf>
    <bsdf type="principled" id="paint"><float name="eta" value="1.4"/>
      <texture type="bitmap" name="base_color"><string name="filename" value="color.pfm"/>
      <string name="wrap_mode" value="clamp"/><transform name="to_uv"><scale value="3"/></transform></texture></bsdf>
    <bsdf type="roughconductor" id="gold"><string name="material" value="Au"/><float name="alpha" value="0.2"/></bsdf>
    <bsdf type="dielectric" id="glass"/><bsdf type="conductor" id="mirror"/>
    <bsdf type="roughdielectric" id="frost"><string name="int_ior" value="water"/><float name="alpha" value="0.2"/></bsdf>
    <bsdf type="thindielectric" id="window"/><bsdf type="null" id="air"/>
    <bsdf type="plastic" id="toy"><boolean name="nonlinear" value="true"/></bsdf>
    <bsdf type="roughplastic" id="lacquer"><float name="alpha" value="0.3"/></bsdf>
    <bsdf type="roughplastic" id="worn"><texture type="checkerboard" name="alpha"><float name="color0" value="0.2"/>
      <float name="color1" value="0.3"/></texture></bsdf>
    <bsdf type="principledthin" id="leaf"><float name="diff_trans" value="1.5"/></bsdf>
    <bsdf type="mask" id="cut"><float name="opacity" value="0.25"/><bsdf type="twosided"><ref id="toy"/></bsdf></bsdf>
    <bsdf type="blendbsdf" id="mix"><float name="weight" value="0.4"/><ref id="cut"/><ref id="lacquer"/></bsdf>
    <bsdf type="normalmap" id="dented"><ref name="normalmap" id="grey"/><ref id="gold"/></bsdf>
    <bsdf type="bumpmap" id="rough"><float name="scale" value="0.5"/><ref name="any" id="grey"/><ref id="gold"/>
      <boolean name="use_shadowing_function" value="false"/></bsdf>
    <bsdf type="twosided" id="both"><boolean name="allow_transmission" value="true"/><ref id="mix"/><ref id="frost"/></bsdf>
    <shape type="sphere" id="ball"><point name="center" value="1,2,3"/><float name="radius" value="0.3"/>
      <ref id="paint"/></shape>
    <shape type="cube" id="box \\$1"><transform name="to_world"><rotate y="1" angle="33"/><translate x="2"/></transform>
      <bsdf type="twosided"><ref id="cloth"/></bsdf></shape>
    <shape type="rectangle"><boolean name="flip_normals" value="true"/>
      <emitter type="area" id="lamp"><spectrum name="radiance" value="400:1, 700:3"/></emitter></shape>
    <shape type="obj" id="tri"><string name="filename" value="tri.obj"/><ref id="gold"/></shape>
    <emitter type="point" id="bulb"><transform name="to_world"><translate x="1"/></transform></emitter>
    <emitter type="directional" id="sun"><vector name="direction" value="0,-1,0.5"/></emitter>
    <emitter type="envmap" id="sky"><texture type="bitmap"><string name="filename" value="color.pfm"/></texture>
      <float name="scale" value="0.5"/></emitter>
    <alias id="gold" as="metal"/>
    """

  let folder = SceneFolder(["scene.xml": wrapped(everything), "maps/tri.obj": MeshFileTests.square + "f 1 2 3 4\n"])

  init() throws {
    let color = Image(width: 3, height: 2, values: (0..<18).map { Float($0) / 20 })
    let grey = Image(width: 2, height: 2, channels: ["Y"], values: [0, 0.25, 0.5, 1])
    try color.write(to: folder.path + "/maps/color.pfm")
    try grey.write(to: folder.path + "/maps/grey.exr")
  }

  @Test("Load, write, load: the same keys, shapes, aliases and θ, bit for bit")
  func roundTrip() throws {
    let first = try folder.load()
    try SceneWriter.write(first, to: folder.path + "/out")
    let second = try folder.load("out/scene.xml")
    let (a, b) = (first.scene, second.scene)
    #expect(Set(a.structure.parameters.all.map(\.key)) == Set(b.structure.parameters.all.map(\.key)))
    for parameter in a.structure.parameters.all {
      let other = try #require(b.structure.parameters[parameter.key], "\(parameter.key)")
      #expect(parameter.shape == other.shape, "\(parameter.key)")
      #expect(Set(parameter.aliases) == Set(other.aliases), "\(parameter.key)")
      #expect(
        a.values(parameter.key).map(\.bitPattern) == b.values(parameter.key).map(\.bitPattern), "\(parameter.key)")
    }
    #expect(a.structure.sensors.map(\.film) == b.structure.sensors.map(\.film))
    #expect(a.structure.sensors.map(\.sampler) == b.structure.sensors.map(\.sampler))
    #expect(a.structure.integrator == b.structure.integrator)
    #expect(a.structure.materials.map(\.children) == b.structure.materials.map(\.children))
    #expect(a.structure.shapes.map(\.flipNormals) == b.structure.shapes.map(\.flipNormals))
    let files = try SceneWriter.files(of: second).map(\.path)
    #expect(try SceneWriter.files(of: first).map(\.path) == files)
    #expect(files.last == "scene.xml")
  }

  @Test("Changed values and poses are written; poses start at zero again")
  func changes() throws {
    var loaded = try folder.load()
    try loaded.scene.set("paint.roughness.value", to: "0.125")
    try loaded.scene.set("grey.data[2]", to: "0.75")
    try loaded.scene.set("frost.eta", to: "1.2")
    try loaded.scene.set("lacquer.alpha", to: "0.5")
    try loaded.scene.set("mix.weight.value", to: "0.7")
    try loaded.scene.set("rough.scale", to: "-2")
    try loaded.scene.set("ball.translate", to: "0.5, 0, 0")
    try loaded.scene.set("ball.scale", to: "2")
    try loaded.scene.set("box $1.rotate[1]", to: "\(Float.pi)")
    try loaded.scene.set("bulb.translate", to: "0, 3, 0")
    try loaded.scene.set("cam.translate", to: "0, 0, -1")
    try SceneWriter.write(loaded, to: folder.path + "/out")
    let scene = try folder.load("out/scene.xml").scene
    #expect(scene.values("paint.roughness.value") == [0.125])
    #expect(scene.values("grey.data") == [0, 0.25, 0.75, 1])
    #expect(scene.values("frost.eta") == [1.2])
    #expect(scene.values("lacquer.alpha") == [0.5])
    #expect(scene.values("mix.weight.value") == [0.7])
    #expect(scene.values("rough.scale") == [-2])
    #expect(scene.values("ball.to_world") == [0.6, 0, 0, 1.5, 0, 0.6, 0, 2, 0, 0, 0.6, 3, 0, 0, 0, 1])
    #expect(scene.values("bulb.position") == [1, 3, 0])
    #expect(scene.values("cam.to_world")[11] == 3)
    for key in ["ball.translate", "box $1.rotate", "bulb.translate", "cam.translate"] {
      #expect(scene.values(key) == [0, 0, 0])
    }
    // Half a turn about the vertical through the centre maps the box onto itself, each corner to the opposite one.
    let before = loaded.scene.values("box $1.vertex_positions")
    let after = scene.values("box $1.vertex_positions")
    for index in 0..<24 {
      #expect(abs(after[3 * index] - (4 - before[3 * index])) < 1e-5)
      #expect(abs(after[3 * index + 1] - before[3 * index + 1]) < 1e-5)
      #expect(abs(after[3 * index + 2] + before[3 * index + 2]) < 1e-5)
    }
  }

  @Test("The size of the film that was asked for is written")
  func filmSize() throws {
    let loaded = try folder.load(options: SceneLoadOptions(filmSize: (12, 34)))
    try SceneWriter.write(loaded, to: folder.path + "/out")
    for sensor in try folder.load("out/scene.xml").scene.structure.sensors {
      #expect((sensor.film.width, sensor.film.height) == (12, 34))
    }
  }
}
