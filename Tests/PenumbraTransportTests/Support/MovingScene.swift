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

  /// Derivative pictures of two ways to take so many samples, and how far they are apart.
  struct Comparison {
    var first: BoundarySplat
    var second: BoundarySplat
    private let images: (OwnedBuffer<Double>, OwnedBuffer<Double>)

    fileprivate init(_ moving: MovingScene, _ estimator: BoundaryEstimator, samples: Int) {
      let count = 3 * estimator.footprint.width * estimator.footprint.height
      images = (OwnedBuffer(repeating: 0, count: count), OwnedBuffer(repeating: 0, count: count))
      func target(_ image: OwnedBuffer<Double>) -> BoundarySplat {
        var target = BoundarySplat(
          footprint: estimator.footprint, tangent: UnsafePointer(moving.rates.base), image: image.base)
        target.share = 1 / Float(samples)
        return target
      }
      (first, second) = (target(images.0), target(images.1))
    }

    /// Sums of squares over all numbers of a picture.
    var squares: (difference: Double, size: Double) {
      zip(images.0.buffer, images.1.buffer).reduce((0.0, 0.0)) {
        ($0.0 + ($1.0 - $1.1) * ($1.0 - $1.1), $0.1 + $1.0 * $1.0)
      }
    }
  }

  func compare(_ estimator: BoundaryEstimator, samples: Int) -> Comparison {
    Comparison(self, estimator, samples: samples)
  }
}
