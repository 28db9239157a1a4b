/// How much it matters that a light may see one of an edge's two triangles and not the other.
///
/// A smoothly shaded mesh still casts shadows on itself as the polyhedron that it is: a triangle turned away from the
/// light is dark even where its interpolated normals are not. So the picture may change abruptly at any edge that the
/// camera sees from both sides.
struct FacetShadow {
  let tracer: PathTracer
  private let seed: UInt64

  /// Light directions that are tried per edge.
  private let trials: Int

  /// - Parameter edges: how many may be asked for.
  init(tracer: PathTracer, edges: Int) {
    trials = EdgeTrials.count(edges: edges)
    self.tracer = tracer
    seed = Hash.combine(0xface, 0x7e57)
  }

  /// Part of the light that is taken to come from other surfaces, and so from anywhere, where it can and where it cannot.
  private static let indirectShare: (Float, Float) = (0.25, 0.01)

  /// The weight of the edge beside one whose every sample counts, in 0...1; 0 when the triangles lie in one plane.
  ///
  /// If light comes from between the planes of the triangles with probability p, so many samples of the edge count, in
  /// full: their root mean square, by which edges are to be chosen, is √p. Lights of different strength count by its
  /// square.
  ///
  /// - Parameter point: of the edge, any.
  func importance(of point: EdgePoint, number: Int) -> Float {
    guard let (m, n) = point.areas,
      dot(m, n) < 0 || cross(m, n).squaredLength > 1e-8 * m.squaredLength * n.squaredLength
    else { return 0 }
    let directions = LineDirections(point)
    let emitters = tracer.scene.emitters
    var sampler = PathSampler(kind: .independent, seed: seed, pixel: number, sample: 0)
    var (between, all): (Float, Float) = (0, 0)
    var memory = LineDirections.Memory()
    for trial in 0..<trials where tracer.scene.hasEmitters {
      let numbers = sampler.nextVertex()
      let choice = (Float(trial) + numbers.emitter) / Float(trials)
      guard let light = emitters.sample(from: point.position, choice: choice, u: numbers.light) else { continue }
      let strength = light.radiance.luminance * light.scale
      between += strength * strength * directions.chance(of: light, at: point, emitters, &memory)
      all += strength * strength
    }
    let indirect = tracer.maxDepth >= 3 ? Self.indirectShare.0 : Self.indirectShare.1
    let direct = all > 0 && all.isFinite ? between / all : 0
    return ((1 - indirect) * direct + indirect * directions.share).squareRoot()
  }
}
