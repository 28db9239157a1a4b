/// Lines past edges, from the choice of the edge to what lies at their two ends.
extension SecondaryBoundary {
  /// Probability of an edge from which on the number that chose it says where on the edge, too: 12 of 24 bits are left then.
  private static let leastRun: Float = 0x1p-12

  /// Samples in the order of their choice: what the last one found out about its edge, for those of the same edge.
  struct Run {
    fileprivate var entry = CumulativeRun()
    fileprivate var number = -1
    fileprivate var isMesh = false
    fileprivate var directions = LineDirections()
    fileprivate var memory = LineDirections.Memory()
    /// Of a shape with an outline, and that outline as it was last seen.
    fileprivate var outlined: OutlinedShape?
    fileprivate var outline: Outline?
    fileprivate var viewpoint: Vector3?
    /// Of a mesh's edge: its start and the way to its end, and from the start to the third corners of its triangles.
    fileprivate var start = Vector3.zero
    fileprivate var along = Vector3.zero
    fileprivate var inward = Vector3.zero
    fileprivate var otherInward: Vector3?
  }

  /// A line that is tried: through a point of the edge, towards a light or in any direction.
  struct Line {
    var edge = 0
    var scatterings = 0
    /// Whether light comes from a surface that scatters it.
    var isIndirect = false
    var place = Place(position: .zero, local: .zero)
    /// The side on which it passes.
    var outward = Vector3.zero
    /// Towards the side from which light comes.
    var direction = Vector3.zero
    /// |∂y/∂t × ω| over the probability of edge, kind and, where it is not that of a light, direction.
    var share: Float = 0
    /// Where light comes from one.
    var light = EmitterSample.none
    /// A point of the line on its free side, and how far along the line it lies from the edge.
    var start = Vector3.zero
    var lead: Float = 0
    /// The random numbers of what follows, and the sample's number, for who keeps count.
    var sampler = PathSampler(state: 0, index: 0)
    var number = 0
  }

  /// Chooses a line.
  ///
  /// - Parameters:
  ///   - choice: in [0, 1), stratified over samples.
  ///   - line: receives it.
  /// - Returns: whether there is one.
  func choose(_ choice: Float, _ numbers: VertexNumbers, _ run: inout Run, _ line: UnsafeMutablePointer<Line>) -> Bool {
    let drawn = table.sample(choice, after: &run.entry)
    guard drawn.probability > 0, let kind = LineChoice(numbers, tracer),
      parts.contains(kind.isIndirect || kind.scatterings > 1 ? .indirect : .shadow)
    else { return false }
    if run.number != drawn.index { begin(drawn.index, &run) }
    // What the choice of the edge leaves of its number runs through the edge in the order of samples, while their other numbers
    // are consecutive Sobol points: together they are even in all dimensions. Of rare edges it has too few digits.
    let t = drawn.probability > Self.leastRun ? drawn.remainder : numbers.direction.x
    line.pointee.share = 1 / (drawn.probability * kind.probability)
    let passes =
      if run.isMesh {
        aimPast(t, numbers, kind, &run, line)
      } else if let shape = run.outlined {
        aimPast(shape, t, numbers, kind, &run, line)
      } else {
        aimPastRim(t, numbers, kind, &run, line)
      }
    guard passes else { return false }
    line.pointee.edge = drawn.index
    (line.pointee.scatterings, line.pointee.isIndirect) = (kind.scatterings, kind.isIndirect)
    (line.pointee.start, line.pointee.lead) = start(
      beside: line.pointee.place.position, line.pointee.outward, line.pointee.direction)
    return true
  }

  @inline(never)
  private func begin(_ number: Int, _ run: inout Run) {
    let edge = edges[number]
    (run.number, run.isMesh) = (number, edge.kind == .mesh)
    run.directions = LineDirections(edge, geometry)
    run.memory = LineDirections.Memory()
    run.outlined = edge.isOutline ? OutlinedShape(edge, geometry) : nil
    run.viewpoint = nil
    guard run.isMesh else { return }
    let first = geometry.point(edge, 0)
    (run.start, run.along) = (first.position, first.along)
    (run.inward, run.otherInward) = (first.inward, first.otherInward)
  }

  /// A line past the straight edge of a mesh.
  @inline(__always)
  private func aimPast(
    _ t: Float, _ numbers: VertexNumbers, _ kind: LineChoice, _ run: inout Run, _ line: UnsafeMutablePointer<Line>
  ) -> Bool {
    let position = run.start + run.along * t
    if kind.isIndirect {
      aimAnywhere(numbers, run, line)
    } else {
      guard aimAtLight(from: position, numbers, &run, line) else { return false }
    }
    let outward = EdgePoint.outward(
      line.pointee.direction, along: run.along, inward: run.inward, otherInward: run.otherInward)
    return pass(Place(position: position, local: Vector3(1 - t, t, 0)), outward, along: run.along, line)
  }

  /// A line past a rim.
  @inline(never)
  private func aimPastRim(
    _ t: Float, _ numbers: VertexNumbers, _ kind: LineChoice, _ run: inout Run, _ line: UnsafeMutablePointer<Line>
  ) -> Bool {
    let point = geometry.point(edges[run.number], t)
    if kind.isIndirect {
      aimAnywhere(numbers, run, line)
    } else {
      guard aimAtLight(from: point.position, numbers, &run, line) else { return false }
    }
    return pass(
      Place(position: point.position, local: point.local), point.outward(line.pointee.direction), along: point.along,
      line)
  }

  /// A line past an outline.
  @inline(never)
  private func aimPast(
    _ shape: OutlinedShape, _ t: Float, _ numbers: VertexNumbers, _ kind: LineChoice, _ run: inout Run,
    _ line: UnsafeMutablePointer<Line>
  ) -> Bool {
    let found: Outline.Point?
    if kind.isIndirect {
      aimAnywhere(numbers, run, line)
      found = shape.outline(along: line.pointee.direction)?.point(t)
    } else {
      found = aimAtLight(past: shape, t, numbers, &run, line)
    }
    guard let point = found else { return false }
    return pass(Place(position: point.position, local: point.local), point.normal, along: point.along, line)
  }

  /// A direction that may pass the edge, whatever lies there.
  @inline(__always)
  private func aimAnywhere(_ numbers: VertexNumbers, _ run: Run, _ line: UnsafeMutablePointer<Line>) {
    line.pointee.direction = run.directions.anywhere(numbers.light)
    line.pointee.share *= 1 / run.directions.density
  }

  /// The direction to a light; whether any may pass the edge.
  @inline(__always)
  private func aimAtLight(
    from position: Vector3, _ numbers: VertexNumbers, _ run: inout Run, _ line: UnsafeMutablePointer<Line>
  ) -> Bool {
    let aim = run.directions.aim(
      from: position, choice: lights.number(numbers.emitter, at: run.number), numbers, tracer.scene.emitters,
      &run.memory, &line.pointee.light)
    guard aim != .none else { return false }
    takeLight(run.number, line)
    return true
  }

  /// Leads the line through a point of the edge; whether it passes there.
  @inline(__always)
  private func pass(
    _ place: Place, _ outward: Vector3?, along: Vector3, _ line: UnsafeMutablePointer<Line>
  ) -> Bool {
    guard let outward else { return false }
    line.pointee.place = place
    line.pointee.outward = outward
    line.pointee.share *= cross(along, line.pointee.direction).length
    return true
  }

  @inline(__always) private func takeLight(_ edge: Int, _ line: UnsafeMutablePointer<Line>) {
    let isSky = line.pointee.light.emitter == tracer.scene.emitters.environment
    line.pointee.light.scale *= 1 / lights.gain(isSky: isSky, at: edge)
    line.pointee.direction = line.pointee.light.direction
  }

  /// The outline depends on where it is seen from: the light is drawn as the centre sees it.
  @inline(__always)
  private func aimAtLight(
    past shape: OutlinedShape, _ t: Float, _ numbers: VertexNumbers, _ run: inout Run,
    _ line: UnsafeMutablePointer<Line>
  ) -> Outline.Point? {
    let emitters = tracer.scene.emitters
    let choice = lights.number(numbers.emitter, at: run.number)
    guard let seen = emitters.sample(from: shape.anchor, choice: choice, u: numbers.light, isAnchor: true)
    else { return nil }
    line.pointee.light = seen
    guard seen.distance < .infinity else {
      takeLight(run.number, line)
      return shape.outline(along: seen.direction)?.point(t)
    }
    // A light without size sees the same outline each time.
    if run.viewpoint != seen.point { (run.viewpoint, run.outline) = (seen.point, shape.outline(from: seen.point)) }
    guard let point = run.outline?.point(t) else { return nil }
    let away = seen.point - point.position
    let squared = away.squaredLength
    line.pointee.light.distance = squared.squareRoot()
    line.pointee.light.direction = away * (1 / line.pointee.light.distance)
    // Solid angle at the outline instead of at the centre.
    line.pointee.light.scale *= seen.distance * seen.distance / squared
    let record = emitters.records + Int(seen.emitter)
    if record.pointee.isProfile {
      guard
        let (intensity, _) = emitters.profileIntensity(
          record.pointee, -line.pointee.light.direction, record.pointee.profile.inputs(emitters.values))
      else { return nil }
      line.pointee.light.radiance = intensity
    }
    if !seen.isDirac {
      let (there, here) = (-dot(seen.direction, seen.normal), -dot(line.pointee.light.direction, seen.normal))
      guard here > 0, there > 0 else { return nil }
      line.pointee.light.scale *= here / there
    }
    takeLight(run.number, line)
    return point
  }

  // MARK: the light's side

  /// The ray on which nothing must stand before a line's light; `nil` where the light is too near.
  @inline(__always) func lightRay(_ line: UnsafePointer<Line>) -> Ray? {
    // The whole distance would reach beyond a light that is near.
    let left = line.pointee.light.distance - line.pointee.lead
    guard left > 0 else { return nil }
    return Ray(
      origin: line.pointee.start, direction: line.pointee.direction, near: 0, far: left * (1 - RayOffset.shadow))
  }

  /// A light that nothing hides, with its motion.
  @inline(__always) func source(_ light: EmitterSample) -> Source {
    let record = tracer.scene.emitters.records + Int(light.emitter)
    var source = Source(
      direction: light.direction, distance: light.distance, radiance: light.radiance * light.scale, motion: .still)
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
      if flags.shapes[Int(record.pointee.shape)] || isMixed {
        source.motion = .surface(SurfaceHit(light, tracer.scene))
      }
    }
    return source
  }
}
