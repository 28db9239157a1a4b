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
    #expect(problem.loss == Loss(.l2, space: .log))
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
    #expect(problem.loss.fused == nil)
  }

  @Test(
    "Faults are located in one line",
    arguments: [
      ("targts: []", "p.yaml:4:1: unknown key 'targts', did you mean 'targets'?"),
      ("loss: {typ: l1}", "p.yaml:4:8: loss: unknown key 'typ', did you mean 'type'?"),
      (
        "loss: {type: l3}",
        "p.yaml:4:14: loss.type: expected one of l1, l2, huber, cauchy, relative-l2, ssim, log, log-srgb, found 'l3',"
          + " did you mean 'l1'?"
      ),
      (
        "optimizer: {iterations: 0}",
        "p.yaml:4:25: optimizer.iterations: expected an integer in 1...10000000, found '0'"
      ),
      ("optimizer: {spp: 1}", "p.yaml:4:18: optimizer.spp: expected an integer in 2...1000000, found '1'"),
      ("optimizer: {learning_rate: nan}", "p.yaml:4:28: optimizer.learning_rate: expected a number, found 'nan'"),
      (
        "optimizer: 3",
        "p.yaml:4:12: optimizer: expected a mapping with type, iterations, spp, max_spp, learning_rate,"
          + " schedule, views_per_step, found '3'"
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

  @Test("Losses, regularizers, responses and held-out views are decoded")
  func features() throws {
    let problem = try ProblemFile.decode(
      """
      scene: scene.xml
      targets:
        - {image: a.png, exposure: 0.5, white_balance: [1.1, 0.9], gamma: 1.2}
        - {image: b.png}
      unknowns:
        - {key: "targets[1].exposure"}
        - {key: bunny.vertex_positions, large_steps: 19}
        - {key: lamp.value, map: log}
      loss: [{type: l1, space: log, pyramid: 4}, {type: ssim, weight: 0.1}, {type: huber, scale: 0.2}, {type: log-srgb}]
      regularizers:
        - {type: total-variation, key: wall.data, weight: 0.01}
        - {type: prior, key: lamp.value, weight: 2, value: 3}
      optimizer: {type: levenberg-marquardt, spp: 8, max_spp: 64}
      visibility: {soft: {temperature: [0.1, 0.001]}}
      validation: {images: [c.png, {image: d.png, sensor: cam3}]}
      """, file: "f/p.yaml")
    #expect(problem.targets[0].response.numbers == [0.5, 1.1, 0.9, 1.2])
    #expect(problem.unknowns[1].largeSteps == 19 && problem.unknowns[2].map == .log)
    #expect(
      problem.loss
        == Loss([
          Loss.Term(.l1, space: .log, pyramid: 4), Loss.Term(.ssim, weight: 0.1), Loss.Term(.huber, scale: 0.2),
          Loss.Term(.l1, space: .logSRGB),
        ]))
    #expect(problem.regularizers.map(\.kind) == [.totalVariation, .prior])
    #expect(problem.regularizers[1].value == [3])
    #expect(problem.optimizer.kind == .levenbergMarquardt && problem.optimizer.largestFactor == 8)
    #expect(problem.soft.first == 0.1 && problem.soft.last == 0.001)
    #expect(problem.validation.map(\.image) == ["f/c.png", "f/d.png"] && problem.validation[1].sensor == "cam3")
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
