/// How much it matters that a light may see one of an edge's two triangles and not the other.
///
/// A smoothly shaded mesh still casts shadows on itself as the polyhedron that it is: a triangle turned away from the
/// light is dark even where its interpolated normals are not. So the picture may change abruptly at any edge that the
/// camera sees from both sides.
struct FacetShadow {
  let tracer: PathTracer
  let geometry: EdgeGeometry
  private let seed: UInt64

  /// Light directions that are tried per edge.
  private static let trials = 8

  init(tracer: PathTracer, geometry: EdgeGeometry) {
    self.tracer = tracer
    self.geometry = geometry
    seed = Hash.combine(0xface, 0x7e57)
  }

  /// The weight of the edge beside one whose every sample counts, in 0...1; 0 when the triangles lie in one plane.
  ///
  /// If light comes from between the planes of the triangles with probability p, as guessed from the share of tried
  /// directions and the angle between the triangles, so many samples of the edge count, in full: their root mean
  /// square, by which edges are to be chosen, is √p.
  func importance(_ edge: EdgeRecord, number: Int) -> Float {
    let angle = geometry.turn(edge)
    guard angle > 1e-4 else { return 0 }
    let point = geometry.point(edge, 0.5)
    var sampler = PathSampler(kind: .independent, seed: seed, pixel: number, sample: 0)
    var hits: Float = 0
    for _ in 0..<Self.trials where tracer.scene.hasEmitters {
      let numbers = sampler.nextVertex()
      if let light = tracer.scene.emitters.sample(
        from: point.position, choice: numbers.emitter, u: numbers.light), point.outward(light.direction) != nil
      {
        hits += 1
      }
    }
    return min(hits / Float(Self.trials) + angle / (2 * .pi), 1).squareRoot()
  }
}
