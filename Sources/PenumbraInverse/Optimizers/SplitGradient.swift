/// A gradient by the coordinates from two independent halves of a draw's samples, and how much of it is noise.
struct SplitGradient {
  /// ℒ without what noise adds to it, and half of the difference of the halves.
  let loss: Double
  let deviation: Double
  /// The mean of the halves, and half of their difference, shape [n].
  let mean: [Double]
  let difference: [Double]

  /// - Throws: `.failed` when ℒ is not finite; gradient elements that are not become 0 and are counted.
  init(
    _ x: [Float], _ point: inout Iterate, _ coordinates: Coordinates, _ objective: some Objective
  ) throws(InverseError) {
    var halves: [(loss: Double, gradient: [Double])] = []
    for _ in 0..<2 {
      var draw = point.draw()
      draw.parts = 2
      var evaluation = try objective.evaluate(x, draw: draw)
      point.clean(&evaluation.gradient)
      halves.append(
        (evaluation.loss - evaluation.noise, coordinates.pullBack(evaluation.gradient.map(Double.init), at: x)))
    }
    point.renders += 1
    let (a, b) = (halves[0], halves[1])
    (loss, deviation) = ((a.loss + b.loss) / 2, abs(a.loss - b.loss) / 2)
    guard loss.isFinite else { throw InverseError(.failed, "the loss is not finite") }
    mean = zip(a.gradient, b.gradient).map { ($0 + $1) / 2 }
    difference = zip(a.gradient, b.gradient).map { ($0 - $1) / 2 }
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
