import Foundation
import PenumbraImages
import PenumbraInverse
import PenumbraScenes
import PenumbraTransport
import Testing

@testable import PenumbraReconstruction

@Suite("Whole runs") struct RunTests {
  private let temporary: TemporaryFolder

  init() throws { temporary = try TemporaryFolder("photos of a sphere") }

  /// Photos of a sphere with a mask in alpha and their cameras, on disk.
  private func photos(count: Int) throws -> String {
    let folder = try temporary.folder()
    var frames: [String] = []
    for photo in SyntheticPhotos.sphere(radius: 0.7, center: .zero, count: count, side: 48) {
      let mask = try #require(photo.mask)
      let values = mask.flatMap { $0 > 0 ? [0.5, 0.4, 0.3, $0] : [0, 0, 0, 0] }
      try Image(width: 48, height: 48, channels: ["R", "G", "B", "A"], values: values)
        .write(to: "\(folder)/\(photo.name).png")
      let m = CameraConvention.openGL.cameraToWorld(photo.camera.pose)
      let rows = (0..<4).map { "[" + m[(4 * $0)..<(4 * $0 + 4)].map { "\($0)" }.joined(separator: ",") + "]" }
      frames.append(
        "{\"file_path\": \"\(photo.name).png\", \"transform_matrix\": [\(rows.joined(separator: ","))]}")
    }
    let text = "{\"fl_x\": \(1.4 * 48), \"frames\": [\(frames.joined(separator: ","))]}"
    try text.write(toFile: "\(folder)/transforms.json", atomically: true, encoding: .utf8)
    return folder
  }

  @Test("A sphere's photos become a watertight sphere that renders like them and loads again")
  func sphere() throws {
    let folder = try photos(count: 16)
    var options = ReconstructionOptions(photos: folder, output: "\(folder)/out", preset: .preview)
    options.timeBudget = 40
    options.turntable = 2
    let result = try Reconstruction(options).run()
    for file in [
      "scene.xml", "scene.glb", "meshes/object.ply", "textures/base_color.png", "history.csv", "result.json",
      "report.html", "renders/000_render.png", "turntable/001.png", "checkpoint/state.bin",
    ] {
      #expect(FileManager.default.fileExists(atPath: "\(folder)/out/\(file)"), "\(file)")
    }
    #expect(result.text.contains("\"watertight\": true"))
    let loaded = try SceneReader.load(path: "\(folder)/out/scene.xml")
    #expect(loaded.scene.structure.sensors.count == 16)
    let saved = try String(contentsOfFile: "\(folder)/out/result.json", encoding: .utf8)
    let held = try #require(saved.firstMatch(of: #/"psnr_mask": ([0-9.]+)/#))
    let psnr = try #require(Double(held.1))
    // One colour under light from everywhere: what is left is noise and the sphere's facets.
    #expect(psnr > 24)
    // What is finished is not done again.
    options.resumes = true
    options.turntable = 0
    let before = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/out/meshes/object.ply"))
    _ = try Reconstruction(options).run()
    #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/out/meshes/object.ply")) == before)
    options.seed = 5
    #expect(throws: ReconstructionError.self) { try Reconstruction(options).run() }
  }

  @Test("A state file is read back, and refused when any part is cut off")
  func stateFile() throws {
    var file = StateFile()
    file.set("a", [1.5, -2] as [Float])
    file.set("b", [7, 8, 9] as [UInt32])
    let bytes = file.bytes
    let back = try #require(StateFile(bytes: bytes))
    #expect(back.floats("a") == [1.5, -2] && back["b"] == [7, 8, 9] && back["c"] == nil)
    for length in 0..<bytes.count { #expect(StateFile(bytes: Array(bytes.prefix(length))) == nil) }
  }
}
