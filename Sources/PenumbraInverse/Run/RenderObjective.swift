public import PenumbraTransport

/// The loss between renders and targets, as a function of the unknowns.
public struct RenderObjective {
  public let renderer: Renderer
  public let views: [TargetView]
  public let unknowns: Unknowns
  public let loss: Loss
  /// Everything but the sensor and the seed, which change with view and iteration.
  public let settings: RenderSettings
  public let monitor: RenderMonitor
  /// Relaxed visibility that becomes exact over so many iterations; `nil` for that of the settings throughout.
  public var annealing: (rule: SoftAnnealing, iterations: Int)?

  private let seeds: SeedSequence

  public init(
    renderer: Renderer, views: [TargetView], unknowns: Unknowns, loss: Loss, settings: RenderSettings,
    monitor: RenderMonitor
  ) {
    self.renderer = renderer
    self.views = views
    self.unknowns = unknowns
    self.loss = loss
    self.settings = settings
    self.monitor = monitor
    seeds = SeedSequence(seed: settings.seed)
  }

  /// ℒ and its gradient, summed over the views, with fresh samples for every iteration.
  ///
  /// - Throws: `.cancelled` when the monitor stops the render, `.failed` when the renderer cannot go on.
  public func evaluate(_ values: [Float], iteration: Int) throws(InverseError) -> Evaluation {
    do {
      try update(values)
      var sum = Evaluation(loss: 0, gradient: Array(repeating: 0, count: unknowns.count))
      for index in views.indices {
        let view = try evaluate(view: index, iteration: iteration)
        sum.loss += view.loss
        for i in sum.gradient.indices { sum.gradient[i] += view.gradient[i] }
      }
      return sum
    } catch { throw InverseError(error) }
  }

  /// The picture of one view at the unknowns `values`.
  public func render(
    _ values: [Float], view: Int, samplesPerPixel: Int
  ) throws(InverseError) -> RenderResult {
    do {
      try update(values)
      var settings = viewSettings(view, seed: seeds.seed(iteration: 0, view: view, for: .final))
      settings.samplesPerPixel = samplesPerPixel
      renderer.litEmitters = views[view].lights
      return try renderer.render(settings, monitor: monitor)
    } catch { throw InverseError(error) }
  }

  private func update(_ values: [Float]) throws(TransportError) {
    var theta = renderer.theta
    unknowns.scatter(values, into: &theta)
    guard theta != renderer.theta else { return }
    try renderer.update(theta: theta)
  }

  private func viewSettings(_ view: Int, seed: UInt64) -> RenderSettings {
    var settings = self.settings
    settings.sensor = views[view].sensor
    // Stratified points whatever the scene file asks for: the noise of gradients, not of pictures, sets the pace.
    settings.sampler = settings.sampler ?? .sobol
    settings.seed = seed
    return settings
  }

  private func evaluate(view index: Int, iteration: Int) throws(TransportError) -> Evaluation {
    let view = views[index]
    renderer.litEmitters = view.lights
    var settings = viewSettings(index, seed: seeds.seed(iteration: iteration, view: index, for: .gradient))
    if let annealing { annealing.rule.apply(to: &settings, iteration: iteration, of: annealing.iterations) }
    if let term = loss.fusedTerm {
      let result = try renderer.fused(
        settings, target: FusedTarget(loss: term.kind, rgb: view.rgb, weights: view.weights),
        requested: unknowns.ranges, monitor: monitor)
      return Evaluation(
        loss: Double(term.weight) * result.loss, gradient: unknowns.gather(result.gradient).map { $0 * term.weight })
    }
    let imageSettings = viewSettings(index, seed: seeds.seed(iteration: iteration, view: index, for: .image))
    let image = try renderer.render(imageSettings, monitor: monitor)
    let (value, adjoint) = loss.evaluate(rendered: image.rgb, target: view.rgb, weights: view.weights)
    let result = try renderer.reverse(settings, adjoint: adjoint, requested: unknowns.ranges, monitor: monitor)
    return Evaluation(loss: value, gradient: unknowns.gather(result.gradient))
  }
}

extension InverseError {
  init(_ error: TransportError) {
    switch error.code {
    case .cancelled: self.init(.cancelled, error.message)
    case .unknownParameter, .notDifferentiable, .invalidOption, .invalidScene: self.init(.invalidProblem, error.message)
    case .outOfMemory, .intersector: self.init(.failed, error.message)
    }
  }
}
