import PenumbraScenes
import PenumbraTransport
import Testing

@Suite("The shared scene collection", .enabled(if: SharedData.isPresent, "needs ../shared"))
struct SharedSceneTests {
  /// Scenes this version must load; the others must name what they need.
  static let supported: Set<String> = [
    "cbox.xml", "test_textured_diffuse_path.xml", "test_textured_roughconductor_path.xml",
    "test_constant_path.xml", "test_arealight_path.xml", "test_roughdielectric_path.xml",
    "test_roughplastic_nonlinear_path.xml", "test_bumpmap_path.xml", "test_normalmap_path.xml",
    "test_texturedprincipled1_path.xml", "test_orthographic_path.xml", "test_texture_interp_direct.xml",
    "test_various_shapes_path.xml",
  ]
  static let unsupportedCases = [
    "spot_rotate", "thinlens_focus_distance", "vertex_normals",
  ]

  @Test("Mitsuba's test scenes load, or the error names what is not supported yet")
  func collection() {
    for path in SharedData.scenes(in: "data/mitsuba-scenes")
    where !path.contains("/fragments/") && !path.contains("/include/") {
      let name = path.split(separator: "/").last.map(String.init) ?? ""
      check(path, mustLoad: Self.supported.contains(name))
    }
  }

  @Test("The gradient references load, or the error names what is not supported yet")
  func gradients() {
    for path in SharedData.scenes(in: "reference/gradients") {
      check(path, mustLoad: !Self.unsupportedCases.contains { path.contains("/\($0)/") })
    }
  }

  private func check(_ path: String, mustLoad: Bool) {
    do {
      let loaded = try SceneReader.load(path: path)
      #expect(!loaded.scene.structure.sensors.isEmpty, "\(path)")
    } catch {
      #expect(!mustLoad, "\(error)")
      #expect(error.code == .unsupported, "\(error)")
    }
  }
}
