/// Everything that an auxiliary ray tells: the surface that it meets, others that pass through it, the hard shadows on it,
/// and all of that again for what is seen in mirrors and through smooth glass.
struct Lookout {
  let scene: KernelScene
  let crossings: CrossingTable
  /// Emitters without size.
  let lights: UnsafePointer<Int32>
  let lightCount: Int

  /// Whether rays may be handed on by specular lobes.
  let hasTrails: Bool

  /// - Parameters:
  ///   - crossings: kept alive by whoever uses this, as the topology's lists.
  ///   - hasTrails: whether any surface is perfectly specular.
  init(_ scene: KernelScene, _ crossings: OwnedBuffer<CrossingTable.Entry>, _ topology: EdgeTopology, hasTrails: Bool) {
    self.scene = scene
    self.crossings = CrossingTable(entries: UnsafePointer(crossings.base), count: crossings.count)
    lights = UnsafePointer(topology.pointLights.base)
    lightCount = topology.pointLights.count
    self.hasTrails = hasTrails
  }

  private var sightsPerHit: Int { 1 + (crossings.count > 0 ? 1 : 0) + lightCount }
  var sightsPerRay: Int { sightsPerHit * (hasTrails ? 1 + SpecularTrail.longest : 1) }

  /// What the ray that meets a surface tells, and the rays that specular lobes make of it.
  ///
  /// - Parameters:
  ///   - scale: units of the chart per angle, or per length for parallel rays.
  ///   - sights: receives `sightsPerRay` sights at most.
  ///   - path: vertices whose choices of specular lobes the ray repeats.
  ///   - trail: receives its own.
  func follow(
    _ hit: SurfaceHit, along ray: Ray, isParallel: Bool, scale: Float, rays: inout UInt64, flags: GradientFlags,
    _ sights: UnsafeMutablePointer<WarpSight>, path: UnsafePointer<PathVertex>, count: Int,
    trail: UnsafeMutablePointer<PathVertex>?
  ) {
    see(hit, along: ray, isParallel: isParallel, scale: scale, rays: &rays, sights)
    guard let trail else { return }
    let specular = SpecularTrail(scene: scene, flags: flags)
    var (hit, ray) = (hit, ray)
    for k in 0..<SpecularTrail.count(path, count) {
      guard let next = specular.extend(hit, ray, isReflection: path[k].isReflection, to: trail + k) else { return }
      ray = next
      rays &+= 1
      guard let met = scene.intersect(ray) else { return }
      hit = met
      let seen = sights + (k + 1) * sightsPerHit
      see(hit, along: ray, isParallel: false, scale: isParallel ? scale * hit.distance : scale, rays: &rays, seen)
      for i in 0..<sightsPerHit {
        seen[i].trail = Int32(truncatingIfNeeded: k + 1)
        seen[i].direction = ray.direction
      }
    }
  }

  /// Everything that a ray which meets a surface tells of it.
  private func see(
    _ hit: SurfaceHit, along ray: Ray, isParallel: Bool, scale: Float, rays: inout UInt64,
    _ sights: UnsafeMutablePointer<WarpSight>
  ) {
    sights[0].kind = .surface
    sights[0].hit = hit
    sights[0].margin = scale * scene.outlineMargin(hit, ray, isParallel: isParallel)
    var next = 1
    let perLength = isParallel ? scale : scale / max(hit.distance, .leastNormalMagnitude)
    if let crossing = crossings.nearest(hit, in: scene) {
      sights[next].kind = .crossing
      sights[next].hit = hit
      sights[next].other = crossing.other
      sights[next].margin = perLength * crossing.margin
      // The curve of surfaces that nearly touch runs away when one of them moves.
      let cosine = dot(hit.geometricNormal, crossing.other.geometricNormal)
      sights[next].strength = 1 - cosine * cosine
      next += 1
    }
    for k in 0..<lightCount {
      guard let shadow = shadow(on: hit, of: lights[k], &rays) else { continue }
      sights[next].kind = .shadow
      sights[next].hit = hit
      sights[next].other = shadow.blocker
      sights[next].light = lights[k]
      sights[next].margin = perLength * shadow.margin
      // Where light grazes a surface its shadows run away; it brings no light there, so that nothing jumps.
      sights[next].strength = shadow.cosine * shadow.cosine
      next += 1
    }
  }

  /// What stands between a point and a light, how far the point is inside its shadow, as a length, and the cosine between
  /// the surface's normal and the light.
  private func shadow(
    on hit: SurfaceHit, of light: Int32, _ rays: inout UInt64
  ) -> (blocker: SurfaceHit, margin: Float, cosine: Float)? {
    let record = scene.emitters.records + Int(light)
    let source = scene.emitters.position(record.pointee, scene.values)
    let away = source.map { $0 - hit.position } ?? scene.emitters.towards(record.pointee, scene.values)
    let distance = source == nil ? Float.infinity : away.length
    let direction = away.normalized
    let ray = RayOffset.shadowRay(
      from: hit.position, normal: hit.geometricNormal, direction: direction, distance: distance)
    rays &+= 1
    guard var blocker = scene.intersect(ray), dot(blocker.position - hit.position, direction) > 0 else { return nil }
    let cosine = dot(hit.geometricNormal, direction)
    guard let source else {
      let along = Ray(origin: hit.position, direction: direction)
      return (blocker, scene.outlineMargin(blocker, along, isParallel: true), cosine)
    }
    blocker.distance = (blocker.position - source).length
    let view = Ray(origin: source, direction: direction * -1)
    return (blocker, distance * scene.outlineMargin(blocker, view, isParallel: false), cosine)
  }
}
