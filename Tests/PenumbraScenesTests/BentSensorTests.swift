import PenumbraScenes
import PenumbraTransport
import Testing

@Suite("Cameras that Mitsuba does not have")
struct BentSensorTests {
  private func sensor(_ type: String, _ properties: String) -> String {
    """
    <sensor type="\(type)" id="cam">\(properties)<film type="hdrfilm"><integer name="width" value="40"/>
    <integer name="height" value="20"/></film></sensor>
    """
  }

  @Test("Given coefficients are parameters, the others are 0 without a key") func coefficients() throws {
    let scene = try loadScene(
      sensor("perspective", #"<float name="k1" value="-0.2"/><float name="p2" value="0.01"/>"#)
    ).scene
    let parameters = scene.structure.parameters
    let first = try #require(scene.structure.sensors[0].distortion)
    #expect(Array(scene.theta[first..<(first + 8)]) == [-0.2, 0, 0, 0, 0, 0, 0, 0.01])
    #expect(parameters["cam.k1"]?.offset == first && parameters["cam.p2"]?.offset == first + 7)
    #expect(parameters["cam.k1"]?.movesDiscontinuities == true && parameters["cam.k2"] == nil)
  }

  @Test("A camera without coefficients has none") func plain() throws {
    #expect(try loadScene(sensor("perspective", "")).scene.structure.sensors[0].distortion == nil)
    #expect(try loadScene(sensor("fisheye", "")).scene.structure.sensors[0].distortion == nil)
  }

  @Test("A fisheye spreads its field of view along the axis that is asked for, 180° over the width by default")
  func fisheye() throws {
    for (text, expected) in [
      ("", Float(180)), (#"<float name="fov" value="100"/>"#, 100),
      (#"<float name="fov" value="100"/><string name="fov_axis" value="y"/>"#, 200),
    ] {
      let scene = try loadScene(sensor("fisheye", text)).scene
      let range = try scene.structure.parameters.resolve("cam.x_fov").range
      #expect(scene.theta[range.lowerBound] == expected)
    }
  }

  @Test(
    "Coefficients and fields of view out of range are refused at their place",
    arguments: [
      ("fisheye", #"<float name="fov" value="350"/>"#), ("fisheye", #"<float name="k5" value="1"/>"#),
      ("perspective", #"<float name="k1" value="1e9"/>"#), ("perspective", #"<string name="k1" value="x"/>"#),
      ("orthographic", #"<float name="k1" value="0.1"/>"#), ("fisheye", #"<float name="p1" value="0.1"/>"#),
    ])
  func refused(_ type: String, _ properties: String) {
    #expect(throws: SceneError.self) { try loadScene(sensor(type, properties)) }
  }

  @Test("Bent cameras are written back with their numbers and a comment, and load again") func written() throws {
    for (type, text) in [
      ("perspective", #"<float name="k1" value="-0.2"/><float name="p2" value="0.01"/>"#),
      ("fisheye", #"<float name="fov" value="120"/><float name="k2" value="0.03"/>"#),
    ] {
      let folder = SceneFolder(["scene.xml": wrapped(sensor(type, text))])
      let loaded = try folder.load()
      try SceneWriter.write(loaded, to: folder.path + "/out")
      let again = try folder.load("out/scene.xml").scene
      #expect(again.structure.sensors[0].projection == loaded.scene.structure.sensors[0].projection)
      #expect(again.theta == loaded.scene.theta)
    }
  }
}
