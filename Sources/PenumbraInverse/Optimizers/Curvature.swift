/// The Gauss–Newton matrix H at one point, by the optimizer's coordinates, through products with few samples.
///
/// Half of the first iteration's samples are enough: what is read off it says how far to step, not where the optimum is.
struct Curvature<Model: Objective> {
  let objective: Model
  let coordinates: Coordinates
  /// The unknowns of the point.
  let x: [Float]

  /// H v, where all calls with one draw are products with one matrix. Costs two renders.
  func product(_ v: [Double], draw: Draw, _ point: inout Iterate) throws(InverseError) -> [Double] {
    let velocity = coordinates.pushForward(v.map { Float($0) }, at: x)
    var image = try objective.curvature(x, along: velocity, draw: draw)
    point.clean(&image)
    point.renders += 2
    return coordinates.pullBack(image.map(Double.init), at: x)
  }

  /// Adds vectors to an estimate of the diagonal of H, each at the cost of a render.
  func probe(_ scale: inout CurvatureScale, count: Int, _ point: inout Iterate) throws(InverseError) {
    for _ in 0..<count {
      var probe = try objective.curvatureProbe(x, draw: point.curvatureDraw())
      point.clean(&probe)
      point.renders += 1
      scale.take(coordinates.pullBack(probe, at: x))
    }
  }
}

extension Iterate {
  /// A new draw for products with the curvature.
  mutating func curvatureDraw() -> Draw {
    var draw = draw()
    (draw.samples, draw.parts) = (1, 2)
    return draw
  }
}
