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
      let directions = LineDirections(edge, geometry)
      let emitters = tracer.scene.emitters
      // Samples that count do so in full: edges are to be chosen by the root of their mean square.
      var squares = 0.0
      for trial in 0..<Self.trials where tracer.scene.hasEmitters {
        let numbers = sampler.nextVertex()
        let anchor =
          edge.isOutline ? geometry.anchor(edge) : geometry.point(edge, numbers.direction.x).position
        let choice = (Float(trial) + numbers.emitter) / Float(Self.trials)
        guard var light = emitters.sample(from: anchor, choice: choice, u: numbers.light) else { continue }
        let isSky = light.emitter == emitters.environment
        if isSky { light = directions.aimed(light, numbers, emitters) }
        let found =
          edge.isOutline
          ? geometry.outline(edge, along: light.direction, numbers.direction.x)
          : geometry.point(edge, numbers.direction.x)
        guard let point = found else { continue }
        let value = Double(light.radiance.luminance * light.scale * cross(point.along, light.direction).length)
        let chance: Float =
          isSky ? (point.outward(light.direction) == nil ? 0 : 1) : directions.chance(of: light, at: point, emitters)
        squares += value * value * Double(chance)
      }
      let meanSquare = squares / Double(Self.trials)
      lit.append(meanSquare.isFinite ? meanSquare.squareRoot() : 0)
      sizes.append(Double(geometry.size(edge) * directions.share))
    }
    // A part by length and angle alone keeps every edge possible, those that no trial found among them.
    let (totalLit, totalSize) = (max(lit.reduce(0, +), .leastNormalMagnitude), max(sizes.reduce(0, +), 1e-30))
    let share = hasIndirect ? 0.4 : 0.15
    let weights = zip(lit, sizes).map { Float((1 - share) * $0 / totalLit + share * $1 / totalSize) }
    edges = OwnedBuffer(candidates)
    distribution = EdgeDistribution(weights)
  }
}
