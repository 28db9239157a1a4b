import PenumbraTestSupport
import PenumbraTransport
import Testing

@testable import PenumbraInverse

@Suite("Views divided among ranks") struct ViewDivisionTests {
  /// What one evaluation of everything leaves, number by number.
  private struct Held: Sendable, Equatable {
    var evaluation: Evaluation
    var linearization: Linearization
    var scores: [[Double]]
    var curvature: [Float]
    var explicit: [[Float]]
  }

  private static func held(_ ranks: ThreadRanks?, views: Int, response: Bool) throws -> Held {
    let scene = try InverseProblemTests.scene()
    let view = try InverseProblemTests.view(scene, spp: 2)
    var keys = ["ball.reflectance", "sensor.x_fov"]
    if response { keys.append("targets[0].exposure") }
    let targets = Array(repeating: view, count: views)
    let unknowns = try Unknowns(
      keys.map { Problem.Unknown(key: $0) }, in: scene, defaultRate: 0.02, responses: targets.map(\.response))
    var settings = RenderSettings()
    settings.samplesPerPixel = 4
    settings.threads = 2
    settings.ranks = ranks
    let objective = RenderObjective(
      renderer: try Renderer(scene), views: targets, unknowns: unknowns, loss: Loss(.l2), settings: settings,
      monitor: RenderMonitor())
    let x = unknowns.initial
    let ofPaint = RenderObjective(
      renderer: objective.renderer, views: targets,
      unknowns: try Unknowns([Problem.Unknown(key: keys[0])], in: scene, defaultRate: 0.02), loss: Loss(.l2),
      settings: settings, monitor: RenderMonitor())
    let explicit = try #require(try ofPaint.sparseModel([0.4, 0.5, 0.6], draw: Draw(3)))
    let (model, scores, _) = try objective.linearize(x, draw: Draw(1), blockSide: 4)
    return Held(
      evaluation: try objective.evaluate(x, draw: Draw(0)), linearization: model, scores: scores.map { $0.a + $0.b },
      curvature: response ? [] : try objective.curvature(x, along: x, draw: Draw(2)),
      explicit: [explicit.gradients.a, explicit.gradients.b, explicit.diagonal, explicit.product([1, 2, 3])])
  }

  @Test(
    "Loss, gradient, matrix and scores are the same bits whether views are rendered alone, by one rank each or by all",
    arguments: [1, 3, 5], [false, true])
  func sameBits(views: Int, response: Bool) throws {
    let alone = try Self.held(nil, views: views, response: response)
    #expect(alone.evaluation.gradient.allSatisfy { $0 != 0 } && !alone.scores.isEmpty)
    for count in [2, 3, 4] {
      for held in try ThreadRanks.run(count, { try Self.held($0, views: views, response: response) }) {
        #expect(held == alone, "\(count) ranks")
      }
    }
  }

  @Test("When one rank cannot render its view, none waits for it") func failure() throws {
    let messages = try ThreadRanks.run(2) { ranks in
      do {
        _ = try ViewDivision(ranks: ranks).map([0, 1]) { view, _ throws(TransportError) in
          guard view == 0 else { throw TransportError(.outOfMemory, "no room for view 1") }
          return ViewDivision.Part(numbers: [])
        }
        return "all went well"
      } catch let error as TransportError { return error.message }
    }
    #expect(messages == ["another rank stopped", "no room for view 1"])
  }
}
