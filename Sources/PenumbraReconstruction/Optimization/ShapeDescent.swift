import PenumbraInverse
import PenumbraTransport

/// The descent of a shape stage: large steps for vertices, Adam for far colours, the best state kept.
final class ShapeDescent {
  private let stage: ShapeStage
  private let model: ShapeScene
  /// Reduced photos, then photos.
  private let targets: [ViewTarget]
  private let edge: Float
  private let renderer: Renderer
  private let large: LargeSteps
  private var shapeSteps: AdamUniform
  private var colorSteps: Adam
  private var best: (loss: Double, positions: [Float], colors: [Float])?

  /// Relative residual of a decoded step: small beside the noise of its gradient.
  private static let tolerance = 1e-3
  /// How often the state is judged.
  private static let judgements = 8

  init(stage: ShapeStage, model: ShapeScene, targets: [ViewTarget], triangles: [SIMD3<UInt32>], edge: Float)
    throws(ReconstructionError)
  {
    (self.stage, self.model, self.targets, self.edge) = (stage, model, targets, edge)
    do { renderer = try Renderer(model.scene) } catch { throw ReconstructionError(error) }
    large = LargeSteps(
      positions: Array(model.scene.theta[model.positions]), triangles: triangles, lambda: stage.settings.lambda)
    shapeSteps = AdamUniform(count: large.count)
    colorSteps = Adam(count: model.colors.count)
  }

  /// - Returns: positions, shape [atlas vertices × 3], and colours, as `ShapeScene` lays them out.
  func run(until deadline: Deadline) throws(ReconstructionError) -> (positions: [Float], colors: [Float]) {
    let order = ViewOrder(count: stage.photos.count, seed: stage.seed)
    let bounds = [ClosedRange<Float>](repeating: 0...100, count: model.colors.count)
    let rates = [Float](repeating: 0.003, count: model.colors.count)
    try judge()
    var judged = 0
    for iteration in 0..<stage.settings.iterations {
      if deadline.isOver { break }
      let progress = max(Double(iteration) / Double(stage.settings.iterations), deadline.fraction)
      if Int(progress * Double(Self.judgements)) > judged {
        judged = Int(progress * Double(Self.judgements))
        try judge()
      }
      let step = try gradient(order, iteration, isCoarse: progress < 0.7)
      // Half a cosine down to a twentieth: the last steps only settle.
      let factor = 0.05 + 0.95 * Float(0.5 + 0.5 * cosine(.pi * progress))
      // The step of u from zero: the change of variables is linear, so that it is decoded alone.
      var change = [Float](repeating: 0, count: large.count)
      shapeSteps.step(
        &change, gradient: large.pullBack(Array(step.gradient[model.positions]), tolerance: Self.tolerance),
        rate: stage.settings.rate * edge * factor)
      let moved = large.decode(change, tolerance: Self.tolerance)
      var theta = renderer.theta
      var colors = Array(theta[model.colors])
      colorSteps.step(
        &colors, gradient: Array(step.gradient[model.colors]), rates: rates, rateFactor: factor, bounds: bounds)
      for (i, offset) in zip(model.positions, moved) { theta[i] += offset }
      theta.replaceSubrange(model.colors, with: colors)
      do { try renderer.update(theta: theta) } catch { throw ReconstructionError(error) }
      try stage.monitor.report(iteration, step.loss, progress)
    }
    try judge()
    return best.map { ($0.positions, $0.colors) } ?? (
      Array(renderer.theta[model.positions]), Array(renderer.theta[model.colors])
    )
  }

  /// Renders the reduced photos' views, and keeps the state when it is the best so far. Held-out photos have no say.
  private func judge() throws(ReconstructionError) {
    var total = 0.0
    for view in stage.photos.indices {
      var render = settings(view, seed: stage.seed)
      render.visibility = .none
      let picture: RenderResult
      do { picture = try renderer.render(render, monitor: stage.monitor.render) } catch {
        throw ReconstructionError(error)
      }
      total += targets[view].loss(of: picture.rgb)
    }
    if total < best?.loss ?? .infinity {
      best = (total, Array(renderer.theta[model.positions]), Array(renderer.theta[model.colors]))
    }
  }

  private func settings(_ view: Int, seed: UInt64) -> RenderSettings {
    var render = RenderSettings()
    (render.sensor, render.samplesPerPixel, render.sampler) = (view, stage.settings.samplesPerPixel, .sobol)
    (render.seed, render.threads) = (seed, stage.threads)
    return render
  }

  private func gradient(_ order: ViewOrder, _ iteration: Int, isCoarse: Bool) throws(ReconstructionError)
    -> (loss: Double, gradient: [Float])
  {
    var total: (loss: Double, gradient: [Float]) = (0, [Float](repeating: 0, count: renderer.theta.count))
    let count = stage.photos.count
    let batch = min(stage.settings.batch, count)
    for number in 0..<batch {
      let step = iteration * batch + number
      let view = order.view(step) + (isCoarse ? 0 : count)
      do {
        let result = try renderer.fused(
          settings(view, seed: stage.seed &+ 1 &+ UInt64(step)),
          target: FusedTarget(loss: .l2, rgb: targets[view].rgb, weights: targets[view].weights),
          requested: model.colors.isEmpty ? [model.positions] : [model.positions, model.colors],
          monitor: stage.monitor.render)
        total.loss += result.loss / Double(batch)
        for range in [model.positions, model.colors] {
          for i in range { total.gradient[i] += result.gradient[i] }
        }
      } catch { throw ReconstructionError(error) }
    }
    return total
  }
}
