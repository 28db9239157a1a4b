@testable import PenumbraTransport

/// What estimators of boundaries are made from when one element of a parameter moves.
struct MovingScene {
  let renderer: Renderer
  let request: GradientRequest
  let movers: MovingObjects
  /// Velocity of the expanded vector.
  let rates: OwnedBuffer<Float>

  /// - Parameter range: of θ; its first element moves.
  init(_ renderer: Renderer, _ range: Range<Int>) throws {
    self.renderer = renderer
    var tangent = [Float](repeating: 0, count: renderer.theta.count)
    tangent[range.lowerBound] = 1
    let velocity = renderer.expanded.vector.tangent(tangent)
    let layout = renderer.expanded.vector.layout
    request = GradientRequest(velocity.map { $0 != 0 }, structure: renderer.structure, layout: layout, sensor: 0)
    movers = MovingObjects(
      { velocity[$0].contains { $0 != 0 } }, structure: renderer.structure, layout: layout)
    rates = OwnedBuffer(velocity)
  }

  func estimator(_ plan: RenderPlan, parts: BoundaryParts = .all) throws -> BoundaryEstimator? {
    try BoundaryEstimator(
      plan: plan, request: request, movers: movers, topology: renderer.topology(), parts: parts,
      pilot: .tangent(UnsafePointer(rates.base)), followsReflections: false)
  }
}
