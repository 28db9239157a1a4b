import Foundation

/// Relaxed visibility between the first surface and the lights: the product of soft transmittances.
struct SoftShadow {
  let tracer: PathTracer
  /// Outlines from several viewpoints; entry 2 i and 2 i + 1 of `ranges` bound those of emitter i.
  let views: UnsafePointer<ContourTable>
  let ranges: UnsafePointer<Int32>
  /// Points of an area light, or directions of an environment, that its views are from.
  let anchors: UnsafePointer<Vector3>
  let objects: SoftObjects.Lookup
  let geometry: EdgeGeometry
  let movesCamera: Bool
  /// σ = τ of a product of sigmoids, as an angle.
  let footprint: Float

  private static let largestMarch = 64

  /// One light path with everything that stands beside it.
  struct Segment {
    var hit: SurfaceHit
    var camera: Ray
    var light: EmitterSample
    var line: SightLine
    /// What arrives if nothing stands between.
    var unoccluded: Spectrum
    var transmittance: Float
    /// Whether nothing stands between.
    var isVisible: Bool
  }

  /// The light path of a film position; `candidates` receives the objects beside it.
  func segment(
    at p: CameraSample, sampler: inout PathSampler, candidates: inout SoftCandidates, rays: inout UInt64
  ) -> Segment? {
    var camera = tracer.cameraRay(p)
    guard let hit = firstSurface(&camera, &rays) else { return nil }
    let numbers = sampler.nextVertex()
    guard
      let light = tracer.scene.emitters.sample(
        from: hit.position, normal: hit.geometricNormal, choice: numbers.emitter, u: numbers.light)
    else { return nil }
    let surface = SurfaceLobe(
      scene: tracer.scene, hit: hit, towards: camera.direction * -1, choice: numbers.material)
    let unoccluded =
      surface.evaluate(camera: camera.direction * -1, light: light.direction) * light.radiance * light.scale
    guard unoccluded.isFinite, !unoccluded.isZero else { return nil }
    let shadow = RayOffset.shadowRay(
      from: hit.position, normal: hit.geometricNormal, direction: light.direction, distance: light.distance)
    let line = SightLine(origin: hit.position, direction: light.direction, isParallel: false)
    var segment = Segment(
      hit: hit, camera: camera, light: light, line: line, unoccluded: unoccluded, transmittance: 0, isVisible: true)
    collect(shadow, &segment, &candidates, &rays)
    return segment
  }

  private func firstSurface(_ ray: inout Ray, _ rays: inout UInt64) -> SurfaceHit? {
    for _ in 0..<Self.largestMarch {
      rays &+= 1
      guard let hit = tracer.scene.intersect(ray) else { return nil }
      guard tracer.hideEmitters && tracer.scene.shapes[Int(hit.shape)].emitter >= 0 else { return hit }
      ray.near = hit.distance + (1 + hit.distance) * RayOffset.epsilon
    }
    return nil
  }

  /// The surface itself and the light's own shape hide light as they are; all others softly.
  private func collect(
    _ shadow: Ray, _ segment: inout Segment, _ candidates: inout SoftCandidates, _ rays: inout UInt64
  ) {
    candidates.removeAll()
    let table = views[view(of: segment.light)]
    let record = tracer.scene.emitters.records + Int(segment.light.emitter)
    let lamp = record.pointee.kind == .area ? record.pointee.shape : -1
    let (hit, reach) = (segment.hit, SoftVisibility.reach * footprint)
    func isHard(_ shape: Int32, _ instance: Int32) -> Bool {
      (shape == hit.shape && instance == hit.instance) || (shape == lamp && instance < 0)
    }
    var ray = shadow
    var logTransmittance: Float = 0
    for _ in 0..<Self.largestMarch {
      rays &+= 1
      guard let blocker = tracer.scene.intersect(ray), blocker.distance < ray.far else { break }
      segment.isVisible = false
      let number = objects.number(blocker)
      guard number >= 0, !isHard(blocker.shape, blocker.instance) else { return }
      if !candidates.contains(number) {
        guard let contour = segment.line.nearest(table.objects[Int(number)], table, geometry, reach: reach) else {
          return
        }
        let candidate = SoftCandidate(
          object: number, depth: blocker.distance, contour: contour, isInside: true, ray: ray,
          level: contour.distance / footprint)
        logTransmittance += candidate.logRest
        candidates.insert(candidate)
      }
      ray.near = blocker.distance + (1 + blocker.distance) * RayOffset.epsilon
    }
    for number in 0..<table.count where !candidates.contains(Int32(number)) {
      let object = table.objects[number]
      guard !isHard(object.shape, object.instance),
        let contour = segment.line.nearest(object, table, geometry, reach: reach), contour.depth > 0,
        contour.depth < shadow.far
      else { continue }
      let candidate = SoftCandidate(
        object: Int32(number), depth: contour.depth, contour: contour, isInside: false, ray: shadow,
        level: -contour.distance / footprint)
      logTransmittance += candidate.logRest
      candidates.insert(candidate)
    }
    segment.transmittance = exp(logTransmittance)
  }

  /// The viewpoint from which outlines are nearest to those along the segment.
  private func view(of light: EmitterSample) -> Int {
    let (first, end) = (Int(ranges[2 * Int(light.emitter)]), Int(ranges[2 * Int(light.emitter) + 1]))
    guard end - first > 1 else { return first }
    let anchor = light.distance == .infinity ? light.direction : light.point
    var (best, nearest) = (first, Float.infinity)
    for i in first..<end {
      let distance = (anchors[i] - anchor).squaredLength
      if distance < nearest { (best, nearest) = (i, distance) }
    }
    return best
  }

  /// Hands on the derivative of the transmittance: −V Σ α ṡ / σ.
  func addDerivative(
    _ segment: Segment, _ candidates: SoftCandidates, at p: CameraSample, to sink: inout some DerivativeSink
  ) {
    guard segment.transmittance > 0 else { return }
    for i in 0..<candidates.count {
      let candidate = candidates.base[i]
      guard let contour = candidate.contour else { continue }
      let weight = segment.unoccluded * (-segment.transmittance * candidate.coverage / footprint)
      guard weight.isFinite, !weight.isZero else { continue }
      addMotion(contour, candidate.isInside ? 1 : -1, segment, weight, at: p, to: &sink)
    }
  }

  /// The angle between the segment and an outline point: ṡ = c · ẏ − n · ω̇ − c · ẋ, ω̇ from the ends of the segment.
  private func addMotion(
    _ contour: ContourPoint, _ side: Float, _ segment: Segment, _ weight: Spectrum, at p: CameraSample,
    to sink: inout some DerivativeSink
  ) {
    let covector = segment.line.covector(contour) * side
    let turn = contour.across * side
    geometry.addMotion(
      contour.edge,
      EdgePoint(position: contour.position, along: .zero, inward: .zero, otherInward: nil, local: contour.local),
      covector, weight, to: &sink)
    let isFar = segment.light.distance == .infinity
    let turned = isFar ? Vector3.zero : turn * (1 / segment.light.distance)
    addLight(segment.light, turn, turned, weight, to: &sink)
    addReceiver(segment, turned - covector, weight, at: p, to: &sink)
  }

  /// - Parameters:
  ///   - turn: covector against which the direction to the light turns.
  ///   - turned: the same of the light's position.
  private func addLight(
    _ light: EmitterSample, _ turn: Vector3, _ turned: Vector3, _ weight: Spectrum,
    to sink: inout some DerivativeSink
  ) {
    let record = tracer.scene.emitters.records + Int(light.emitter)
    let location = Int(record.pointee.location)
    switch record.pointee.kind {
    case .area:
      SurfaceMotion(scene: tracer.scene).addPosition(SurfaceHit(light, tracer.scene), turned * -1, weight, to: &sink)
    case .point: for axis in 0..<3 { sink.add(location + axis, weight * -turned[axis]) }
    case .spot, .projector: for axis in 0..<3 { sink.add(location + 4 * axis + 3, weight * -turned[axis]) }
    // The light travels against the direction to it.
    case .directional: for axis in 0..<3 { sink.add(location + axis, weight * turn[axis]) }
    case .constant, .environment: break
    }
  }

  /// The first surface seen from a fixed film position slides along its ray and with the ray.
  private func addReceiver(
    _ segment: Segment, _ covector: Vector3, _ weight: Spectrum, at p: CameraSample,
    to sink: inout some DerivativeSink
  ) {
    let (n, d) = (segment.hit.geometricNormal, segment.camera.direction)
    let along = n * (dot(covector, d) / dot(n, d))
    SurfaceMotion(scene: tracer.scene).addPosition(segment.hit, along, weight, to: &sink)
    guard movesCamera else { return }
    CameraAdjoint(tracer: tracer).addPoint(
      p, distance: segment.hit.distance, covector - along, weight, to: &sink)
  }
}
