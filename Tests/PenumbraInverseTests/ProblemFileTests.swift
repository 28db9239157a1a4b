import PenumbraImages
import PenumbraTransport
import Testing

@testable import PenumbraInverse

@Suite("Problem files") struct ProblemFileTests {
  @Test("The full form is decoded, with paths relative to the file")
  func full() throws {
    let problem = try ProblemFile.decode(
      """
      scene: scene.xml
      targets:
        - {image: photo_000.png, sensor: cam0, mask: mask.png, encoding: auto}
        - {image: /data/b.exr, encoding: linear}
      unknowns:
        - {key: red.reflectance.value, initial: [0.5, 0.5, 0.5], bounds: [0, 1]}
        - {key: lamp.intensity.value, initial: 3, bounds: [0, .inf], learning_rate: 0.5}
      loss: {type: l2, space: log}
      optimizer: {type: adam, iterations: 50, spp: 8, learning_rate: 0.1, schedule: constant}
      visibility: {estimator: none}
      regularizers: []
      """, file: "folder/problem.yaml")
    #expect(problem.scene == "folder/scene.xml")
    #expect(problem.visibility == .none)
    #expect(problem.targets.map(\.image) == ["folder/photo_000.png", "/data/b.exr"])
    #expect(problem.targets[0].sensor == "cam0")
    #expect(problem.targets[0].mask == "folder/mask.png")
    #expect(problem.targets[1].encoding == .linear)
    #expect(problem.unknowns[0].initial == [0.5, 0.5, 0.5])
    #expect(problem.unknowns[0].bounds == 0...1)
    #expect(problem.unknowns[1].bounds == 0...Float.infinity)
    #expect(problem.unknowns[1].learningRate == 0.5)
    #expect(problem.unknowns[1].place == "folder/problem.yaml:7:5")
    #expect(problem.loss == Loss(.log))
    #expect(problem.optimizer.kind == .adam)
    #expect(problem.optimizer.iterations == 50)
    #expect(problem.optimizer.samplesPerPixel == 8)
    #expect(problem.optimizer.schedule == .constant)
  }

  @Test("What is left out has defaults")
  func defaults() throws {
    let problem = try ProblemFile.decode(Self.minimal(), file: "p.yaml")
    #expect(problem.loss == Loss(.l2))
    #expect(problem.optimizer == OptimizerSettings())
    #expect(problem.unknowns[0].initial == nil)
  }

  @Test("A list of losses is a weighted sum")
  func sum() throws {
    let problem = try ProblemFile.decode(
      Self.minimal("loss: [{type: l1}, {type: relative-l2, weight: 0.5}]"), file: "p.yaml")
    #expect(problem.loss == Loss([Loss.Term(.l1), Loss.Term(.relativeL2, weight: 0.5)]))
    #expect(problem.loss.fusedTerm == nil)
  }

  @Test(
    "Faults are located in one line",
    arguments: [
      ("targts: []", "p.yaml:4:1: unknown key 'targts', did you mean 'targets'?"),
      ("loss: {typ: l1}", "p.yaml:4:8: loss: unknown key 'typ', did you mean 'type'?"),
      (
        "loss: {type: l3}",
        "p.yaml:4:14: loss.type: expected one of l1, l2, relative-l2, log, found 'l3', did you mean 'l1'?"
      ),
      (
        "optimizer: {iterations: 0}",
        "p.yaml:4:25: optimizer.iterations: expected an integer in 1...10000000, found '0'"
      ),
      ("optimizer: {spp: 1}", "p.yaml:4:18: optimizer.spp: expected an integer in 2...1000000, found '1'"),
      ("optimizer: {learning_rate: nan}", "p.yaml:4:28: optimizer.learning_rate: expected a number, found 'nan'"),
      (
        "optimizer: 3",
        "p.yaml:4:12: optimizer: expected a mapping with type, iterations, spp, learning_rate, schedule, found '3'"
      ),
      (
        "visibility: {estimator: edge}",
        "p.yaml:4:25: visibility.estimator: expected one of edges, reparameterized, soft, none, found 'edge'"
      ),
    ])
  func faults(line: String, message: String) {
    let error = #expect(throws: InverseError.self) { try ProblemFile.decode(Self.minimal(line), file: "p.yaml") }
    #expect(error?.code == .invalidProblem)
    #expect(error?.message == message)
  }

  @Test(
    "Documented features of later versions are refused at their place",
    arguments: [
      "loss: {type: ssim}", "loss: {type: l1, pyramid: 4}", "loss: {type: l1, space: log}",
      "regularizers: [{type: total-variation}]", "validation: {images: [a.png]}",
      "visibility: {estimator: reparameterized}",
      "optimizer: {type: levenberg-marquardt}",
    ])
  func unsupported(line: String) {
    let error = #expect(throws: InverseError.self) { try ProblemFile.decode(Self.minimal(line), file: "p.yaml") }
    #expect(error?.code == .unsupported)
    #expect(error?.message.hasPrefix("p.yaml:4:") ?? false)
    #expect(error?.message.contains("not supported yet") ?? false)
  }

  @Test(
    "Text that is no problem is refused, never a crash",
    arguments: [
      "", "scene: [", "- a\n- b", "scene: a\nscene: b", "scene: s.xml\ntargets: []", "\u{0}", "&a [*a]", "a: *b",
    ])
  func malformed(text: String) {
    let error = #expect(throws: InverseError.self) { try ProblemFile.decode(text, file: "p.yaml") }
    #expect(error?.message.hasPrefix("p.yaml") ?? false)
    #expect(error?.message.contains("\n") == false)
  }

  private static func minimal(_ line: String = "") -> String {
    "scene: s.xml\ntargets: [{image: t.png}]\nunknowns: [{key: k}]\n\(line)\n"
  }
}
