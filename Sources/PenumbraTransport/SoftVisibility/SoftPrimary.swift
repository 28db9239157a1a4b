import Foundation

/// Relaxed visibility of the camera segment: which object is seen at a film position.
///
/// Relaxed are the choice and, with it, the weight of what moves on the film under a fixed choice. Straight-through, a
/// sample that sees the object L before B has the derivative
///
///     (L − B) ẏ + (2 y − 1) L̇
///
/// with y the object's share, and L̇ its interior derivative and that of its creases and folds. Adjoints come from hard
/// pictures, which show the object inside its outline alone: there the relaxed edge has only half of its weight, and all
/// of it would need L̇ as a counterpart. With 2 y − 1, which falls to 0 at the outline, an object without a target in sight
/// stays where it is, however it is shaded: integrating by parts, ∫ L (2 y − 1) L̇ = −∫ L² ẏ. Outside, the object shows
/// what lies as deep inside, by the same symmetry. Both become the exact derivative as the footprint goes to 0.
struct SoftPrimary {
  let tracer: PathTracer
  let flags: GradientFlags
  let contours: ContourTable
  let objects: SoftObjects.Lookup
  let geometry: EdgeGeometry
  let movesCamera: Bool
  /// σ and τ as angles, or lengths for parallel rays.
  let footprint: Float
  let temperature: Float
  /// Key of the Gumbel noise.
  let seed: UInt64

  /// Surfaces that a ray passes at most.
  private static let largestMarch = 64

  /// Fills the candidates of a film position and their shares.
  ///
  /// - Returns: whether more than one surface may be seen there.
  func choose(
    at p: CameraSample, number: UInt64, candidates: inout SoftCandidates, rays: inout UInt64
  ) -> Bool {
    let ray = tracer.cameraRay(p)
    let line = SightLine(origin: ray.origin, direction: ray.direction, isParallel: !tracer.sensor.isPerspective)
    let reach = SoftVisibility.reach * footprint
    candidates.removeAll()
    march(ray, line, reach, &candidates, &rays)
    for number in 0..<contours.count where !candidates.contains(Int32(number)) {
      let object = contours.objects + number
      guard let contour = line.nearest(object.pointee, contours, geometry, reach: reach), contour.depth > ray.near,
        contour.depth < ray.far,
        let probe = probe(object.pointee, contour, line, ray, &rays)
      else { continue }
      candidates.insert(
        SoftCandidate(
          object: Int32(number), depth: contour.depth, contour: contour, isInside: false, ray: probe,
          level: -contour.distance / footprint))
    }
    candidates.endAtCover()
    guard candidates.count > 1 else { return false }
    candidates.choose(relative: temperature / footprint) { object in
      let bits = Hash.combine(Hash.combine(seed, number), UInt64(bitPattern: Int64(object)))
      // In (0, 1): neither end has a finite Gumbel number.
      return (Float(bits >> 41) + 0.5) * 0x1p-23
    }
    return true
  }

  /// Radiances of the candidates, all from the same random numbers.
  ///
  /// - Parameter arena: receives the path of the candidate that is really seen.
  func addRadiances(
    _ candidates: SoftCandidates, sampler: PathSampler, arena: inout PathArena, rays: inout UInt64
  ) {
    arena.removeAll()
    let seen = candidates.seen
    for i in 0..<candidates.count {
      var same = sampler
      if i == seen {
        candidates.base[i].radiance = tracer.radiance(
          along: candidates.base[i].ray, sampler: &same, recorder: &arena, rays: &rays)
      } else {
        var recorder = Unrecorded()
        candidates.base[i].radiance = tracer.radiance(
          along: candidates.base[i].ray, sampler: &same, recorder: &recorder, rays: &rays)
      }
    }
  }

  /// Changes the weight of what slides under the film, which interior derivatives count fully, to 2 y − 1.
  func addSliding(
    _ candidates: SoftCandidates, _ arena: PathArena, at p: CameraSample, to sink: inout some DerivativeSink
  ) {
    guard flags.wantsGeometry || flags.wantsCamera, arena.count > 0 else { return }
    var scaled = ScaledSink(base: sink, factor: candidates.certainty(relative: temperature / footprint) - 1)
    PathAdjoint(tracer: tracer, flags: flags).addMotion(arena.base, count: arena.count, at: p, to: &scaled)
    sink = scaled.base
  }

  /// Hands on the derivative of the relaxed choice.
  func addDerivative(_ candidates: SoftCandidates, at p: CameraSample, to sink: inout some DerivativeSink) {
    let ray = tracer.cameraRay(p)
    let line = SightLine(origin: ray.origin, direction: ray.direction, isParallel: !tracer.sensor.isPerspective)
    candidates.forEachDerivative(temperature: temperature) { candidate, partial in
      guard let contour = candidate.contour, !partial.isZero else { return }
      let covector = line.covector(contour) * (candidate.isInside ? 1 : -1)
      geometry.addMotion(
        contour.edge,
        EdgePoint(
          position: contour.position, along: .zero, inward: .zero, otherInward: nil, local: contour.local), covector,
        partial, to: &sink)
      guard movesCamera else { return }
      // The point of the turning ray beside the outline; the foot of the perpendicular from it to the ray.
      let distance = line.isParallel ? contour.depth : contour.range / cos(contour.distance)
      CameraAdjoint(tracer: tracer).addPoint(p, distance: distance, covector * -1, partial, to: &sink)
    }
  }

  /// Surfaces along the ray, up to the first that hides all others.
  private func march(
    _ ray: Ray, _ line: SightLine, _ reach: Float, _ candidates: inout SoftCandidates, _ rays: inout UInt64
  ) {
    var ray = ray
    for _ in 0..<Self.largestMarch {
      rays &+= 1
      guard let hit = tracer.scene.intersect(ray) else { break }
      let isHidden = tracer.hideEmitters && tracer.scene.shapes[Int(hit.shape)].emitter >= 0
      let number = objects.number(hit)
      if !isHidden && !(number >= 0 && candidates.contains(number)) {
        let contour =
          number < 0
          ? nil : line.nearest(contours.objects[Int(number)], contours, geometry, reach: reach)
        candidates.insert(
          SoftCandidate(
            object: number, depth: hit.distance, contour: contour, isInside: true, ray: ray,
            level: contour.map { $0.distance / footprint } ?? .infinity))
        if contour == nil { return }
      }
      ray.near = hit.distance + (1 + hit.distance) * RayOffset.epsilon
    }
    candidates.insert(SoftCandidate(object: -1, depth: .infinity, contour: nil, isInside: true, ray: ray))
  }

  /// A ray to a point of an object beside the line, as deep inside its outline as the line is outside, at most by its
  /// radius; where it has no such point, just inside the outline.
  private func probe(
    _ object: ContourObject, _ contour: ContourPoint, _ line: SightLine, _ ray: Ray, _ rays: inout UInt64
  ) -> Ray? {
    let inward = line.isParallel ? contour.across : line.covector(contour) * contour.range
    let width = line.isParallel ? contour.distance : contour.distance * contour.range
    let depth = max(min(width, object.radius), 1e-3 * object.radius)
    let toMiddle = object.center - contour.position
    for point in [
      contour.position + inward * depth, contour.position + toMiddle * min(depth / max(toMiddle.length, 1e-30), 1),
      contour.inner,
    ] {
      var probe = ray
      if line.isParallel {
        let offset = point - ray.origin
        probe.origin += offset - ray.direction * dot(offset, ray.direction)
      } else {
        probe.direction = (point - ray.origin).normalized
      }
      for _ in 0..<Self.largestMarch {
        rays &+= 1
        guard let hit = tracer.scene.intersect(probe) else { break }
        if hit.shape == object.shape && hit.instance == object.instance {
          let isHidden = tracer.hideEmitters && tracer.scene.shapes[Int(hit.shape)].emitter >= 0
          return isHidden ? nil : probe
        }
        probe.near = hit.distance + (1 + hit.distance) * RayOffset.epsilon
      }
    }
    return nil
  }
}
