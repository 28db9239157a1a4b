/// A gradient by the coordinates from two independent halves of a draw's samples, and how much of it is noise.
struct SplitGradient {
  /// ℒ without what noise adds to it, and half of the difference of the halves.
  let loss: Double
  let deviation: Double
  /// The mean of the halves, and half of their difference, shape [n].
  let mean: [Double]
  let difference: [Double]

  /// - Parameter model: with explicit derivatives at x; `nil` to evaluate the objective.
  /// - Throws: `.failed` when ℒ is not finite; gradient elements that are not become 0 and are counted.
  init(
    _ model: SparseModel?, _ x: [Float], _ point: inout Iterate, _ coordinates: Coordinates,
    _ objective: some Objective
  ) throws(InverseError) {
    func pullBack(_ gradient: [Float], _ point: inout Iterate) -> [Double] {
      var gradient = gradient
      point.clean(&gradient)
      return coordinates.pullBack(gradient.map(Double.init), at: x)
    }
    if let model {
      let (a, b) = (pullBack(model.gradients.a, &point), pullBack(model.gradients.b, &point))
      try self.init(loss: model.loss, deviation: model.deviation, a: a, b: b)
      return
    }
    var halves: [(loss: Double, gradient: [Double])] = []
    for _ in 0..<2 {
      var draw = point.draw()
      draw.parts = 2
      let evaluation = try objective.evaluate(x, draw: draw)
      halves.append((evaluation.loss - evaluation.noise, pullBack(evaluation.gradient, &point)))
    }
    point.renders += 1
    let (a, b) = (halves[0], halves[1])
    try self.init(
      loss: (a.loss + b.loss) / 2, deviation: abs(a.loss - b.loss) / 2, a: a.gradient, b: b.gradient)
  }

  private init(loss: Double, deviation: Double, a: [Double], b: [Double]) throws(InverseError) {
    guard loss.isFinite else { throw InverseError(.failed, "the loss is not finite") }
    (self.loss, self.deviation) = (loss, deviation)
    mean = zip(a, b).map { ($0 + $1) / 2 }
    difference = zip(a, b).map { ($0 - $1) / 2 }
  }

  /// gₐᵀ D⁻¹ g_b, and the noise ¼ (gₐ − g_b)ᵀ D⁻¹ (gₐ − g_b) of the mean.
  func signal(_ diagonal: [Double], _ isFixed: [Bool]) -> (signal: Double, noise: Double) {
    var (signal, noise) = (0.0, 0.0)
    for i in diagonal.indices where !isFixed[i] {
      let (m, d) = (mean[i] * mean[i], difference[i] * difference[i])
      signal += (m - d) / diagonal[i]
      noise += d / diagonal[i]
    }
    return (signal, noise)
  }
}
