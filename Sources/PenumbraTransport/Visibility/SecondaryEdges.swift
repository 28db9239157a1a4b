/// Edges that can come between two surfaces, chosen by the light that may be seen past them.
final class SecondaryEdges {
  let edges: OwnedBuffer<EdgeRecord>
  let distribution: EdgeDistribution

  /// Samples of the lights with which each edge is tried.
  private static let trials = 8

  /// - Parameter hasIndirect: whether light may also come from surfaces, so that every edge counts.
  init(_ candidates: [EdgeRecord], tracer: PathTracer, seed: UInt64, hasIndirect: Bool) {
    let geometry = EdgeGeometry(scene: tracer.scene)
    var lit: [Double] = []
    var sizes: [Double] = []
    for (index, edge) in candidates.enumerated() {
      var sampler = PathSampler(kind: .independent, seed: seed, pixel: index, sample: 0)
      var (sum, outlines) = (0.0, 0.0)
      for _ in 0..<Self.trials {
        let numbers = sampler.nextVertex()
        let anchor =
          edge.isOutline ? geometry.anchor(edge) : geometry.point(edge, numbers.direction.x).position
        guard tracer.scene.hasEmitters,
          let light = tracer.scene.emitters.sample(from: anchor, choice: numbers.emitter, u: numbers.light)
        else { continue }
        let found =
          edge.isOutline
          ? geometry.outline(edge, along: light.direction, numbers.direction.x)
          : geometry.point(edge, numbers.direction.x)
        guard let point = found else { continue }
        sum += Double(light.radiance.luminance * light.scale * cross(point.along, light.direction).length)
        if point.outward(light.direction) != nil { outlines += 1 }
      }
      // Light passes the edge, rather than meeting both its surfaces or none, with about this probability. Samples that
      // count then count in full, so that their root mean square is its root.
      let probability = min(outlines / Double(Self.trials) + Double(geometry.turn(edge)) / (2 * .pi), 1)
      let mean = sum / Double(Self.trials) * probability.squareRoot()
      lit.append(mean.isFinite ? mean : 0)
      sizes.append(Double(geometry.size(edge)))
    }
    // A part by length alone keeps every edge possible, those that no trial found among them.
    let (totalLit, totalSize) = (max(lit.reduce(0, +), .leastNormalMagnitude), max(sizes.reduce(0, +), 1e-30))
    let share = hasIndirect ? 0.4 : 0.15
    let weights = zip(lit, sizes).map { Float((1 - share) * $0 / totalLit + share * $1 / totalSize) }
    edges = OwnedBuffer(candidates)
    distribution = EdgeDistribution(weights)
  }
}
