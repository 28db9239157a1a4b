import PenumbraInverse
import PenumbraTransport

/// Splits what the surface sends to the cameras into its materials and the light on it.
struct MaterialStage {
  struct Settings {
    var iterations: Int
    var batch: Int
    var samplesPerPixel: Int
    /// Step of base colours, and of radiance relative to its mean.
    var rate: Float = 0.01
  }

  let photos: [Photo]
  let settings: Settings
  let seed: UInt64
  let threads: Int?
  let monitor: StageMonitor

  func run(_ object: TexturedMesh, until deadline: Deadline) throws(ReconstructionError) -> Appearance {
    var appearance = Appearance(glow: object.texels, atlas: object.atlas)
    let cameras = photos.map(\.camera)
    let model = try MaterialScene(object.mesh, object.atlas, appearance, cameras: cameras)
    let renderer: Renderer
    do { renderer = try Renderer(model.scene) } catch { throw ReconstructionError(error) }
    for round in 0..<2 {
      try divideByLight(&appearance, object, renderer, model, round: round)
      if deadline.isOver { return appearance }
    }
    try descend(&appearance, renderer, model, until: deadline)
    return appearance
  }

  /// Base colours times what is missing: a picture is nearly linear in them, so that the ratio of wanted and rendered
  /// light, seen by all cameras that see a texel, is the step to take.
  private func divideByLight(
    _ appearance: inout Appearance, _ object: TexturedMesh, _ renderer: Renderer, _ model: MaterialScene, round: Int
  ) throws(ReconstructionError) {
    var pictures = photos
    for index in photos.indices {
      var render = RenderSettings()
      render.sensor = index
      render.samplesPerPixel = settings.samplesPerPixel
      render.sampler = .sobol
      render.seed = seed &+ UInt64(1_000_000 + round * photos.count + index)
      render.threads = threads
      do { pictures[index].rgb = try renderer.render(render, monitor: monitor.render).rgb } catch {
        throw ReconstructionError(error)
      }
    }
    let seen = PhotoProjection(photos: pictures).texture(for: object.mesh, object.atlas)
    for i in appearance.baseColor.indices {
      let ratio = min(max((object.texels[i] + 1e-3) / (seen[i] + 1e-3), 0.25), 4)
      appearance.baseColor[i] = min(max(appearance.baseColor[i] * ratio, Appearance.darkest), Appearance.lightest)
    }
    var theta = renderer.theta
    theta.replaceSubrange(model.baseColor, with: appearance.baseColor)
    do { try renderer.update(theta: theta) } catch { throw ReconstructionError(error) }
  }

  private func descend(
    _ appearance: inout Appearance, _ renderer: Renderer, _ model: MaterialScene, until deadline: Deadline
  ) throws(ReconstructionError) {
    let photos = photos
    let targets = Parallel.map(photos.count) { ViewTarget(photos[$0], backdrop: 0).insideOnly(photos[$0]) }
    let ranges = [model.baseColor, model.roughness, model.light]
    var values = ranges.flatMap { renderer.theta[$0] }
    var steps = Adam(count: values.count)
    let mean = appearance.light.reduce(0, +) / Float(appearance.light.count)
    let limits: [ClosedRange<Float>] = [Appearance.darkest...Appearance.lightest, 0.15...1, 0...(1000 * mean)]
    let stepSizes = [settings.rate, settings.rate, 2 * settings.rate * mean]
    let bounds = zip(ranges, limits).flatMap { [ClosedRange<Float>](repeating: $1, count: $0.count) }
    let rates = zip(ranges, stepSizes).flatMap { [Float](repeating: $1, count: $0.count) }
    let order = ViewOrder(count: photos.count, seed: seed &+ 1)
    let batch = min(settings.batch, targets.count)
    for iteration in 0..<settings.iterations {
      if deadline.isOver { break }
      let progress = max(Double(iteration) / Double(settings.iterations), deadline.fraction)
      var (loss, gradient) = (0.0, [Float](repeating: 0, count: values.count))
      for number in 0..<batch {
        let view = order.view(iteration * batch + number)
        var render = RenderSettings()
        render.sensor = view
        render.samplesPerPixel = settings.samplesPerPixel
        render.sampler = .sobol
        render.seed = seed &+ UInt64(2_000_000 + iteration * batch + number)
        render.threads = threads
        render.visibility = .none
        do {
          let result = try renderer.fused(
            render, target: FusedTarget(loss: .l2, rgb: targets[view].rgb, weights: targets[view].weights),
            requested: ranges, monitor: monitor.render)
          loss += result.loss / Double(batch)
          let slice = ranges.flatMap { result.gradient[$0] }
          for i in gradient.indices { gradient[i] += slice[i] }
        } catch { throw ReconstructionError(error) }
      }
      let factor = 0.03 + 0.97 * Float(0.5 + 0.5 * cosine(.pi * progress))
      steps.step(&values, gradient: gradient, rates: rates, rateFactor: factor, bounds: bounds)
      var theta = renderer.theta
      var position = 0
      for range in ranges {
        theta.replaceSubrange(range, with: values[position..<(position + range.count)])
        position += range.count
      }
      do { try renderer.update(theta: theta) } catch { throw ReconstructionError(error) }
      try monitor.report(iteration, loss, progress)
    }
    appearance.baseColor = Array(renderer.theta[model.baseColor])
    appearance.roughness = Array(renderer.theta[model.roughness])
    appearance.light = Array(renderer.theta[model.light])
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
