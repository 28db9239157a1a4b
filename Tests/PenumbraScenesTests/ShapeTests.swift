import PenumbraTransport
import Testing

@testable import PenumbraScenes

@Suite("Cylinders, groups and instances")
struct ShapeTests {
  @Test("A cylinder reaches from p0 to p1; its keys are to_world and its pose")
  func cylinder() throws {
    let scene = try loadScene(
      """
      <shape type="cylinder" id="pipe">
        <point name="p0" value="1, 0, 0"/><point name="p1" value="1, 0, 3"/><float name="radius" value="0.5"/>
      </shape>
      """
    ).scene
    #expect(scene.values("pipe.to_world") == [0.5, 0, 0, 1, 0, 0.5, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1])
    #expect(scene.values("pipe.translate") == [0, 0, 0])
  }

  static let group = """
    <shape type="shapegroup" id="grp">
      <shape type="cube" id="a"/><shape type="sphere"/><shape type="rectangle"/>
    </shape>
    """

  @Test("Shapes of a group have keys below it; an instance has a placement of its own and no vertices")
  func keys() throws {
    let scene = try loadScene(
      Self.group + """
        <shape type="instance" id="one"><ref id="grp"/></shape>
        <shape type="instance" id="two">
          <ref id="grp"/><transform name="to_world"><scale x="2"/><translate y="1"/></transform>
        </shape>
        """
    ).scene
    let keys = scene.structure.parameters
    for key in [
      "grp.a.bsdf.reflectance.value", "grp.a.vertex_positions", "grp.shape.to_world", "grp.shape_1.to_world",
      "one.to_world", "two.translate",
    ] { #expect(keys[key] != nil, "\(key)") }
    #expect(scene.values("two.to_world") == [2, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1])
    #expect(scene.structure.shapes.count == 3)
    #expect(scene.structure.instances.map(\.pivot) == [[0, 0, 0], [0, 1, 0]])
  }

  @Test(
    "What cannot be instanced is refused",
    arguments: [
      ("<shape type=\"instance\"/>", "expected one shapegroup in an instance, found none"),
      ("<shape type=\"instance\"><shape type=\"sphere\"/></shape>", "found a sphere"),
      (group + "<shape type=\"instance\"><ref id=\"grp\"/><bsdf type=\"diffuse\"/></shape>", "no place for this bsdf"),
      (
        "<shape type=\"shapegroup\"><shape type=\"sphere\"><emitter type=\"area\"/></shape></shape>",
        "shapes inside a shapegroup cannot emit light"
      ),
      (
        group + "<shape type=\"shapegroup\"><shape type=\"instance\"><ref id=\"grp\"/></shape></shape>",
        "instances inside a shapegroup are not permitted"
      ),
      (
        group
          + "<shape type=\"instance\"><ref id=\"grp\"/><transform name=\"to_world\"><scale x=\"0\"/></transform></shape>",
        "expected an invertible affine transform"
      ),
    ])
  func refusals(content: String, message: String) {
    let error = refusal { try loadScene(content) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "accepted")")
  }

  @Test("Written groups, instances and cylinders read back to the same numbers")
  func roundTrip() throws {
    var loaded = try loadScene(
      Self.group + """
        <shape type="instance" id="one"><ref id="grp"/><transform name="to_world"><scale x="2"/></transform></shape>
        <shape type="cylinder" id="pipe"><point name="p1" value="0.3, 2, 1"/></shape>
        """)
    let before = loaded.scene.values("one.to_world")
    try loaded.scene.set("one.translate", to: "0, 0, 2")
    let folder = SceneFolder()
    try SceneWriter.write(loaded, to: folder.path)
    let again = try folder.load().scene
    var expected = before
    expected[11] += 2
    #expect(again.values("one.to_world") == expected)
    #expect(again.values("pipe.to_world") == loaded.scene.values("pipe.to_world"))
    #expect(again.values("grp.a.vertex_positions") == loaded.scene.values("grp.a.vertex_positions"))
  }
}
