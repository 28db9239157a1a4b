/// Edges that can come between two surfaces, chosen by the light that may be seen past them.
final class SecondaryEdges {
  let edges: OwnedBuffer<EdgeRecord>
  let distribution: EdgeDistribution
  /// The probability of the sky instead of another light, at each edge.
  private let skies: OwnedBuffer<Float>
  private let skyChoice: SkyChoice?
  var lights: EdgeLights { EdgeLights(skies: UnsafePointer(skies.base), choice: skyChoice) }

  /// Neither the sky nor other lights are chosen less often: trials may have missed what matters.
  private static let leastSky: Float = 0.1

  /// - Parameter hasIndirect: whether light may also come from surfaces, so that every edge counts.
  init(_ candidates: [EdgeRecord], tracer: PathTracer, seed: UInt64, hasIndirect: Bool) {
    let geometry = EdgeGeometry(scene: tracer.scene)
    var lit: [Double] = []
    var sizes: [Double] = []
    lit.reserveCapacity(candidates.count)
    sizes.reserveCapacity(candidates.count)
    skyChoice = SkyChoice(tracer.scene.emitters)
    skies = OwnedBuffer(repeating: 0, count: candidates.count)
    let trials = EdgeTrials.count(edges: candidates.count)
    for (index, edge) in candidates.enumerated() {
      var sampler = PathSampler(kind: .independent, seed: seed, pixel: index, sample: 0)
      let directions = LineDirections(edge, geometry)
      let light = Self.light(edge, geometry, directions, tracer, skyChoice, trials: trials, &sampler)
      lit.append(light.rms.isFinite ? light.rms : 0)
      skies.base[index] = light.sky
      sizes.append(Double(geometry.size(edge) * directions.share))
    }
    // A part by length and angle alone keeps every edge possible, those that no trial found among them.
    let (totalLit, totalSize) = (max(lit.reduce(0, +), .leastNormalMagnitude), max(sizes.reduce(0, +), 1e-30))
    let share = hasIndirect ? 0.4 : 0.15
    let weights = zip(lit, sizes).map { Float((1 - share) * $0 / totalLit + share * $1 / totalSize) }
    edges = OwnedBuffer(candidates)
    distribution = EdgeDistribution(weights)
  }

  /// What light may pass an edge, judged from a few samples.
  ///
  /// - Returns: the root mean square of a sample, and how often it should be of the sky: in proportion to the root mean
  ///   squares of both kinds, which leaves the sum of the two.
  private static func light(
    _ edge: EdgeRecord, _ geometry: EdgeGeometry, _ directions: LineDirections, _ tracer: PathTracer,
    _ skyChoice: SkyChoice?, trials: Int, _ sampler: inout PathSampler
  ) -> (rms: Double, sky: Float) {
    let emitters = tracer.scene.emitters
    // Squares of what the kind alone would give, by kind.
    var (sky, others) = (0.0, 0.0)
    let outlined = edge.isOutline ? OutlinedShape(edge, geometry) : nil
    var memory = LineDirections.Memory()
    var light = EmitterSample.none
    for trial in 0..<trials where tracer.scene.hasEmitters {
      let numbers = sampler.nextVertex()
      let anchor = outlined?.anchor ?? geometry.point(edge, numbers.direction.x).position
      let u = (Float(trial) + numbers.emitter) / Float(trials)
      let aim = directions.aim(
        from: anchor, choice: skyChoice?.number(u, sky: 0.5) ?? u, numbers, emitters, &memory, &light)
      guard aim != .none else { continue }
      let isSky = light.emitter == emitters.environment
      let point: EdgePoint
      if let outlined {
        guard let outline = outlined.outline(along: light.direction) else { continue }
        point = EdgePoint(outline.point(numbers.direction.x))
      } else {
        point = geometry.point(edge, numbers.direction.x)
      }
      var value = Double(light.radiance.luminance * light.scale * cross(point.along, light.direction).length)
      if let skyChoice { value /= Double(2 * skyChoice.gain(isSky: isSky, sky: 0.5)) }
      // Samples that count do so in full.
      let chance: Float =
        isSky
        ? (point.outward(light.direction) == nil ? 0 : 1)
        : (aim == .all ? 1 : directions.chance(of: light, at: point, emitters, &memory))
      if isSky { sky += value * value * Double(chance) } else { others += value * value * Double(chance) }
    }
    let count = Double(skyChoice == nil ? trials : trials / 2)
    let (a, b) = ((sky / count).squareRoot(), (others / count).squareRoot())
    let share = a + b > 0 && (a + b).isFinite ? Float(a / (a + b)) : 0.5
    return (a + b, min(max(share, Self.leastSky), 1 - Self.leastSky))
  }
}

/// How lights are chosen at edges.
struct EdgeLights {
  /// The probability of the sky instead of another light, at each edge.
  fileprivate let skies: UnsafePointer<Float>
  fileprivate let choice: SkyChoice?

  /// The number with which to choose a light at an edge.
  @inline(__always) func number(_ u: Float, at edge: Int) -> Float {
    choice?.number(u, sky: skies[edge]) ?? u
  }

  /// How much more often than by power a light is chosen at an edge.
  @inline(__always) func gain(isSky: Bool, at edge: Int) -> Float {
    choice?.gain(isSky: isSky, sky: skies[edge]) ?? 1
  }
}
