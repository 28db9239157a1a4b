import PenumbraInverse
import PenumbraTransport

/// Adam on a few of a material scene's unknowns, against photos of a fixed shape.
struct MaterialDescent {
  /// A part of θ that is found.
  struct Unknown {
    let range: Range<Int>
    /// First step.
    let rate: Float
    let bounds: ClosedRange<Float>
  }

  let photos: [Photo]
  let settings: MaterialStage.Settings
  let seed: UInt64
  let threads: Int?
  let monitor: StageMonitor

  /// - Returns: θ at the end.
  func run(_ model: MaterialScene, _ unknowns: [Unknown], until deadline: Deadline) throws(ReconstructionError)
    -> [Float]
  {
    let photos = photos
    let targets = Parallel.map(photos.count) { ViewTarget(photos[$0], backdrop: 0).insideOnly(photos[$0]) }
    let renderer: Renderer
    do { renderer = try Renderer(model.scene) } catch { throw ReconstructionError(error) }
    var steps: [Adam] = []
    let order = ViewOrder(count: photos.count, seed: seed &+ 1)
    for iteration in 0..<settings.iterations {
      if deadline.isOver { break }
      let progress = max(Double(iteration) / Double(settings.iterations), deadline.fraction)
      let (loss, gradient) = try gradient(renderer, targets, order, iteration, unknowns.map(\.range))
      if steps.isEmpty { steps = unknowns.map { Adam(count: $0.range.count) } }
      let factor = 0.05 + 0.95 * Float(0.5 + 0.5 * cosine(.pi * progress))
      var theta = renderer.theta
      for (number, unknown) in unknowns.enumerated() {
        var values = Array(theta[unknown.range])
        steps[number].step(
          &values, gradient: Array(gradient[unknown.range]),
          rates: [Float](repeating: unknown.rate, count: values.count), rateFactor: factor,
          bounds: [ClosedRange<Float>](repeating: unknown.bounds, count: values.count))
        theta.replaceSubrange(unknown.range, with: values)
      }
      do { try renderer.update(theta: theta) } catch { throw ReconstructionError(error) }
      try monitor.report(iteration, loss, progress)
    }
    return renderer.theta
  }

  private func gradient(
    _ renderer: Renderer, _ targets: [ViewTarget], _ order: ViewOrder, _ iteration: Int, _ ranges: [Range<Int>]
  ) throws(ReconstructionError) -> (loss: Double, gradient: [Float]) {
    var total = (loss: 0.0, gradient: [Float](repeating: 0, count: renderer.theta.count))
    let batch = min(settings.batch, targets.count)
    for number in 0..<batch {
      let view = order.view(iteration * batch + number)
      var render = RenderSettings()
      (render.sensor, render.samplesPerPixel, render.sampler) = (view, settings.samplesPerPixel, .sobol)
      (render.threads, render.visibility) = (threads, .none)
      render.seed = seed &+ UInt64(2_000_000 + iteration * batch + number)
      do {
        let result = try renderer.fused(
          render, target: FusedTarget(loss: .l2, rgb: targets[view].rgb, weights: targets[view].weights),
          requested: ranges, monitor: monitor.render)
        total.loss += result.loss / Double(batch)
        for range in ranges { for i in range { total.gradient[i] += result.gradient[i] } }
      } catch { throw ReconstructionError(error) }
    }
    return total
  }
}

extension ViewTarget {
  /// Only pixels that the object fills: with a fixed shape, the others have nothing to say about materials.
  func insideOnly(_ photo: Photo) -> ViewTarget {
    guard let mask = photo.mask else { return self }
    return ViewTarget(camera: camera, rgb: rgb, weights: zip(weights, mask).map { $1 > 0.99 ? $0 : 0 })
  }

  private init(camera: Camera, rgb: [Float], weights: [Float]) {
    (self.camera, self.rgb, self.weights) = (camera, rgb, weights)
  }
}
