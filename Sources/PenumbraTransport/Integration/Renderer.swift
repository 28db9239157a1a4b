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
    fatalError()
  }

  /// Reverse mode: ∂/∂θ of Σ A · I over pixels and channels, interior part.
  ///
  /// - Parameters:
  ///   - adjoint: A, shape [height × width × 3].
  ///   - requested: elements of θ whose derivative is wanted.
  public func reverse(
    _ settings: RenderSettings, adjoint: [Float], requested: [Range<Int>], monitor: RenderMonitor = RenderMonitor()
  ) throws(TransportError) -> ReverseDerivative {
    fatalError()
  }

  /// Image and gradient of a pixel loss from one set of paths; the loss adjoint of a sample comes from other samples.
  ///
  /// - Throws: `.invalidOption` below 2 samples per pixel.
  public func fused(
    _ settings: RenderSettings, target: FusedTarget, requested: [Range<Int>],
    monitor: RenderMonitor = RenderMonitor()
  ) throws(TransportError) -> FusedResult {
    fatalError()
  }
}
