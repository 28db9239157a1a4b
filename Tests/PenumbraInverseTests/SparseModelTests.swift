import PenumbraTransport
import Testing

@testable import PenumbraInverse

/// A board with a picture on it that fills the view of a camera, under an even sky.
enum Board {
  /// - Parameter texels: of the picture along each side.
  static func scene(texels: Int, _ value: (_ x: Int, _ y: Int, _ channel: Int) -> Float) throws -> Scene {
    var builder = SceneBuilder()
    var values: [Float] = []
    for y in 0..<texels { for x in 0..<texels { for c in 0..<3 { values.append(value(x, y, c)) } } }
    let data = try builder.declare(
      Parameter(key: "board.data", shape: [texels, texels, 3], bounds: 0...1), values: values)
    let picture = builder.add(
      Texture.bitmap(
        offset: data, width: texels, height: texels, channels: 3, filter: .bilinear, wrap: .clamp, uv: .identity))
    let material = builder.add(Material.diffuse(reflectance: picture))
    let place = builder.addHidden([2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1])
    _ = builder.add(Shape(id: "board", geometry: .rectangle(toWorld: place), material: material))
    try builder.addSkyAndCamera(fov: 50)
    builder.integrator = IntegratorSettings(maxDepth: 2)
    return try builder.build()
  }

  static func waves(_ x: Int, _ y: Int, _ c: Int) -> Float { 0.5 + 0.3 * Float((3 * x + 5 * y + 2 * c) % 7 - 3) / 3 }

  /// Of the scene at grey, with the waves as its target.
  static func objective(texels: Int, spp: Int, loss: Loss) throws -> RenderObjective {
    let truth = try scene(texels: texels, waves)
    let start = try scene(texels: texels) { _, _, _ in 0.5 }
    let view = try InverseProblemTests.view(truth, spp: 256)
    let unknowns = try Unknowns([Problem.Unknown(key: "board.data")], in: start, defaultRate: 0.02)
    var settings = RenderSettings()
    settings.samplesPerPixel = spp
    return RenderObjective(
      renderer: try Renderer(start), views: [view, view], unknowns: unknowns, loss: loss, settings: settings,
      monitor: RenderMonitor())
  }
}

@Suite("Models with explicit derivatives") struct SparseModelTests {
  @Test(
    "ℒ, its gradient, the diagonal and products are those of the dense model of the same samples",
    arguments: ["l2", "l1", "huber", "relative-l2", "log-srgb"])
  func dense(_ name: String) throws {
    var objective = try Board.objective(texels: 4, spp: 8, loss: try #require(Loss(named: name)))
    objective.regularizers = [
      try Regularizer(
        RegularizerRequest(.smoothness, key: "board.data", weight: 0.01), unknowns: objective.unknowns,
        in: try Board.scene(texels: 4, Board.waves))
    ]
    let x = objective.unknowns.initial
    let dense = try objective.linearize(x, draw: Draw(2))
    let sparse = try #require(try objective.sparseModel(x, draw: Draw(2)))
    #expect(abs(sparse.loss - dense.loss) <= 1e-5 * abs(dense.loss))
    #expect(abs(sparse.deviation - dense.deviation) <= 1e-5 * dense.deviation)
    let size = dense.gradient.map(abs).max() ?? 0
    for i in x.indices {
      let mean = Double(sparse.gradients.a[i] + sparse.gradients.b[i]) / 2
      #expect(abs(mean - dense.gradient[i]) <= 1e-5 * size)
    }
    // Where values are compared on a curve, the dense model takes the slopes of each half, this one their product.
    guard objective.loss.terms[0].space == .linear else { return }
    let v = x.indices.map { Float(($0 * 5) % 9) - 4 }
    let product = sparse.product(v)
    let largest = (0..<48).map { dense.noisyHessian[$0, $0] }.max() ?? 0
    for i in x.indices {
      let expected = x.indices.reduce(0.0) { $0 + dense.noisyHessian[i, $1] * Double(v[$1]) }
      #expect(abs(Double(product[i]) - expected) <= 1e-4 * largest, "\(i)")
    }
    #expect(size > 0 && largest > 0)
  }

  @Test(
    "One render of 8 samples finds 768 texels: less of the loss is left than noise of that render makes; auto does so")
  func texels() throws {
    let objective = try Board.objective(texels: 16, spp: 8, loss: Loss(.l2))
    var settings = OptimizerSettings()
    (settings.iterations, settings.samplesPerPixel) = (1, 8)
    var state = Optimization(
      objective.unknowns, settings: settings,
      choice: OptimizerChoice(.auto, for: .init(objective.unknowns, views: objective.views, loss: objective.loss)))
    #expect(state.choice.kind == .gaussNewtonCG)
    try state.run(objective)
    #expect(state.renders == 1)
    // At the grey start every sample is the same.
    let noise = try objective.evaluate(state.values, draw: Draw(0)).noise
    // Of other samples, free of what their noise adds.
    let start = try objective.exactLoss(objective.unknowns.initial)
    let end = try objective.exactLoss(state.values)
    #expect(end.loss < noise + 3 * end.deviation, "\(end.loss) of \(start.loss), noise \(noise)")
    #expect(noise < 0.1 * start.loss)
  }
}

extension RenderObjective {
  fileprivate func exactLoss(_ values: [Float]) throws -> (loss: Double, deviation: Double) {
    let model = try #require(try sparseModel(values, draw: Draw(1000, samples: 8)))
    return (model.loss, model.deviation)
  }
}
