/// The borders of spots and projectors where they fall on surfaces.
///
/// Light of intensity I leaves in the directions within a rim. With n the unit vector towards the lit side and D the surface
/// point, r away, that a direction ω of the rim meets, the derivative of the light that arrives is
///
///     − ∫ dl W(D) f(D) I(ω) (ω̇ − (Ḋ − Ṡ) / r) · n
///
/// over the rim's length l on the sphere of directions, S being the light's place.
struct RimBoundary {
  let tracer: PathTracer
  let footprint: FilmFootprint
  let flags: GradientFlags
  let rims: LightRims
  let parts: BoundaryParts

  func sample<Target: BoundaryTarget>(
    choice: Float, sampler: inout PathSampler, rays: inout UInt64, target: inout Target
  ) {
    let emitters = tracer.scene.emitters
    let drawn = rims.table.sample(choice)
    let numbers = sampler.nextVertex()
    let (scatterings, chance) = CameraWalk.scatterings(numbers.lobe, most: tracer.maxDepth - 1)
    let rim = rims.rims[drawn.index]
    guard drawn.probability > 0, parts.contains(scatterings == 1 ? .shadow : .indirect),
      let point = rim.point(drawn.remainder, emitters), point.intensity.largest > 0
    else { return }
    rays &+= 1
    guard let hit = tracer.scene.intersect(Ray(origin: point.origin, direction: point.direction)), hit.distance > 0,
      let arrival = CameraWalk(tracer: tracer).walk(
        from: hit, towardsLight: -point.direction, scatterings: scatterings, &sampler, &rays,
        wants: { footprint.contains($0) && target.wants($0) })
    else { return }
    // ω̇ · n is −ġ over the distance.
    let weight = arrival.weight * point.intensity * (point.length / (drawn.probability * chance * hit.distance))
    guard weight.isFinite, !weight.isZero, let start = target.sink(at: arrival.view.pixel) else { return }
    var sink = start
    rim.addMotion(rim.bound(of: point.direction * hit.distance, emitters), weight, emitters, to: &sink)
    ReceiverMotion(tracer: tracer, flags: flags).add(
      hit, point.inward, weight, view: scatterings == 1 ? arrival.view : nil, to: &sink)
    target.take(sink, at: arrival.view.pixel)
  }
}

/// The rims of a scene with the chances of being chosen.
final class LightRims {
  let rims: UnsafePointer<LightRim>
  private let buffer: OwnedBuffer<LightRim>
  private let distribution: EdgeDistribution
  var table: CumulativeTable { distribution.table }

  /// Places at which a rim's light is looked up beforehand.
  private static let probes = 32

  /// - Parameter lights: the emitters without size.
  /// - Returns: `nil` when no light ends abruptly.
  init?(_ emitters: EmitterTable, among lights: OwnedBuffer<Int32>) {
    let all = (0..<lights.count).flatMap { LightRim.all(of: lights.base[$0], emitters) }
    guard !all.isEmpty else { return nil }
    let weights = all.map { rim in
      (0..<Self.probes).reduce(Float(0)) { sum, k in
        let point = rim.point((Float(k) + 0.5) / Float(Self.probes), emitters)
        return sum + (point.map { $0.length * $0.intensity.largest } ?? 0)
      }
    }
    // A picture may be bright between the places that were looked at.
    let least = 0.01 * (weights.max() ?? 0)
    buffer = OwnedBuffer(all)
    rims = UnsafePointer(buffer.base)
    distribution = EdgeDistribution(weights.map { max($0, least) })
  }
}
