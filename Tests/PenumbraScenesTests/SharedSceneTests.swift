import PenumbraScenes
import PenumbraTransport
import Testing

@Suite(.enabled(if: SharedData.isPresent, "needs ../shared"))
struct SharedSceneTests {
  @Test("Every scene of the collection loads, or its error names a plugin that is not supported yet")
  func loadsOrNamesThePlugin() {
    for path in SharedData.scenes(in: "data/mitsuba-scenes") + SharedData.scenes(in: "reference/gradients") {
      do {
        let loaded = try SceneReader.load(path: path)
        print("ok", path, loaded.scene.theta.count, loaded.warnings)
      } catch {
        print(error)
      }
    }
  }
}
