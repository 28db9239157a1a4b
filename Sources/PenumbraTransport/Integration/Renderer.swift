/// Renders and differentiates one scene. Not thread-safe itself; it runs its own worker threads.
public final class Renderer {
  public let structure: SceneStructure
  /// Current values of all parameters.
  public private(set) var theta: [Float]
  let expanded: ExpandedScene

  /// - Throws: when the scene cannot be expanded or Embree fails.
  public init(_ scene: Scene) throws(TransportError) {
    structure = scene.structure
    theta = scene.theta
    expanded = try ExpandedScene(scene)
  }

  /// Replaces θ (same length) and expands again what changed.
  public func update(theta: [Float]) throws(TransportError) {
    precondition(theta.count == self.theta.count, "\(theta.count) values for \(self.theta.count) parameters")
    try expanded.update(theta)
    self.theta = theta
  }

  /// Emitters that are switched on, by position in `SceneStructure.emitters`; `nil` for all. θ keeps their values,
  /// and derivatives with respect to dark emitters are 0.
  public var litEmitters: Set<Int>? {
    didSet {
      guard litEmitters != oldValue else { return }
      expanded.switchEmitters(structure.emitters.indices.map { litEmitters?.contains($0) ?? true })
    }
  }

  /// The picture I(θ).
  public func render(_ settings: RenderSettings, monitor: RenderMonitor = RenderMonitor()) throws(TransportError)
    -> RenderResult
  {
    let plan = try RenderPlan(settings, structure: structure, expanded: expanded)
    return try ImagePass(plan: plan, aovs: structure.integrator.aovs).run(monitor)
  }

  /// Forward mode: dI/dε of I(θ + ε θ̇), interior part (no moving discontinuities).
  ///
  /// - Parameter tangent: θ̇, laid out like θ.
  public func forward(
    _ settings: RenderSettings, tangent: [Float], monitor: RenderMonitor = RenderMonitor()
  ) throws(TransportError) -> ForwardDerivative {
    let plan = try RenderPlan(settings, structure: structure, expanded: expanded)
    try checkLength(tangent.count, theta.count, "tangent")
    let velocity = expanded.vector.tangent(tangent)
    let request = GradientRequest(
      velocity.map { $0 != 0 }, structure: structure, layout: expanded.vector.layout, sensor: settings.sensor)
    return try ForwardPass(plan: plan.differentiating(request), request: request, tangent: velocity).run(monitor)
  }

  /// Reverse mode: ∂/∂θ of Σ A · I over pixels and channels, interior part.
  ///
  /// - Parameters:
  ///   - adjoint: A, shape [height × width × 3].
  ///   - requested: elements of θ whose derivative is wanted.
  public func reverse(
    _ settings: RenderSettings, adjoint: [Float], requested: [Range<Int>], monitor: RenderMonitor = RenderMonitor()
  ) throws(TransportError) -> ReverseDerivative {
    let plan = try RenderPlan(settings, structure: structure, expanded: expanded)
    try checkLength(adjoint.count, 3 * plan.film.width * plan.film.height, "adjoint image")
    let scope = try GradientScope(
      requested: requested, structure: structure, expanded: expanded, sensor: settings.sensor)
    let (window, statistics) = try ReversePass(
      plan: plan.differentiating(scope.request), scope: scope, adjoint: adjoint
    ).run(monitor)
    return ReverseDerivative(gradient: scope.pullBack(window, requested: requested), statistics: statistics)
  }

  /// Image and gradient of a pixel loss from one set of paths; the loss adjoint of a sample comes from other samples.
  ///
  /// - Throws: `.invalidOption` below 2 samples per pixel.
  public func fused(
    _ settings: RenderSettings, target: FusedTarget, requested: [Range<Int>],
    monitor: RenderMonitor = RenderMonitor()
  ) throws(TransportError) -> FusedResult {
    let plan = try RenderPlan(settings, structure: structure, expanded: expanded)
    let pixels = plan.film.width * plan.film.height
    try checkLength(target.rgb.count, 3 * pixels, "target")
    if !target.weights.isEmpty { try checkLength(target.weights.count, pixels, "weights") }
    guard plan.samplesPerPixel >= 2 else {
      throw TransportError(.invalidOption, "expected at least 2 samples per pixel for a gradient, found 1")
    }
    let scope = try GradientScope(
      requested: requested, structure: structure, expanded: expanded, sensor: settings.sensor)
    let result = try FusedPass(plan: plan.differentiating(scope.request), scope: scope, target: target).run(monitor)
    return FusedResult(
      rgb: result.rgb, loss: result.loss, gradient: scope.pullBack(result.window, requested: requested),
      statistics: result.statistics)
  }

  private func checkLength(_ found: Int, _ expected: Int, _ name: String) throws(TransportError) {
    guard found == expected else {
      throw TransportError(.invalidOption, "\(name): expected \(expected) values, found \(found)")
    }
  }
}
