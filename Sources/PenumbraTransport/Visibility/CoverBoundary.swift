/// Surfaces that an object covers as it moves over them: where it stands on them, or passes through them.
///
/// A vertex of a path is a material point of its surface, and the object's border y on that surface bounds where it may
/// be. With m the unit vector on the surface away from the object, the domain shrinks at the rate (ẏ − ẋ) · m:
///
///     dI = − ∫ dl (ẏ − ẋ) · m ∫ dω W f L(y → ω) |cos θ|
///
/// over directions ω towards the camera's side. The camera's own first vertex has no such term: there the border is an
/// edge of the picture.
struct CoverBoundary {
  let tracer: PathTracer
  let geometry: EdgeGeometry
  let footprint: FilmFootprint
  let curves: CoverCurves

  func sample<Target: BoundaryTarget>(
    choice: Float, sampler: inout PathSampler, rays: inout UInt64, target: inout Target
  ) {
    let drawn = curves.table.sample(choice)
    let numbers = sampler.nextVertex()
    // The covered surface is one more vertex, and light must still arrive at it.
    let (scatterings, chance) = CameraWalk.scatterings(numbers.lobe, most: tracer.maxDepth - 2)
    guard drawn.probability > 0,
      let cover = curves.cover(drawn.index, at: drawn.remainder, side: numbers.material, tracer, geometry)
    else { return }
    let up = Frame(normal: cover.up)
    let local = Warp.cosineHemisphere(numbers.light)
    let direction = up.toWorld(local)
    let start = cover.position + cover.outward * cover.clearance + cover.up * cover.clearance
    rays &+= 1
    guard let first = tracer.scene.intersect(Ray(origin: start, direction: direction)) else { return }
    // What the surface sends that way, seen from a little above it.
    let looking = Ray(origin: start + direction * cover.clearance, direction: direction * -1)
    rays &+= 1
    guard let seen = tracer.scene.intersect(looking), seen.shape == cover.covered.shape,
      seen.distance < 64 * cover.clearance
    else { return }
    // The camera's side first: its rays are few and often miss.
    guard
      let arrival = CameraWalk(tracer: tracer).walk(
        from: first, towardsLight: direction * -1, scatterings: scatterings, &sampler, &rays,
        wants: { footprint.contains($0) && target.wants($0) })
    else { return }
    var radiance = tracer.indirectRadiance(along: looking, depth: scatterings, sampler: &sampler, rays: &rays)
    let emitter = tracer.scene.shapes[Int(seen.shape)].emitter
    if emitter >= 0, dot(seen.geometricNormal, direction) > 0 {
      radiance += tracer.scene.emitters.areaRadiance(emitter, uv: seen.uv)
    }
    let weight =
      arrival.weight * radiance * (.pi * cover.length * cover.weight / (drawn.probability * chance))
    guard weight.isFinite, !weight.isZero, let open = target.sink(at: arrival.view.pixel) else { return }
    var sink = open
    // A near segment's end slides with the vertex before, which moves as the object does.
    let far = NearField(tracer, distance: arrival.view.distance).weight(squaredLength: first.distance * first.distance)
    curves.addMotion(drawn.index, cover, weight * far.value, geometry, to: &sink)
    target.take(sink, at: arrival.view.pixel)
  }
}

/// A place where an object borders what is seen of another surface.
struct Cover {
  var position: Vector3
  /// Length of the border per unit of its parameter.
  var length: Float
  /// Unit normal of the covered surface on the side that is looked at, and the unit vector on it away from the object.
  var up: Vector3
  var outward: Vector3
  /// How far from the border the surface is looked at.
  var clearance: Float
  /// 1 over the probability of the side.
  var weight: Float
  /// The covered surface.
  var covered: SurfaceHit
  var edgePoint: EdgePoint?
  var crossingPoint: SurfaceCrossing.Point?
}

/// The borders of objects on other surfaces.
final class CoverCurves {
  private enum Curve {
    /// An edge that touches a surface along the inward direction of its first or second triangle.
    case edge(EdgeRecord, second: Bool)
    case crossing(SurfaceCrossing)
  }

  private let curves: OwnedBuffer<Curve>
  private let distribution: EdgeDistribution
  var isEmpty: Bool { curves.count == 0 }
  var table: CumulativeTable { distribution.table }

  init(_ moving: MovingCurves, _ topology: EdgeTopology, _ movers: MovingObjects, tracer: PathTracer) {
    let geometry = EdgeGeometry(scene: tracer.scene)
    var kept: [Curve] = []
    var weights: [Float] = []
    for edge in topology.edges where edge.kind == .mesh && edge.isCrease {
      for second in edge.thirds.y < 0 ? [false] : [false, true] {
        let touches = [Float(0.25), 0.5, 0.75].contains { t in
          (edge.thirds.y < 0 ? [Float(1), -1] : [1]).contains { side in
            Self.touched(geometry.point(edge, t), edge, second: second, side: side, tracer).map {
              movers.moves(edge) || movers.moves(shape: $0.hit.shape, instance: $0.hit.instance)
            } ?? false
          }
        }
        guard touches else { continue }
        kept.append(.edge(edge, second: second))
        weights.append(geometry.point(edge, 0).along.length)
      }
    }
    func moves(_ face: SurfaceFace) -> Bool { movers.moves(shape: face.shape, instance: face.instance) }
    for crossing in moving.crossings where moves(crossing.first) || moves(crossing.second) {
      kept.append(.crossing(crossing))
      weights.append((crossing.end - crossing.start).length)
    }
    curves = OwnedBuffer(kept)
    distribution = EdgeDistribution(weights)
  }

  private static func clearance(_ p: Vector3) -> Float {
    (1 + max(abs(p.x), max(abs(p.y), abs(p.z)))) * RayOffset.epsilon
  }

  /// The surface of another object that an edge touches: a ray along one of the edge's triangles meets it at once.
  ///
  /// - Parameter side: 1 for the outside of the triangle, −1 for its inside.
  private static func touched(
    _ point: EdgePoint, _ edge: EdgeRecord, second: Bool, side: Float, _ tracer: PathTracer
  ) -> (hit: SurfaceHit, away: Vector3)? {
    let inward = second ? point.otherInward ?? point.inward : point.inward
    let other = second ? point.inward : point.otherInward
    let along = point.along.normalized
    let down = (inward - along * dot(inward, along)).normalized
    var normal = cross(along, down)
    // Away from the other triangle, behind which the object is.
    if let other, dot(normal, other) > 0 { normal = -normal }
    normal *= side
    let unit = clearance(point.position)
    let start = point.position + normal * unit + down * (4 * unit)
    guard let hit = tracer.scene.intersect(Ray(origin: start, direction: down * -1, near: 0, far: 8 * unit)),
      hit.shape != edge.shape || hit.instance != edge.instance
    else { return nil }
    return (hit, normal)
  }

  /// - Parameter side: in [0, 1), which of the sides that the border may have.
  func cover(_ index: Int, at t: Float, side: Float, _ tracer: PathTracer, _ geometry: EdgeGeometry) -> Cover? {
    switch curves.base[index] {
    case .edge(let edge, let second):
      let point = geometry.point(edge, t)
      let isSheet = edge.thirds.y < 0
      let sign: Float = isSheet && side < 0.5 ? -1 : 1
      guard let (hit, away) = Self.touched(point, edge, second: second, side: sign, tracer) else { return nil }
      let inward = second ? point.otherInward ?? point.inward : point.inward
      let up = dot(hit.geometricNormal, inward) < 0 ? -hit.geometricNormal : hit.geometricNormal
      let across = cross(point.along, up)
      let length = across.length
      guard length > 0 else { return nil }
      return Cover(
        position: point.position, length: length, up: up,
        outward: across * (dot(across, away) < 0 ? -1 / length : 1 / length),
        clearance: Self.clearance(point.position), weight: isSheet ? 2 : 1, covered: hit, edgePoint: point)
    case .crossing(let crossing):
      guard let point = crossing.point(t, in: tracer.scene) else { return nil }
      // Either surface, looked at from either side, on either side of the other.
      let choice = min(Int(side * 8), 7)
      let isFirst = choice & 1 == 0
      let normal = isFirst ? point.firstNormal : point.secondNormal
      let up = choice & 2 == 0 ? normal : -normal
      let across = cross(point.along, up)
      let length = across.length
      guard length > 0 else { return nil }
      return Cover(
        position: point.position, length: length, up: up,
        outward: across * (choice & 4 == 0 ? 1 / length : -1 / length), clearance: Self.clearance(point.position),
        weight: 8, covered: tracer.scene.hit(on: isFirst ? crossing.first : crossing.second, at: point.position),
        crossingPoint: point)
    }
  }

  /// Hands on −weight · (ẏ − ẋ) · m.
  func addMotion(
    _ index: Int, _ cover: Cover, _ weight: Spectrum, _ geometry: EdgeGeometry, to sink: inout some DerivativeSink
  ) {
    SurfaceMotion(scene: geometry.scene).addPosition(cover.covered, cover.outward, weight, to: &sink)
    switch curves.base[index] {
    case .edge(let edge, _):
      if let point = cover.edgePoint { geometry.addMotion(edge, point, cover.outward * -1, weight, to: &sink) }
    case .crossing(let crossing):
      if let point = cover.crossingPoint {
        crossing.addMotion(point, cover.outward * -1, weight, in: geometry.scene, to: &sink)
      }
    }
  }
}
