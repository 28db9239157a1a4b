import PenumbraScenes
import PenumbraTransport
import Testing

@Suite("Transforms compose as in Mitsuba: the first listed is applied first")
struct TransformTests {
  @Test(
    "Steps give the matrices worked out by hand",
    arguments: [
      ("<translate x=\"1\"/><scale value=\"2\"/>", [2, 0, 0, 2, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1]),
      ("<scale x=\"2\"/><translate value=\"1, 2, 3\"/>", [2, 0, 0, 1, 0, 1, 0, 2, 0, 0, 1, 3, 0, 0, 0, 1]),
      ("<rotate z=\"1\" angle=\"90\"/>", [0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
      // Mitsuba takes the axis as it is: cos φ · 1 + sin φ · [a]× + (1 − cos φ) · a aᵀ.
      ("<rotate value=\"3 0 0\" angle=\"90\"/>", [9, 0, 0, 0, 0, 0, -3, 0, 0, 3, 0, 0, 0, 0, 0, 1]),
      ("<matrix value=\"1 2 3 4 5 6 7 8 10\"/>", [1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 10, 0, 0, 0, 0, 1]),
      (
        "<lookat origin=\"0,0,4\" target=\"0,0,0\" up=\"0,1,0\"/>",
        [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 4, 0, 0, 0, 1]
      ),
      ("<lookat origin=\"0,0,1\" target=\"0,0,0\"/>", [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0, 1]),
    ] as [(String, [Float])])
  func steps(content: String, expected: [Float]) throws {
    let scene = try loadScene(
      "<shape type=\"rectangle\" id=\"r\"><transform name=\"to_world\">\(content)</transform></shape>"
    ).scene
    for (a, b) in zip(scene.values("r.to_world"), expected) { #expect(abs(a - b) < 1e-6, "\(content)") }
  }

  @Test("A sphere's centre and radius act before to_world")
  func sphere() throws {
    let scene = try loadScene(
      """
      <shape type="sphere" id="s"><point name="center" x="1" y="0" z="0"/><float name="radius" value="3"/>
        <transform name="to_world"><scale value="2"/></transform></shape>
      """
    ).scene
    #expect(scene.values("s.to_world") == [6, 0, 0, 2, 0, 6, 0, 0, 0, 0, 6, 0, 0, 0, 0, 1])
  }

  @Test("Meshes are baked to world space, normals by the inverse transpose")
  func mesh() throws {
    let scene = try loadScene(
      """
      <shape type="cube" id="c"><transform name="to_world"><matrix value="1 1 0 0  0 1 0 0  0 0 1 5  0 0 0 1"/>
      </transform></shape>
      """
    ).scene
    #expect(scene.values("c.vertex_positions").count == 72)
    #expect(Array(scene.values("c.vertex_positions")[0..<3]) == [0, -1, 4])
    let half = Float(0.5).squareRoot()
    let normal = Array(scene.values("c.vertex_normals")[24..<27])
    for (a, b) in zip(normal, [half, -half, 0]) { #expect(abs(a - b) < 1e-6) }
  }

  @Test("A direction becomes the +z axis of the light's frame")
  func direction() throws {
    let scene = try loadScene(
      "<emitter type=\"directional\" id=\"d\"><vector name=\"direction\" value=\"0.3,-0.4,0.8\"/></emitter>"
    ).scene
    // From Mitsuba 3.9.1.
    let expected: [Float] = [-0.0729608, 0.945279, 0.317999, 0, -0.902719, 0.0729608, -0.423999]
    for (a, b) in zip(scene.values("d.to_world"), expected) { #expect(abs(a - b) < 1e-5) }
  }
}
