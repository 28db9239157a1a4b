/// Everything that an auxiliary ray which meets a surface tells: the surface itself, others that pass through it, and the
/// hard shadows on it.
struct Lookout {
  let scene: KernelScene
  let crossings: CrossingTable
  /// Emitters without size.
  let lights: UnsafePointer<Int32>
  let lightCount: Int

  var sightsPerRay: Int { 1 + (crossings.count > 0 ? 1 : 0) + lightCount }

  /// - Parameters:
  ///   - scale: units of the chart per angle, or per length for parallel rays.
  ///   - sights: receives `sightsPerRay` sights at most.
  func see(
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
      next += 1
    }
    for k in 0..<lightCount {
      guard let shadow = shadow(on: hit, of: lights[k], &rays) else { continue }
      sights[next].kind = .shadow
      sights[next].hit = hit
      sights[next].other = shadow.blocker
      sights[next].light = lights[k]
      sights[next].margin = perLength * shadow.margin
      next += 1
    }
  }

  /// What stands between a point and a light, and how far the point is inside its shadow, as a length.
  private func shadow(
    on hit: SurfaceHit, of light: Int32, _ rays: inout UInt64
  ) -> (blocker: SurfaceHit, margin: Float)? {
    let record = scene.emitters.records + Int(light)
    let source = scene.emitters.position(record.pointee, scene.values)
    let away = source.map { $0 - hit.position } ?? scene.emitters.towards(record.pointee, scene.values)
    let distance = source == nil ? Float.infinity : away.length
    let direction = away.normalized
    let ray = Ray(
      origin: RayOffset.origin(hit.position, normal: hit.geometricNormal, direction: direction), direction: direction,
      near: 0, far: distance * (1 - RayOffset.shadow))
    rays &+= 1
    guard var blocker = scene.intersect(ray), dot(blocker.position - hit.position, direction) > 0 else { return nil }
    guard let source else {
      return (blocker, scene.outlineMargin(blocker, Ray(origin: hit.position, direction: direction), isParallel: true))
    }
    blocker.distance = (blocker.position - source).length
    let view = Ray(origin: source, direction: direction * -1)
    return (blocker, distance * scene.outlineMargin(blocker, view, isParallel: false))
  }
}

extension EmitterTable {
  /// Where a light without size is; `nil` for one at infinity.
  func position(_ record: EmitterRecord, _ e: UnsafePointer<Float>) -> Vector3? {
    let location = e + Int(record.location)
    switch record.kind {
    case .point: return Vector3(location[0], location[1], location[2])
    case .spot, .projector: return Vector3(location[3], location[7], location[11])
    case .directional, .area, .constant, .environment: return nil
    }
  }

  /// Unit direction to a directional light.
  func towards(_ record: EmitterRecord, _ e: UnsafePointer<Float>) -> Vector3 {
    let location = e + Int(record.location)
    return Vector3(location[0], location[1], location[2]).normalized * -1
  }
}
