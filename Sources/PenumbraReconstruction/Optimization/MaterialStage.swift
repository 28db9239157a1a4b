import PenumbraInverse
import PenumbraTransport

/// Splits what the surface sends to the cameras into its materials and the light on it.
///
/// Neither is known, and base colours alone could explain every photo. So the light comes first: it has to explain as
/// much as it can of an object of one colour. Base colours then are what the surface sends divided by that light.
struct MaterialStage {
  struct Settings {
    /// Steps of the light.
    var iterations: Int
    var batch: Int
    var samplesPerPixel: Int
    /// Steps of base colour and roughness, and of radiance relative to its mean.
    var rate: Float = 0.02
  }

  let photos: [Photo]
  let settings: Settings
  let seed: UInt64
  let threads: Int?
  let monitor: StageMonitor

  func run(_ object: TexturedMesh, until deadline: Deadline) throws(ReconstructionError) -> Appearance {
    var appearance = Appearance(plain: object)
    let coarse = photos.map { $0.reduced(by: 3) }
    try descend(&appearance, object, coarse, until: Deadline(seconds: 0.5 * deadline.remaining))
    let medium = photos.map { $0.reduced(by: 2) }
    // The light that surfaces throw onto each other changes with their colours: each round knows it better, and looks
    // closer.
    var (samples, cost) = (settings.samplesPerPixel, 0.0)
    for (round, smoothing) in Self.smoothings.enumerated() {
      let clock = Deadline(seconds: .infinity)
      let pictures = try pictures(of: appearance, object, like: medium, samples: samples, round: round)
      let base = object.vertexMeans(of: appearance.baseColor)
      let shading = Shading(object, pictures: pictures, base: base, smoothing: smoothing)
      appearance.setBaseColor(shading.divide(object, fallback: appearance.baseColor), rescales: round == 0)
      cost = clock.elapsed / Double(samples)
      let share = deadline.remaining / Double(max(Self.smoothings.count - round - 1, 1))
      samples = min(max(Int(0.8 * share / max(cost, 1e-6)), settings.samplesPerPixel), 64)
    }
    return appearance
  }

  /// Rounds of smoothing the light over the surface, for each time that base colours are found.
  private static let smoothings = [6, 4, 2]

  /// Renders in place of the photos.
  private func pictures(
    of appearance: Appearance, _ object: TexturedMesh, like photos: [Photo], samples: Int, round: Int
  ) throws(ReconstructionError) -> [Photo] {
    let model = try MaterialScene(object.mesh, object.atlas, appearance, cameras: photos.map(\.camera))
    var pictures = photos
    do {
      let renderer = try Renderer(model.scene)
      for index in photos.indices {
        var render = self.render(index, samples: samples)
        render.seed = seed &+ UInt64(1_000_000 + round * photos.count + index)
        pictures[index].rgb = try renderer.render(render, monitor: monitor.render).rgb
      }
    } catch { throw ReconstructionError(error) }
    return pictures
  }

  private func render(_ view: Int, samples: Int) -> RenderSettings {
    var render = RenderSettings()
    (render.sensor, render.samplesPerPixel, render.sampler) = (view, samples, .sobol)
    (render.threads, render.visibility) = (threads, .none)
    return render
  }

  /// Adam on light, one base colour and one roughness.
  private func descend(
    _ appearance: inout Appearance, _ object: TexturedMesh, _ photos: [Photo], until deadline: Deadline
  ) throws(ReconstructionError) {
    let targets = Parallel.map(photos.count) { ViewTarget(photos[$0], backdrop: 0).insideOnly(photos[$0]) }
    let model = try MaterialScene(
      object.mesh, object.atlas, appearance, cameras: photos.map(\.camera), isPlain: true)
    let renderer: Renderer
    do { renderer = try Renderer(model.scene) } catch { throw ReconstructionError(error) }
    let ranges = [model.baseColor, model.roughness, model.light]
    var values = ranges.flatMap { renderer.theta[$0] }
    var steps = Adam(count: values.count)
    let mean = appearance.light.colors.reduce(0, +) / Float(appearance.light.colors.count)
    // The scale of light and colour is free: the first keeps its colour's brightest channel in the middle.
    let limits: [ClosedRange<Float>] = [0.05...0.8, 0.2...1, 0...(1000 * mean)]
    let stepSizes = [0.3 * settings.rate, settings.rate, 2 * settings.rate * mean]
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
        var render = self.render(view, samples: settings.samplesPerPixel)
        render.seed = seed &+ UInt64(2_000_000 + iteration * batch + number)
        do {
          let result = try renderer.fused(
            render, target: FusedTarget(loss: .l2, rgb: targets[view].rgb, weights: targets[view].weights),
            requested: ranges, monitor: monitor.render)
          loss += result.loss / Double(batch)
          let slice = ranges.flatMap { result.gradient[$0] }
          for i in gradient.indices { gradient[i] += slice[i] }
        } catch { throw ReconstructionError(error) }
      }
      let factor = 0.05 + 0.95 * Float(0.5 + 0.5 * cosine(.pi * progress))
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
    let color = Array(renderer.theta[model.baseColor].prefix(3))
    appearance.baseColor = appearance.baseColor.indices.map { color[$0 % 3] }
    let roughness = renderer.theta[model.roughness.lowerBound]
    appearance.roughness = appearance.roughness.map { _ in roughness }
    appearance.light.colors = Array(renderer.theta[model.light])
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
