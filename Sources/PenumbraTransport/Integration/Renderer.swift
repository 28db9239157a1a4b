/// Renders and differentiates one scene. Not thread-safe itself; it runs its own worker threads.
public final class Renderer {
  public let structure: SceneStructure
  /// Current values of all parameters.
  public private(set) var theta: [Float]
  let expanded: ExpandedScene
  /// Found when a derivative first needs it; the same for every θ.
  private var edgeTopology: EdgeTopology?

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
    let aovs = structure.integrator.aovs
    // Layers hold moments of a pixel's own samples, which must not be shared with its neighbours.
    let isSplatted = aovs.isEmpty && SplatPass.isNeeded(for: plan.film.filter)
    var result = try isSplatted ? SplatPass(plan: plan).run(monitor) : ImagePass(plan: plan, aovs: aovs).run(monitor)
    result.statistics = try plan.share.total(result.statistics)
    return result
  }

  /// Forward mode: dI/dε of I(θ + ε θ̇), moving discontinuities as `settings.visibility` says.
  ///
  /// - Parameters:
  ///   - tangent: θ̇, laid out like θ.
  ///   - breakdown: whether the parts of the derivative are wanted one by one too.
  public func forward(
    _ settings: RenderSettings, tangent: [Float], breakdown: Bool = false, monitor: RenderMonitor = RenderMonitor()
  ) throws(TransportError) -> ForwardDerivative {
    let plan = try RenderPlan(settings, structure: structure, expanded: expanded)
    try checkLength(tangent.count, theta.count, "tangent")
    let velocity = expanded.vector.tangent(tangent)
    let request = GradientRequest(
      velocity.map { $0 != 0 }, structure: structure, layout: expanded.vector.layout, sensor: settings.sensor)
    var result = try ForwardPass(plan: plan.differentiating(request), request: request, tangent: velocity).run(monitor)
    let rates = OwnedBuffer(velocity)
    if breakdown { result.parts.append((name: "interior", values: result.derivative)) }
    let parts: [(name: String, parts: BoundaryParts)] =
      breakdown && settings.visibility != .reparameterized
      ? [("interior", .interior), ("primary", .primary), ("shadow", .shadow), ("indirect", .indirect)]
      : [("boundary", .all)]
    for part in parts {
      let moves = { (range: Range<Int>) in velocity[range].contains { $0 != 0 } }
      let pass = try boundary(
        settings, plan, request, part.parts, pilot: .tangent(UnsafePointer(rates.base)), moves: moves)
      let (derivative, statistics) = try pass?.forward(velocity, monitor) ?? ([], RenderStatistics())
      for i in derivative.indices { result.derivative[i] += Float(derivative[i]) }
      result.statistics += statistics
      guard breakdown else { continue }
      if part.parts == .interior {
        for i in derivative.indices { result.parts[0].values[i] += Float(derivative[i]) }
        continue
      }
      let values = derivative.isEmpty ? [Float](repeating: 0, count: result.rgb.count) : derivative.map { Float($0) }
      result.parts.append((name: part.name, values: values))
    }
    withExtendedLifetime(rates) {}
    result.statistics = try plan.share.total(result.statistics)
    return result
  }

  /// All edges of the scene, found when they are first needed.
  func topology() throws(TransportError) -> EdgeTopology {
    if let known = edgeTopology { return known }
    let topology = try EdgeTopology(structure, expanded: expanded)
    edgeTopology = topology
    return topology
  }

  /// The pass over moving edges, `nil` when none moves or none is wanted.
  private func boundary(
    _ settings: RenderSettings, _ plan: RenderPlan, _ request: GradientRequest, _ parts: BoundaryParts = .all,
    pilot: PilotTarget.Weight, moves: (Range<Int>) -> Bool
  ) throws(TransportError) -> BoundaryPass? {
    guard settings.visibility != .none else { return nil }
    let movers = MovingObjects(moves, structure: structure, layout: expanded.vector.layout)
    guard !movers.isEmpty || request.wantsCamera else { return nil }
    let topology = try topology()
    if settings.visibility == .reparameterized {
      try checkWarps(topology)
      let estimator = try WarpedEstimator(
        plan: plan, request: request, topology: topology, hasTrails: hasSpecularSurfaces(topology))
      return BoundaryPass(estimator: BoundaryEstimator(estimator, plan: plan), plan: plan)
    }
    if settings.visibility == .soft {
      return softEstimator(settings, plan, request, movers, topology, parts).map {
        BoundaryPass(estimator: BoundaryEstimator($0, plan: plan), plan: plan)
      }
    }
    return try BoundaryEstimator(
      plan: plan, request: request, movers: movers, topology: topology, parts: parts, pilot: pilot,
      followsReflections: unseenByWarps(topology) == nil
    )
    .map { BoundaryPass(estimator: $0, plan: plan) }
  }

  func boundary(_ settings: RenderSettings, _ plan: RenderPlan, _ scope: GradientScope)
    throws(TransportError) -> BoundaryPass?
  {
    try boundary(settings, plan, scope.request, pilot: .wanted(UnsafePointer(scope.wanted.base))) { range in
      range.contains { scope.wanted.base[$0] }
    }
  }

  /// Reverse mode: ∂/∂θ of Σ A · I over pixels and channels, moving discontinuities as `settings.visibility` says.
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
    var (window, statistics) = try ReversePass(
      plan: plan.differentiating(scope.request), scope: scope, adjoint: adjoint
    ).run(monitor)
    if let boundary = try boundary(settings, plan, scope) {
      let (moving, more) = try boundary.reverse(adjoint, scope, monitor)
      for i in window.indices { window[i] += moving[i] }
      statistics += more
    }
    return ReverseDerivative(
      gradient: scope.pullBack(window, requested: requested), statistics: try plan.share.total(statistics))
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
    var result = try FusedPass(plan: plan.differentiating(scope.request), scope: scope, target: target).run(monitor)
    if let boundary = try boundary(settings, plan, scope) {
      // Edge samples are independent of the picture, so its own noise does not bias a loss of second degree.
      let (moving, more) = try boundary.reverse(target.adjoint(of: result.rgb), scope, monitor)
      for i in result.window.indices { result.window[i] += moving[i] }
      result.statistics += more
    }
    return FusedResult(
      rgb: result.rgb, loss: result.loss, noise: result.noise,
      gradient: scope.pullBack(result.window, requested: requested),
      statistics: try plan.share.total(result.statistics))
  }

  private func checkLength(_ found: Int, _ expected: Int, _ name: String) throws(TransportError) {
    guard found == expected else {
      throw TransportError(.invalidOption, "\(name): expected \(expected) values, found \(found)")
    }
  }
}
