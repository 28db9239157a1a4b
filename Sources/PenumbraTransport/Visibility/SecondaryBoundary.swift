/// Edges between two points of a path: shadows and the outlines of what surfaces see of each other.
///
/// A line through an edge point y ends at S, where light comes from, and at D, from which the camera or another surface
/// is reached. Derivatives of the integral over such lines, per unit of edge length across the line and solid angle at y:
///
///     − W(D) f(D) L(S → y) (δy · n),   δy = ẏ − (r_D Ṡ + r_S Ḋ) / (r_D + r_S)
///
/// n points away from the object at y; W f includes the film's importance at D with the cosines that do not cancel
/// against the solid angle at y.
struct SecondaryBoundary {
  let tracer: PathTracer
  let edges: SecondaryEdges
  let table: CumulativeTable
  let geometry: EdgeGeometry
  let footprint: FilmFootprint
  let flags: GradientFlags
  /// See `EdgeRecord.rivals`.
  let rivals: UnsafePointer<EdgeRecord>
  let parts: BoundaryParts
  /// Set when lines are also looked for from glossy surfaces.
  var mixture: LineMixture?

  /// The far end of the line on the side of the light.
  struct Source {
    enum Motion {
      /// A fixed direction: the environment.
      case still
      /// A surface point.
      case surface(SurfaceHit)
      /// A light's position, by the offsets of its coordinates in the expanded vector.
      case position(SIMD3<Int>)
      /// A direction of travel at infinity.
      case direction(Int)
    }
    var direction: Vector3
    /// Infinite for the environment and directional lights.
    var distance: Float
    /// Radiance over the density of the direction at y.
    var radiance: Spectrum
    var motion: Motion
  }

  /// Probability of an edge from which on the number that chose it says where on the edge, too: 12 of 24 bits are left then.
  private static let leastRun: Float = 0x1p-12

  func sample<Target: BoundaryTarget>(
    choice: Float, sampler: inout PathSampler, rays: inout UInt64, target: inout Target
  ) {
    let drawn = table.sample(choice)
    let numbers = sampler.nextVertex()
    guard drawn.probability > 0, let kind = LineChoice(numbers, tracer),
      parts.contains(kind.isIndirect || kind.scatterings > 1 ? .indirect : .shadow)
    else { return }
    let edge = edges.edges.base[drawn.index]
    // What the choice of the edge leaves of its number runs through the edge in the order of samples, while their other numbers
    // are consecutive Sobol points: together they are even in all dimensions. Of rare edges it has too few digits.
    let t = drawn.probability > Self.leastRun ? drawn.remainder : numbers.direction.x
    guard let line = kind.isIndirect ? indirectLine(edge, t, numbers) : directLine(edge, drawn.index, t, numbers),
      let outward = line.point.outward(line.direction),
      let passage = passage(line.point.position, outward, line.direction, &rays)
    else { return }
    // The camera's side first: much of it needs no ray, and light may need a whole path.
    guard
      let arrival = CameraWalk(tracer: tracer).walk(
        from: passage.hit, towardsLight: line.direction, scatterings: kind.scatterings, &sampler, &rays,
        wants: { footprint.contains($0) && target.wants($0) })
    else { return }
    let found =
      kind.isIndirect
      ? scattered(line, from: passage.start, depth: kind.scatterings, &sampler, &rays)
      : line.light.flatMap { arriving($0, past: passage, &rays) }
    guard let source = found else { return }
    let length = cross(line.point.along, source.direction).length
    let shared = geometry.multiplicity(
      edge, at: line.point.position, rivals, line: (source.direction, outward))
    var weight = arrival.weight * source.radiance * (length / (drawn.probability * kind.probability * shared))
    guard weight.isFinite, !weight.isZero, let start = target.sink(at: arrival.view.pixel) else { return }
    var sink = start
    if kind.scatterings == 1, let mixture, line.light?.isDirac != true {
      weight *= mixture.shareOfEdges(
        LineMixture.Line(
          edge: drawn.index, point: line.point.position, source: source, isIndirect: kind.isIndirect,
          receiver: passage.hit, view: arrival.view), arrival.surface)
    }
    let near = NearField(tracer, distance: arrival.view.distance)
    addMotion(
      edge, line.point, source, outward, passage.hit, weight, near,
      view: kind.scatterings == 1 ? arrival.view : nil, to: &sink)
    target.take(sink, at: arrival.view.pixel)
  }

  // MARK: the line

  /// A line that is tried: through a point of the edge, towards a light or in any direction.
  private struct Line {
    var point: EdgePoint
    /// Towards the side from which light comes.
    var direction: Vector3
    /// Of the direction, in sr⁻¹, where it is not that of a light.
    var density: Float = 1 / (4 * .pi)
    var light: EmitterSample?
  }

  /// Where a line passes the edge, and what it meets on the side away from the light.
  private struct Passage {
    /// A point of the line on its free side.
    var start: Vector3
    /// How far along the line that is from the edge.
    var lead: Float
    var hit: SurfaceHit
  }

  /// How far lines pass the edge, relative to 1 + its largest coordinate; small beside what is seen of the edge, large
  /// beside the rounding of intersections.
  private static let clearance: Float = RayOffset.epsilon / 8
  /// Rays start this many clearances along the line. An edge that stands on a surface borders what is seen of that
  /// surface, in all directions: `CoverBoundary` has it, and lines that end there do not count.
  private static let lead: Float = 32

  /// A point on the free side of an edge, moved along the line, and how far it was moved.
  func start(beside p: Vector3, _ outward: Vector3, _ omega: Vector3) -> (point: Vector3, lead: Float) {
    let unit = (1 + max(abs(p.x), max(abs(p.y), abs(p.z)))) * Self.clearance
    return (p + outward * unit + omega * (unit * Self.lead), unit * Self.lead)
  }

  /// Shifts the line off the edge and traces it away from the light; `nil` where the edge touches what the line meets.
  private func passage(_ p: Vector3, _ outward: Vector3, _ omega: Vector3, _ rays: inout UInt64) -> Passage? {
    let (start, lead) = start(beside: p, outward, omega)
    rays &+= 1
    guard let hit = tracer.scene.intersect(Ray(origin: start, direction: omega * -1)), hit.distance > 2 * lead
    else { return nil }
    return Passage(start: start, lead: lead, hit: hit)
  }

  // MARK: the light's side

  private func directLine(_ edge: EdgeRecord, _ index: Int, _ t: Float, _ numbers: VertexNumbers) -> Line? {
    let emitters = tracer.scene.emitters
    let choice = edges.lightNumber(numbers.emitter, at: index)
    let point: EdgePoint
    var light: EmitterSample
    if edge.isOutline {
      // The outline depends on where it is seen from: the light is drawn as the centre sees it.
      let center = geometry.anchor(edge)
      guard
        let seen = emitters.sample(from: center, choice: choice, u: numbers.light, isAnchor: true)
      else { return nil }
      light = seen
      if seen.distance < .infinity {
        guard let outline = geometry.outline(edge, from: seen.point, t) else { return nil }
        point = outline
        let away = seen.point - outline.position
        let squared = away.squaredLength
        light.distance = squared.squareRoot()
        light.direction = away * (1 / light.distance)
        // Solid angle at the outline instead of at the centre.
        light.scale *= seen.distance * seen.distance / squared
        let record = emitters.records[Int(seen.emitter)]
        if record.isProfile {
          guard
            let (intensity, _) = emitters.profileIntensity(
              record, -light.direction, record.profile.inputs(emitters.values))
          else { return nil }
          light.radiance = intensity
        }
        if !seen.isDirac {
          let (there, here) = (-dot(seen.direction, seen.normal), -dot(light.direction, seen.normal))
          guard here > 0, there > 0 else { return nil }
          light.scale *= here / there
        }
      } else {
        guard let outline = geometry.outline(edge, along: seen.direction, t) else { return nil }
        point = outline
      }
    } else {
      point = geometry.point(edge, t)
      guard let seen = emitters.sample(from: point.position, choice: choice, u: numbers.light) else { return nil }
      let directions = LineDirections(point)
      if seen.emitter == emitters.environment {
        light = directions.aimed(sky: seen, numbers, emitters)
      } else {
        guard let aimed = directions.aimed(lamp: seen, from: point.position, numbers, emitters) else { return nil }
        light = aimed.light
      }
    }
    light.scale *= 1 / edges.lightGain(isSky: light.emitter == emitters.environment, at: index)
    return Line(point: point, direction: light.direction, light: light)
  }

  /// The source with its motion when nothing stands before the light.
  private func arriving(_ light: EmitterSample, past passage: Passage, _ rays: inout UInt64) -> Source? {
    let record = tracer.scene.emitters.records + Int(light.emitter)
    var source = Source(
      direction: light.direction, distance: light.distance, radiance: light.radiance * light.scale, motion: .still)
    rays &+= 1
    // The whole distance would reach beyond a light that is near.
    let left = light.distance - passage.lead
    guard left > 0,
      !tracer.scene.isOccluded(
        Ray(origin: passage.start, direction: light.direction, near: 0, far: left * (1 - RayOffset.shadow)))
    else { return nil }
    switch record.pointee.kind {
    case .directional: source.motion = .direction(Int(record.pointee.location))
    case .point:
      let first = Int(record.pointee.location)
      source.motion = .position(SIMD3(first, first + 1, first + 2))
    case .spot, .projector:
      let matrix = Int(record.pointee.location)
      source.motion = .position(SIMD3(matrix + 3, matrix + 7, matrix + 11))
    case .constant, .environment: break
    case .area:
      // Where it is matters to what moves with it, and to the density of other ways to find it.
      if flags.shapes[Int(record.pointee.shape)] || mixture != nil {
        source.motion = .surface(SurfaceHit(light, tracer.scene))
      }
    }
    return source
  }

  /// A line in any direction that passes the edge.
  private func indirectLine(_ edge: EdgeRecord, _ t: Float, _ numbers: VertexNumbers) -> Line? {
    if edge.isOutline {
      let direction = Warp.sphere(numbers.light)
      return geometry.outline(edge, along: direction, t).map { Line(point: $0, direction: direction) }
    }
    let point = geometry.point(edge, t)
    let directions = LineDirections(point)
    return Line(point: point, direction: directions.anywhere(numbers.light), density: directions.density)
  }

  /// Light that a surface behind the edge scatters towards it.
  private func scattered(
    _ line: Line, from start: Vector3, depth: Int, _ sampler: inout PathSampler, _ rays: inout UInt64
  ) -> Source? {
    let ray = Ray(origin: start, direction: line.direction)
    rays &+= 1
    guard let hit = tracer.scene.intersect(ray) else { return nil }
    let radiance = tracer.indirectRadiance(along: ray, depth: depth, sampler: &sampler, rays: &rays)
    guard !radiance.isZero else { return nil }
    return Source(
      direction: line.direction, distance: (hit.position - line.point.position).length,
      radiance: radiance * (1 / line.density),
      motion: .surface(hit))
  }

  // MARK: velocities

  func addMotion<Sink: DerivativeSink>(
    _ edge: EdgeRecord, _ point: EdgePoint, _ source: Source, _ outward: Vector3, _ sensorSide: SurfaceHit,
    _ weight: Spectrum, _ near: NearField, view: CameraWalk.View?, to sink: inout Sink
  ) {
    if flags.moves(edge.shape, edge.instance) { geometry.addMotion(edge, point, outward * -1, weight, to: &sink) }
    let rD = (sensorSide.position - point.position).length
    let isFar = source.distance == .infinity
    var (ofSource, ofSensor): (Float, Float) = (rD, 1)
    if !isFar {
      // A near segment keeps its direction: its end moves as its start does.
      let length = rD + source.distance
      let far = near.weight(squaredLength: length * length).value
      ofSource = far * rD / length
      ofSensor = far * source.distance / length + 1 - far
    }
    let motion = SurfaceMotion(scene: tracer.scene)
    switch source.motion {
    case .still: break
    case .surface(let hit):
      if flags.moves(hit.shape, hit.instance) { motion.addPosition(hit, outward, weight * ofSource, to: &sink) }
    case .position(let offsets):
      for axis in 0..<3 { sink.add(offsets[axis], weight * (outward[axis] * ofSource)) }
    case .direction(let offset):
      // The light travels along −ω, so ω turns against it.
      for axis in 0..<3 { sink.add(offset + axis, weight * (-outward[axis] * ofSource)) }
    }
    ReceiverMotion(tracer: tracer, flags: flags).add(sensorSide, outward, weight * ofSensor, view: view, to: &sink)
  }
}
