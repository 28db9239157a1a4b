import Foundation
import Testing

@testable import PenumbraCLI

@Suite("penumbra optimize") struct OptimizeTests {
  private let penumbra: Executable

  init() throws {
    penumbra = try #require(try Executable(), "penumbra is built beside the tests")
    try penumbra.write(Executable.scene, as: "scene.xml")
    let target = try penumbra.run(
      "render scene.xml -o target.exr --spp 64 --quiet --set grey.reflectance.value=0.2,0.4,0.8")
    #expect(target.status == 0, "\(target.errors)")
  }

  private static let options = "--target target.exr --parameters grey.reflectance.value --spp 4 --quiet"

  @Test("A colour is recovered, and the folder holds what is promised")
  func recovers() throws {
    let result = try penumbra.run("optimize scene.xml -o out --iterations 120 \(Self.options)")
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    for (value, expected) in zip(try parameters("out"), [0.2, 0.4, 0.8]) { #expect(abs(value - expected) < 0.01) }
    let promised = [
      "scene.xml", "history.csv", "report.html", "result.json", "renders/000_render.png", "checkpoint/state.bin",
    ]
    for name in promised {
      #expect(penumbra.exists("out/\(name)"), "\(name)")
    }
    let written = try penumbra.run("inspect out/scene.xml --json -")
    #expect(written.status == 0 && written.output.contains("grey.reflectance.value"))
  }

  @Test("A run in two parts ends in the same bytes as one in one part")
  func resume() throws {
    // Fewer iterations, then more: the checkpoint of the first run is the state of a stopped one.
    let schedule = "scene: scene.xml\ntargets: [{image: target.exr}]\nunknowns: [{key: grey.reflectance.value}]\n"
    try penumbra.write(schedule + "optimizer: {iterations: 30, spp: 4, schedule: constant}\n", as: "whole.yaml")
    try penumbra.write(schedule + "optimizer: {iterations: 12, spp: 4, schedule: constant}\n", as: "part.yaml")
    _ = try penumbra.run("optimize whole.yaml -o whole --quiet")
    _ = try penumbra.run("optimize part.yaml -o parts --quiet --resume")
    let resumed = try penumbra.run("optimize whole.yaml -o parts --quiet --resume")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try penumbra.contents("parts/scene.xml") == penumbra.contents("whole/scene.xml"))
    #expect(try parameters("parts") == parameters("whole"))
  }

  @Test("Another problem's checkpoint is refused")
  func otherProblem() throws {
    _ = try penumbra.run("optimize scene.xml -o out --iterations 2 \(Self.options)")
    let result = try penumbra.run("optimize scene.xml -o out --iterations 2 --seed 5 --resume \(Self.options)")
    #expect(result.status == 65)
    #expect(result.errors.contains("another seed"))
  }

  @Test(
    "Killed at random moments and resumed, a run ends in the same bytes",
    arguments: ["adam", "levenberg-marquardt", "lbfgs", "gauss-newton-cg", "adam-uniform", "variational"])
  func kills(optimizer: String) throws {
    let problem = "scene: scene.xml\ntargets: [{image: target.exr}]\nunknowns: [{key: grey.reflectance.value}]\n"
    try penumbra.write(
      problem + "optimizer: {type: \(optimizer), iterations: 25, spp: 64, max_spp: 128}\n", as: "kill.yaml")
    let whole = try penumbra.run("optimize kill.yaml -o whole --quiet")
    #expect(whole.status == 0, "\(whole.errors)")
    var milliseconds = 20
    for _ in 0..<Self.kills {
      // Lengths of time without a pattern; the steps that a run gets through differ every time.
      milliseconds = milliseconds * 61 % 179 + 10
      try penumbra.kill("optimize kill.yaml -o parts --quiet --resume --checkpoint-every 1", after: milliseconds)
    }
    let resumed = try penumbra.run("optimize kill.yaml -o parts --quiet --resume")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try penumbra.contents("parts/scene.xml") == penumbra.contents("whole/scene.xml"))
    #expect(try parameters("parts") == parameters("whole"))
  }

  @Test("Looking at one view per step, a run in two parts ends in the same bytes as one in one part")
  func batches() throws {
    let problem = """
      scene: scene.xml
      targets: [{image: target.exr, sensor: 0}, {image: target.exr, sensor: 0}]
      unknowns: [{key: grey.reflectance.value}]

      """
    for (name, iterations) in [("whole", 21), ("part", 8)] {
      try penumbra.write(
        problem + "optimizer: {iterations: \(iterations), spp: 4, schedule: constant, views_per_step: 1}\n",
        as: "\(name).yaml")
    }
    _ = try penumbra.run("optimize whole.yaml -o whole --quiet")
    _ = try penumbra.run("optimize part.yaml -o parts --quiet")
    let resumed = try penumbra.run("optimize whole.yaml -o parts --quiet --resume")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try penumbra.contents("parts/scene.xml") == penumbra.contents("whole/scene.xml"))
    let refused = try penumbra.run("optimize whole.yaml -o other --quiet --optimizer lbfgs")
    #expect(refused.status == 65 && refused.errors.contains("views_per_step"), "\(refused.errors)")
  }

  /// Kills per optimizer; `PENUMBRA_KILLS=50` for the long form.
  private static let kills = ProcessInfo.processInfo.environment["PENUMBRA_KILLS"].flatMap(Int.init) ?? 4

  private func parameters(_ folder: String) throws -> [Double] {
    let json = try JSONSerialization.jsonObject(with: penumbra.contents("\(folder)/result.json")) as? [String: Any]
    let parameters = json?["parameters"] as? [String: [String: [Double]]]
    return try #require(parameters?["grey.reflectance.value"]?["value"])
  }
}
