public import PenumbraTransport

/// The loss between renders and targets, with its regularizers, as a function of the unknowns.
public struct RenderObjective: Objective {
  public let renderer: Renderer
  public let views: [TargetView]
  public let unknowns: Unknowns
  public let loss: Loss
  public var regularizers: [Regularizer] = []
  /// Losses by the user, added to `loss`.
  public var customLosses: [any PictureLoss] = []
  /// Whether unknowns called `targets[i].…` mean these views; not so for held-out ones.
  public var solvesResponses = true
  /// Everything but the sensor and the seed, which change with view and iteration.
  public private(set) var settings: RenderSettings
  public let monitor: RenderMonitor
  /// Relaxed visibility that becomes exact over so many iterations; `nil` for that of the settings throughout.
  public var annealing: (rule: SoftAnnealing, iterations: Int)?
  /// Views that one evaluation looks at, in turns; `nil` for all. Sums over views are then estimates of the whole sum.
  public var viewsPerStep: Int?
  /// Whether linearisations let pixels count by their `NoiseWeights`.
  var weighsNoise = false

  let seeds: SeedSequence

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

  /// ℒ and its gradient, summed over the views, with fresh samples for every draw.
  ///
  /// - Throws: `.cancelled` when the monitor stops the render, `.failed` when the renderer cannot go on.
  public func evaluate(_ values: [Float], draw: Draw) throws(InverseError) -> Evaluation {
    do {
      let responses = try update(values)
      var sum = Evaluation(loss: 0, gradient: Array(repeating: 0, count: unknowns.count))
      let batch = ViewBatches(count: views.count, size: viewsPerStep, seeds: seeds).views(draw: draw.number)
      let division = ViewDivision(ranks: settings.ranks)
      let views = try division.map(batch.indices) { index, isAlone throws(TransportError) in
        let view = try rendering(alone: isAlone).evaluate(view: index, response: responses[index], draw: draw)
        return ViewDivision.Part(numbers: [view.loss, view.noise], gradient: view.gradient)
      }
      for view in views {
        sum.loss += batch.factor * view.numbers[0]
        sum.noise += batch.factor * view.numbers[1]
        for i in sum.gradient.indices { sum.gradient[i] += Float(batch.factor) * view.gradient[i] }
      }
      for regularizer in regularizers { sum.loss += regularizer.evaluate(values, addingTo: &sum.gradient) }
      return sum
    } catch { throw InverseError(error) }
  }

  /// The picture of one view at the unknowns `values`, as its camera would have taken it.
  public func render(_ values: [Float], view: Int, samplesPerPixel: Int) throws(InverseError) -> RenderResult {
    do {
      let responses = try update(values)
      var settings = viewSettings(view, seed: seeds.seed(iteration: 0, view: view, for: .final))
      settings.samplesPerPixel = samplesPerPixel
      renderer.litEmitters = views[view].lights
      var result = try renderer.render(settings, monitor: monitor)
      result.rgb = responses[view].apply(result.rgb)
      return result
    } catch { throw InverseError(error) }
  }

  /// The same objective, whose pictures this process renders by itself or shares with others as the settings say.
  func rendering(alone isAlone: Bool) -> RenderObjective {
    guard isAlone else { return self }
    var copy = self
    copy.settings.ranks = nil
    return copy
  }

  /// Brings the renderer to the unknowns; returns the responses of the views.
  func update(_ values: [Float]) throws(TransportError) -> [Response] {
    var theta = renderer.theta
    unknowns.scatter(values, into: &theta)
    if theta != renderer.theta { try renderer.update(theta: theta) }
    let given = views.map(\.response)
    return solvesResponses ? unknowns.responses(values, start: given) : given
  }

  func viewSettings(_ view: Int, seed: UInt64, samples: Int = 1) -> RenderSettings {
    var settings = self.settings
    settings.sensor = views[view].sensor
    settings.quantity = views[view].quantity
    // Stratified points whatever the scene file asks for: the noise of gradients, not of pictures, sets the pace.
    settings.sampler = settings.sampler ?? .sobol
    settings.samplesPerPixel = settings.samplesPerPixel.map { $0 * samples }
    settings.seed = seed
    return settings
  }

  /// What one draw renders of a view.
  func drawSettings(_ view: Int, _ draw: Draw, _ purpose: SeedSequence.Purpose) -> RenderSettings {
    var settings = viewSettings(
      view, seed: seeds.seed(iteration: draw.number, view: view, for: purpose), samples: draw.samples)
    settings.samplesPerPixel = settings.samplesPerPixel.map { draw.parts == 1 ? $0 : max(2, $0 / draw.parts) }
    if let annealing { annealing.rule.apply(to: &settings, iteration: draw.number, of: annealing.iterations) }
    return settings
  }

  private func evaluate(view index: Int, response: Response, draw: Draw) throws(TransportError) -> Evaluation {
    let view = views[index]
    let loss = loss.scaled(by: view.weight)
    renderer.litEmitters = view.lights
    let settings = drawSettings(index, draw, .gradient)
    if let fused = loss.fused, customLosses.isEmpty, response == .identity, !hasUnknownResponse(index) {
      let result = try renderer.fused(
        settings,
        target: FusedTarget(loss: fused.loss, rgb: view.rgb, weights: view.weights, clip: view.clip),
        requested: unknowns.ranges, monitor: monitor)
      return Evaluation(
        loss: Double(fused.weight) * result.loss, noise: fused.loss == .l2 ? Double(fused.weight) * result.noise : 0,
        gradient: gather(result.gradient).map { $0 * fused.weight })
    }
    let image = try renderer.render(drawSettings(index, draw, .image), monitor: monitor).rgb
    let seen = response.apply(image)
    var (value, adjoint) = loss.evaluate(rendered: seen, target: view.target)
    for custom in customLosses {
      let (more, derivative) = custom.evaluate(rendered: seen, target: view.target)
      value += Double(view.weight) * more
      for i in adjoint.indices { adjoint[i] += view.weight * derivative[i] }
    }
    let responseGradient = self.responseGradient(index, response, image: image, seen: seen, adjoint: adjoint)
    let slopes = response == .identity ? [] : response.slopes(image)
    for i in slopes.indices { adjoint[i] *= slopes[i] }
    // A NaN in the adjoint must not reach every parameter through its pixel; the gradient says that it was there.
    let result = try renderer.reverse(settings, adjoint: adjoint, requested: unknowns.ranges, monitor: monitor)
    return Evaluation(loss: value, gradient: gather(result.gradient, responseGradient))
  }

  /// Whether any number of a view's response is unknown.
  func hasUnknownResponse(_ view: Int) -> Bool {
    let first = unknowns.thetaCount + Response.count * view
    return unknowns.slices.contains { $0.range.overlaps(first..<(first + Response.count)) }
  }

  /// The unknown elements of a gradient by θ and by the responses.
  private func gather(_ theta: [Float], _ responses: [Float] = []) -> [Float] {
    if unknowns.ranges.count == unknowns.slices.count { return unknowns.gather(theta) }
    let all = responses.isEmpty ? [Float](repeating: 0, count: Response.count * views.count) : responses
    return unknowns.gather(theta + all)
  }

  /// ∂ℒ by the responses of all views, of which one view only changes its own.
  private func responseGradient(
    _ view: Int, _ response: Response, image: [Float], seen: [Float], adjoint: [Float]
  ) -> [Float] {
    var gradient = [Float](repeating: 0, count: Response.count * views.count)
    guard hasUnknownResponse(view) else { return gradient }
    var sum = SIMD4<Double>.zero
    for i in image.indices {
      sum += Double(adjoint[i]) * SIMD4<Double>(response.derivatives(image, value: seen[i], at: i))
    }
    for k in 0..<Response.count { gradient[Response.count * view + k] = Float(sum[k]) }
    return gradient
  }
}

extension InverseError {
  init(_ error: TransportError) {
    switch error.code {
    case .cancelled: self.init(.cancelled, error.message)
    case .unknownParameter, .notDifferentiable, .invalidOption, .invalidScene: self.init(.invalidProblem, error.message)
    case .outOfMemory, .intersector, .ranks: self.init(.failed, error.message)
    }
  }
}
