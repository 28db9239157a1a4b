/// Edges seen in glossy surfaces: the lines of `SecondaryBoundary`, found from the camera's side.
///
/// A camera ray chooses the glossy point D, and D an edge near its lobe's peak. Per pixel² and unit of edge length t,
/// with r the distance from D to the edge point y and ω the direction to it:
///
///     − h f(D) |cos θ| L(S → y) (δy · n) |∂y/∂t × ω| / r²
///
/// where f |cos θ| is the BSDF of D with its shading cosine; dA cos θ / r² is the solid angle at y that a pixel covers.
struct GlossyBoundary {
  let lines: SecondaryBoundary
  var mixture: LineMixture

  private var tracer: PathTracer { lines.tracer }

  /// A glossy point, and an edge as seen from it.
  private struct Sight {
    var receiver: SurfaceHit
    var view: CameraWalk.View
    var edge: Int
    /// Density of the point on all edges, per unit of t.
    var density: Float
    var point: EdgePoint
    var outward: Vector3
    /// From the receiver past the edge.
    var direction: Vector3
    /// f · |cos θ| · |∂y/∂t × ω| / r² over the density of the sample.
    var weight: Spectrum
  }

  /// - Parameter choice: in [0, 1), stratified over samples.
  func sample<Target: BoundaryTarget>(
    choice: Float, sampler: inout PathSampler, rays: inout UInt64, target: inout Target
  ) {
    guard let sight = sight(choice, &sampler, &rays) else { return }
    let p = sight.point.position
    let (start, lead) = lines.start(beside: p, sight.outward, sight.direction)
    guard (sight.receiver.position - p).length > lead, isVisible(start, from: sight.receiver, &rays) else { return }
    guard let (source, light) = light(sight, from: start, &sampler, &rays) else { return }
    let edge = lines.edges[sight.edge]
    let shared = lines.geometry.multiplicity(
      edge, at: p, lines.rivals, line: (sight.direction, sight.outward))
    let weight = sight.weight * light * (1 / shared)
    guard weight.isFinite, !weight.isZero, let open = target.sink(at: sight.view.pixel) else { return }
    var sink = open
    lines.addMotion(
      edge, SecondaryBoundary.Place(position: p, local: sight.point.local), source, sight.outward, sight.receiver,
      weight,
      NearField(tracer, distance: sight.view.distance), view: sight.view, to: &sink)
    target.take(sink, at: sight.view.pixel)
  }

  private func sight(_ choice: Float, _ sampler: inout PathSampler, _ rays: inout UInt64) -> Sight? {
    let numbers = sampler.nextVertex()
    let lens = tracer.sensor.hasLens ? Warp.disk(sampler.next2D()) : .zero
    let pixel = mixture.pixels[min(Int(choice * Float(mixture.pixels.count)), mixture.pixels.count - 1)] + numbers.light
    let ray = tracer.cameraRay(CameraSample(film: tracer.sensor.fraction(ofPixel: pixel), lens: lens))
    rays &+= 1
    guard let hit = tracer.scene.intersect(ray), let seen = FilmPoint(hit.position, lens: lens, tracer)
    else { return nil }
    let back = ray.direction * -1
    let surface = SurfaceLobe(scene: tracer.scene, hit: hit, towards: back, choice: numbers.material)
    guard let glossy = surface.glossyView(camera: back, at: hit.position),
      let drawn = mixture.tree.sample(for: glossy, numbers.lobe)
    else { return nil }
    let edge = lines.edges[drawn.edge]
    let place = mixture.places(edge, for: glossy)?.sample(numbers.direction.x) ?? (numbers.direction.x, 1)
    let found =
      edge.isOutline
      ? lines.geometry.outline(edge, from: hit.position, place.0) : lines.geometry.point(edge, place.0)
    let density = drawn.probability * place.1
    guard let point = found, density > 0 else { return nil }
    let offset = point.position - hit.position
    let squared = offset.squaredLength
    guard squared > 0 else { return nil }
    let direction = offset * (1 / squared.squareRoot())
    guard let outward = point.outward(direction) else { return nil }
    let value = surface.evaluate(camera: back, light: direction)
    guard !value.isZero else { return nil }
    let length = cross(point.along, direction).length
    return Sight(
      receiver: hit,
      view: CameraWalk.View(
        pixel: pixel, direction: back, distance: hit.distance, density: seen.density(normal: hit.geometricNormal),
        lens: lens),
      edge: drawn.edge, density: density, point: point, outward: outward, direction: direction,
      weight: value * (length * Float(mixture.pixels.count) / (squared * density)))
  }

  private func isVisible(_ start: Vector3, from receiver: SurfaceHit, _ rays: inout UInt64) -> Bool {
    let away = start - receiver.position
    let origin = RayOffset.origin(receiver.position, normal: receiver.geometricNormal, direction: away)
    let offset = start - origin
    let distance = offset.length
    guard distance > 0 else { return false }
    rays &+= 1
    return !tracer.scene.isOccluded(
      Ray(origin: origin, direction: offset * (1 / distance), near: 0, far: distance * (1 - RayOffset.shadow)))
  }

  /// What lies behind the edge, and its light towards the receiver with the weight of this way of finding it.
  private func light(
    _ sight: Sight, from start: Vector3, _ sampler: inout PathSampler, _ rays: inout UInt64
  ) -> (SecondaryBoundary.Source, Spectrum)? {
    let scene = tracer.scene
    let ray = Ray(origin: start, direction: sight.direction)
    rays &+= 1
    let hit = scene.intersect(ray)
    let source = SecondaryBoundary.Source(
      direction: sight.direction, distance: hit.map { ($0.position - sight.point.position).length } ?? .infinity,
      radiance: .zero, motion: hit.map { .surface($0) } ?? .still)
    var line = LineMixture.Line(
      edge: sight.edge, point: sight.point.position, source: source, isIndirect: false, receiver: sight.receiver,
      view: sight.view)
    var sum = Spectrum.zero
    if lines.parts.contains(.shadow) {
      let emitted = emitted(hit, sight.direction)
      if !emitted.isZero { sum += emitted * mixture.shareOfCamera(line, choosing: sight.density) }
    }
    if tracer.maxDepth >= 3, hit != nil, lines.parts.contains(.indirect) {
      let scattered = tracer.indirectRadiance(along: ray, depth: 1, sampler: &sampler, rays: &rays)
      line.isIndirect = true
      if !scattered.isZero { sum += scattered * mixture.shareOfCamera(line, choosing: sight.density) }
    }
    return sum.isZero ? nil : (source, sum)
  }

  private func emitted(_ hit: SurfaceHit?, _ direction: Vector3) -> Spectrum {
    let emitters = tracer.scene.emitters
    guard let hit else { return emitters.environment >= 0 ? emitters.environmentRadiance(direction) : .zero }
    let emitter = tracer.scene.shapes[Int(hit.shape)].emitter
    guard emitter >= 0, dot(hit.geometricNormal, direction) < 0 else { return .zero }
    return emitters.areaRadiance(emitter, uv: hit.uv)
  }
}
