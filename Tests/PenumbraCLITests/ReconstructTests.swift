import Foundation
import Penumbra
import Testing

@testable import PenumbraCLI

@Suite("Reconstruction from the command line") struct ReconstructTests {
  private let penumbra: Executable

  init() throws {
    penumbra = try #require(try Executable(), "penumbra is built beside the tests")
    try FileManager.default.createDirectory(
      atPath: penumbra.path("photos/masks"), withIntermediateDirectories: true)
    for i in 0..<3 { try Image(width: 8, height: 6, repeating: 0.5).write(to: penumbra.path("photos/\(i).png")) }
  }

  @Test(
    "What cannot be used is refused in one line that names it, before anything is written",
    arguments: [
      ("nowhere -o out", 66, "nowhere"), ("photos -o out --cameras nowhere", 66, "nowhere"),
      ("photos -o out --relight sky.hdr", 66, "sky.hdr"), ("photos/0.png -o out", 65, "photos/0.png"),
      ("photos -o out --time-budget soon", 64, "--time-budget"), ("photos -o out --max-size 3", 64, "--max-size"),
      ("photos -o out --preset best", 64, "--preset"), ("photos/masks -o out", 65, "photos/masks"),
    ])
  func refusals(arguments: String, status: Int32, name: String) throws {
    let result = try penumbra.run("reconstruct \(arguments)")
    #expect(result.status == status)
    #expect(result.errors.contains(name) && result.errors.split(separator: "\n").count == 1)
    #expect(!penumbra.exists("out"))
  }

  @Test("A mask of another shape is refused with both sizes")
  func maskSize() throws {
    let frames = (0..<3).map { i in
      "{\"file_path\": \"\(i).png\", \"transform_matrix\": [[1,0,0,\(i)],[0,1,0,0],[0,0,1,5],[0,0,0,1]]}"
    }
    try penumbra.write("{\"fl_x\": 10, \"frames\": [\(frames.joined(separator: ","))]}", as: "photos/transforms.json")
    for i in 0..<3 { try Image(width: 6, height: 6, repeating: 1).write(to: penumbra.path("photos/masks/\(i).png")) }
    let result = try penumbra.run("reconstruct photos -o out")
    #expect(result.status == 65 && result.errors.contains("8×6") && result.errors.contains("6×6"))
  }

  @Test("Times are seconds, minutes and hours", arguments: [("90s", 90.0), ("1.5m", 90), ("2h", 7200), ("45", 45)])
  func times(text: String, seconds: Double) { #expect(TimeSpan(argument: text)?.seconds == seconds) }
}
