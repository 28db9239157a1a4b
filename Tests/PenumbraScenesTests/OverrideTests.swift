import PenumbraScenes
import PenumbraTransport
import Testing

@Suite("--set")
struct OverrideTests {
  let scene: Scene

  init() throws {
    scene = try loadScene(
      """
      <bsdf type="diffuse" id="red"><rgb name="reflectance" value="0.5, 0.1, 0.2"/></bsdf><sensor type="perspective"/>
      """
    ).scene
  }

  @Test("sets all numbers, one number for a colour, and one element")
  func sets() throws {
    var scene = scene
    try scene.set("red.reflectance.value", to: "0.6,0.1, 0.3")
    #expect(scene.values("red.reflectance.value") == [0.6, 0.1, 0.3])
    try scene.set("red.reflectance.value", to: "0.25")
    #expect(scene.values("red.reflectance.value") == [0.25, 0.25, 0.25])
    try scene.set("red.reflectance.value[1]", to: "1")
    #expect(scene.values("red.reflectance.value") == [0.25, 1, 0.25])
    try scene.set("sensor.translate", to: "-1 2e1 3")
    #expect(scene.values("sensor.translate") == [-1, 20, 3])
  }

  @Test(
    "refuses unknown keys, wrong counts, words and numbers out of bounds",
    arguments: [
      ("red.reflectanse.value", "1", SceneError.Code.unknownName), ("red.reflectance.value", "1,0", .wrongType),
      ("red.reflectance.value", "1.5", .outOfRange), ("red.reflectance.value[3]", "1", .unknownName),
      ("sensor.translate", "1", .wrongType), ("sensor.x_fov", "nan", .wrongType), ("sensor.x_fov", "", .wrongType),
      ("sensor.x_fov", "wide", .wrongType),
    ])
  func refuses(key: String, text: String, code: SceneError.Code) {
    var scene = scene
    #expect {
      try scene.set(key, to: text)
    } throws: {
      ($0 as? SceneError)?.code == code
    }
    #expect(scene.theta == self.scene.theta)
  }
}
