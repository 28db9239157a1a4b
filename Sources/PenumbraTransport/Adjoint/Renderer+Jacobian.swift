/// A picture and its derivatives by a list of unknowns.
public struct PictureJacobian: Sendable {
  public var width: Int
  public var height: Int
  /// Linear RGB, shape [height × width × 3].
  public var rgb: [Float]
  /// Number of unknowns n.
  public var count: Int
  /// ∂I/∂θᵢ, shape [height × width × 3 × n].
  public var rows: [Float]
  public var statistics: RenderStatistics
}

extension Renderer {
  /// Numbers in the rows of a Jacobian up to which it is made: 4 GiB.
  private static let largestJacobian = 1 << 30

  /// The picture and ∂I/∂θᵢ of every pixel, from one set of paths and, where edges move, one set of edge samples.
  ///
  /// Two calls with different seeds give independent halves, whose product estimates JᵀJ without the bias by noise
  /// that the product of one with itself has.
  /// - Parameter elements: the unknowns, as elements of θ.
  /// - Throws: `.outOfMemory` when the rows would take more than 4 GiB.
  public func jacobian(
    _ settings: RenderSettings, elements: [Int], monitor: RenderMonitor = RenderMonitor()
  ) throws(TransportError) -> PictureJacobian {
    let plan = try RenderPlan(settings, structure: structure, expanded: expanded)
    let values = 3 * plan.film.width * plan.film.height
    guard values * max(elements.count, 1) <= Self.largestJacobian else {
      throw TransportError(
        .outOfMemory,
        "\(elements.count) unknowns of a \(plan.film.width)×\(plan.film.height) picture: too many for"
          + " explicit derivatives of every pixel; use an optimizer by gradients")
    }
    let scope = try GradientScope(
      requested: elements.map { $0..<($0 + 1) }, structure: structure, expanded: expanded, sensor: settings.sensor)
    let map = UnknownMap(elements, vector: expanded.vector)
    var result = PictureJacobian(
      width: plan.film.width, height: plan.film.height, rgb: [Float](repeating: 0, count: values),
      count: elements.count, rows: [Float](repeating: 0, count: values * elements.count),
      statistics: RenderStatistics())
    let pass = JacobianPass(plan: plan.differentiating(scope.request), request: scope.request, map: map)
    let boundary = try boundary(settings, plan, scope)
    var statistics = RenderStatistics()
    try result.rows.withUnsafeMutableBufferPointer { rows throws(TransportError) in
      try result.rgb.withUnsafeMutableBufferPointer { rgb throws(TransportError) in
        guard let rows = rows.baseAddress ?? rgb.baseAddress, let rgb = rgb.baseAddress else { return }
        statistics += try pass.run(rgb: rgb, rows: rows, monitor)
        if let boundary { statistics += try boundary.addRows(map, to: rows, monitor) }
      }
    }
    result.statistics = try plan.share.total(statistics)
    return result
  }
}
