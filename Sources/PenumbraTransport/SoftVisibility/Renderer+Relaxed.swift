extension Renderer {
  /// The picture that soft visibility differentiates: visibility of the first surface and of its lights as the relaxed
  /// choices make it, at the random numbers that the derivative uses. Pictures and losses never use it.
  ///
  /// - Parameter requested: elements of θ; the objects that they move are the relaxed ones.
  /// - Returns: linear RGB, shape [height × width × 3].
  public func relaxed(_ settings: RenderSettings, requested: [Range<Int>]) throws(TransportError) -> [Float] {
    let plan = try RenderPlan(settings, structure: structure, expanded: expanded)
    let scope = try GradientScope(
      requested: requested, structure: structure, expanded: expanded, sensor: settings.sensor)
    let movers = MovingObjects(
      { range in range.contains { scope.wanted.base[$0] } }, structure: structure, layout: expanded.vector.layout)
    let topology = try topology()
    guard let estimator = softEstimator(settings, plan, scope.request, movers, topology, .all) else {
      return try render(settings).rgb
    }
    var image = [Double](repeating: 0, count: 3 * plan.film.width * plan.film.height)
    image.withUnsafeMutableBufferPointer {
      for chunk in 0..<BoundaryEstimator.chunks { estimator.addPicture(chunk: chunk, to: $0.baseAddress!) }
    }
    return image.map { Float($0) }
  }

  /// The estimator of relaxed visibility, `nil` when nothing that moves has an outline.
  func softEstimator(
    _ settings: RenderSettings, _ plan: RenderPlan, _ request: GradientRequest, _ movers: MovingObjects,
    _ topology: EdgeTopology, _ parts: BoundaryParts
  ) -> SoftEstimator? {
    SoftEstimator(
      plan: plan, request: request, movers: movers, topology: topology, parts: parts, settings: settings.soft,
      structure: structure, reach: expanded.radius)
  }
}
