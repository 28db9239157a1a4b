/// Derivatives by what bends the rays of a path: indices of refraction, and the camera's ray itself.
///
/// This is forward mode, for functions of the ray that reaches a vertex through Dirac lobes, and for indices of refraction;
/// `GeometryAdjoint` has the camera's part of a whole path.
///
/// Along the camera segment and after Dirac lobes the next vertex is *traced* and moves with its ray; after other
/// vertices it is a point fixed on its surface, so that at most one more vertex sees a moving direction (DESIGN §4).
/// Duals carry 16 lanes along the path: origin (0–2) and direction (3–5) of the camera ray, then indices of refraction.
struct MovingPath {
  private typealias Hit = MovingHit<SIMD16<Float>>

  let tracer: PathTracer
  let flags: GradientFlags

  private static let firstEta = 6
  private static let etasPerPass = 16 - firstEta

  /// Hands on the partials of a path's contribution with respect to indices of refraction.
  func addEtas(
    _ vertices: UnsafePointer<PathVertex>, count: Int, at p: CameraSample, to sink: inout some DerivativeSink
  ) {
    // Scenes with more indices of refraction than lanes take several passes over the record.
    let passes = (flags.etaCount + Self.etasPerPass - 1) / Self.etasPerPass
    let ray = tracer.sensor.ray(p.film, lens: p.lens, tracer.camera)
    let near = NearField(tracer, distance: vertices[0].hit.distance)
    for pass in 0..<passes {
      var state = State(origin: ray.origin.value, direction: ray.direction.value, moves: false)
      var total = Color<Dual16>.zero
      walk(vertices, from: 0, count, pass, near, &state, &total)
      addEtas(total, vertices, count, pass, to: &sink)
    }
  }

  private func walk(
    _ vertices: UnsafePointer<PathVertex>, from first: Int, _ count: Int, _ pass: Int, _ near: NearField,
    _ state: inout State, _ total: inout Color<Dual16>
  ) {
    for i in first..<count {
      let next = i + 1 < count ? vertices + (i + 1) : nil
      var sliding: State?
      advance(vertices + i, next: next, pass, near, &state, &sliding, &total)
      if var sliding { walk(vertices, from: i + 1, count, pass, near, &sliding, &total) }
    }
  }

  /// What a function of the ray that reaches the last vertex does to a pixel, as far as the camera and indices of
  /// refraction move that ray. All vertices before the last are Dirac lobes whose `incoming` is 0.
  ///
  /// - Parameter function: lanes of the moving ray's origin and direction to the weighted partials of the pixel.
  func addRay(
    _ vertices: UnsafePointer<PathVertex>, count: Int, at p: CameraSample, to sink: inout some DerivativeSink,
    _ function: (Vector<Dual16>, Vector<Dual16>) -> Color<Dual16>
  ) {
    let passes = max(1, (flags.etaCount + Self.etasPerPass - 1) / Self.etasPerPass)
    for pass in 0..<passes {
      let state = stateBefore(vertices, count, p, moves: flags.wantsCamera && pass == 0, pass)
      let total = function(state.origin, state.direction)
      if flags.wantsCamera && pass == 0 { addCamera(total, p, to: &sink) }
      addEtas(total, vertices, count - 1, pass, to: &sink)
    }
  }

  /// The ray that reaches the last vertex, its lanes 0–5 the camera ray's origin and direction.
  func ray(_ vertices: UnsafePointer<PathVertex>, count: Int, at p: CameraSample) -> (
    origin: Vector<Dual16>, direction: Vector<Dual16>
  ) {
    let state = stateBefore(vertices, count, p, moves: true, 0)
    return (state.origin, state.direction)
  }

  private func stateBefore(
    _ vertices: UnsafePointer<PathVertex>, _ count: Int, _ p: CameraSample, moves: Bool, _ pass: Int
  ) -> State {
    let ray = tracer.sensor.ray(p.film, lens: p.lens, tracer.camera)
    var state = State(origin: ray.origin.value, direction: ray.direction.value, moves: moves)
    var unused = Color<Dual16>.zero
    var none: State?
    for i in 0..<count - 1 {
      advance(vertices + i, next: vertices + (i + 1), pass, NearField(radius: 0), &state, &none, &unused)
      // Where nothing moved so far, the ray is the recorded one.
      if !state.moves { state.direction = Vector(vertices[i + 1].direction) }
    }
    return state
  }

  /// The ray or the previous vertex from which the next vertex is reached.
  private struct State {
    var origin: Vector<Dual16>
    var direction: Vector<Dual16>
    /// Whether origin or direction have a derivative.
    var moves: Bool
    /// Whether the next vertex follows the ray, rather than being fixed on its surface.
    var isTraced = true
    /// Share of the path that moves this way.
    var share: Float = 1

    init(origin o: Vector3, direction d: Vector3, moves: Bool) {
      origin = Vector(o)
      direction = Vector(d)
      self.moves = moves
      guard moves else { return }
      origin = Vector(Dual16(o.x, lane: 0), Dual16(o.y, lane: 1), Dual16(o.z, lane: 2))
      direction = Vector(Dual16(d.x, lane: 3), Dual16(d.y, lane: 4), Dual16(d.z, lane: 5))
    }
  }

  /// - Parameter sliding: the part of the path whose next vertex slides over its surface, where the next segment is near.
  private func advance(
    _ vertex: UnsafePointer<PathVertex>, next: UnsafePointer<PathVertex>?, _ pass: Int, _ near: NearField,
    _ state: inout State, _ sliding: inout State?, _ total: inout Color<Dual16>
  ) {
    let throughput = vertex.pointee.throughput * state.share
    let isTraced = state.moves && state.isTraced
    if vertex.pointee.kind == .escape {
      if isTraced { total = total + skyRadiance(vertex, state) * Color(throughput * vertex.pointee.emitterWeight) }
      return
    }
    let etaLane = lane(of: vertex, pass)
    guard state.moves || etaLane != nil else { return skip(vertex, &state) }

    var plain = vertex.pointee.hit
    if vertex.pointee.kind == .scatter && vertex.pointee.wrapper >= 0 { plain.frame = vertex.pointee.plainFrame }
    var hit =
      isTraced
      ? Hit(plain, origin: state.origin, direction: state.direction, scene: tracer.scene)
      : Hit(still: plain)
    let inputs = MovingInputs<SIMD16<Float>>(
      textures: tracer.scene.textures(at: vertex.pointee.hit), u: hit.u, v: hit.v)
    if isTraced && vertex.pointee.emitter >= 0 {
      let texture = tracer.scene.emitters.records[Int(vertex.pointee.emitter)].texture
      total = total + inputs.color(texture, lane: 0) * Color(throughput * vertex.pointee.emitterWeight)
    }
    guard vertex.pointee.kind == .scatter else { return }

    let towards = isTraced ? -state.direction : state.origin - hit.position
    let back = (state.moves ? towards : Vector(-vertex.pointee.direction)).normalized()
    let bsdf = scattering(vertex, inputs, etaLane, towards: back, &hit)
    let wi = hit.frame.toLocal(back)
    if vertex.pointee.hasLight && state.moves {
      let light = vertex.pointee.light
      let (wo, factor) = lightDirection(light, hit)
      let value = bsdf.evaluate(wi: wi, wo: wo) * factor
      total = total + value * emitted(light, towards: hit) * Color(throughput * vertex.pointee.lightScale)
    }
    guard vertex.pointee.inversePdf > 0, let next else { return state.moves = false }
    let weight = Color<Dual16>(throughput * vertex.pointee.incoming * vertex.pointee.inversePdf)
    if vertex.pointee.isDirac {
      total = total + bsdf.energy(wi: wi, isReflection: vertex.pointee.isReflection) * weight
      let wo = bsdf.diracDirection(wi: wi, isReflection: vertex.pointee.isReflection)
      state.origin = hit.position
      state.direction = hit.frame.toWorld(wo)
      state.isTraced = true
      state.moves = true
      return
    }
    var far = Dual16(1)
    if isTraced, next.pointee.kind != .escape {
      far = near.weight(squaredLength: (Vector<Dual16>(next.pointee.hit.position) - hit.position).squaredLength)
      if far.value < 1 { sliding = slide(next, vertex, hit, bsdf, wi, weight, near, state, &total) }
    }
    if far.value > 0 {
      let (wo, factor) = continuation(to: next, vertex, hit)
      total = total + bsdf.evaluate(wi: wi, wo: wo) * (factor * far) * weight
    }
    state.share *= far.value
    state.origin = hit.position
    state.isTraced = false
    state.moves = isTraced && far.value > 0
  }

  /// The near part of a segment: it keeps its direction in the world, and its end follows it.
  private func slide(
    _ next: UnsafePointer<PathVertex>, _ vertex: UnsafePointer<PathVertex>, _ hit: Hit,
    _ bsdf: WrappedBSDF<Dual16>, _ wi: Vector<Dual16>, _ weight: Color<Dual16>, _ near: NearField, _ state: State,
    _ total: inout Color<Dual16>
  ) -> State {
    let direction = Vector<Dual16>(next.pointee.direction)
    var plain = next.pointee.hit
    if next.pointee.kind == .scatter && next.pointee.wrapper >= 0 { plain.frame = next.pointee.plainFrame }
    let end = Hit(plain, origin: hit.position, direction: direction, scene: tracer.scene)
    let share = 1 - near.weight(squaredLength: (end.position - hit.position).squaredLength)
    total = total + bsdf.evaluate(wi: wi, wo: hit.frame.toLocal(direction)) * share * weight
    var sliding = state
    sliding.share *= share.value
    sliding.origin = hit.position
    sliding.direction = direction
    sliding.isTraced = true
    sliding.moves = true
    return sliding
  }

  /// Nothing moves at this vertex: the path restarts from it.
  private func skip(_ vertex: UnsafePointer<PathVertex>, _ state: inout State) {
    state.origin = Vector(vertex.pointee.hit.position)
    state.isTraced = vertex.pointee.isDirac
  }

  /// The lane of the index of refraction at this vertex in this pass.
  private func lane(of vertex: UnsafePointer<PathVertex>, _ pass: Int) -> Int? {
    guard flags.etaCount > 0, vertex.pointee.kind == .scatter else { return nil }
    let number = Int(flags.etaNumbers[Int(vertex.pointee.material)]) - pass * Self.etasPerPass
    return (0..<Self.etasPerPass).contains(number) ? Self.firstEta + number : nil
  }

  /// The BSDF at a vertex; turns the frame of the hit as its wrappers do.
  private func scattering(
    _ vertex: UnsafePointer<PathVertex>, _ inputs: MovingInputs<SIMD16<Float>>, _ etaLane: Int?,
    towards back: Vector<Dual16>, _ hit: inout Hit
  ) -> WrappedBSDF<Dual16> {
    let record = tracer.scene.materials + Int(vertex.pointee.material)
    var bsdf = record.pointee.instantiate(inputs)
    if let etaLane, record.pointee.kind == .dielectric {
      let slots = record.pointee.slots
      bsdf = .dielectric(
        Dielectric(
          eta: Dual16(tracer.scene.values[Int(record.pointee.etaOffset)], lane: etaLane),
          specularReflectance: inputs.color(slots[0], lane: 0), specularTransmittance: inputs.color(slots[1], lane: 0)))
    }
    guard vertex.pointee.wrapper >= 0 else { return WrappedBSDF(bsdf) }
    var choices = RecordedChoices(vertex.pointee.choices, explores: flags.wantsChoices)
    let surface = WrapperChain(scene: tracer.scene, root: vertex.pointee.wrapper).resolve(
      tracer.scene.surfacePoint(vertex.pointee.hit, position: hit.position, frame: hit.frame), direction: -back,
      inputs, &choices)
    hit.frame = surface.frame
    return WrappedBSDF(bsdf, surface)
  }

  private func skyRadiance(_ vertex: UnsafePointer<PathVertex>, _ state: State) -> Color<Dual16> {
    let record = tracer.scene.emitters.records + Int(vertex.pointee.emitter)
    guard record.pointee.kind == .environment else { return .zero }
    let map = record.pointee.environment
    return map.radiance(
      tracer.scene.values, state.direction.normalized(),
      rotation: AffineMap(rowMajor: tracer.scene.values + Int(map.matrix)))
  }

  /// Local direction to the light and the factor by which its irradiance changes, 1 at rest.
  private func lightDirection(_ light: EmitterSample, _ hit: Hit) -> (Vector<Dual16>, Dual16) {
    let record = tracer.scene.emitters.records + Int(light.emitter)
    switch record.pointee.kind {
    case .directional, .constant, .environment: return (hit.frame.toLocal(Vector(light.direction)), Dual16(1))
    case .point, .spot, .projector:
      let offset = Vector<Dual16>(light.point) - hit.position
      let squared = offset.squaredLength
      return (hit.frame.toLocal(offset.normalized()), squared.reciprocal() * squared.value)
    case .area: return connection(to: light.point, normal: light.normal, hit)
    }
  }

  /// Radiance or intensity of a sampled light, which for spots and projectors depends on the direction to the point.
  private func emitted(_ light: EmitterSample, towards hit: Hit) -> Color<Dual16> {
    let record = tracer.scene.emitters.records + Int(light.emitter)
    guard record.pointee.isProfile else { return Color(light.radiance) }
    let profile = record.pointee.profile
    return profile.intensity(
      (hit.position - Vector(light.point)).normalized(), profile.inputs(tracer.scene.values),
      color: record.pointee.texture, tracer.scene.textures)
  }

  private func continuation(
    to next: UnsafePointer<PathVertex>, _ vertex: UnsafePointer<PathVertex>, _ hit: Hit
  ) -> (Vector<Dual16>, Dual16) {
    if next.pointee.kind == .escape { return (hit.frame.toLocal(Vector(next.pointee.direction)), Dual16(1)) }
    return connection(to: next.pointee.hit.position, normal: next.pointee.hit.geometricNormal, hit)
  }

  /// A point fixed on its surface: cos θ / r² there relative to its value at rest (area measure over a detached pdf).
  private func connection(to point: Vector3, normal: Vector3, _ hit: Hit) -> (Vector<Dual16>, Dual16) {
    let offset = Vector<Dual16>(point) - hit.position
    let squared = offset.squaredLength
    let direction = offset.normalized()
    let geometry = direction.dot(normal) / squared
    return (hit.frame.toLocal(direction), geometry * (1 / geometry.value))
  }

  /// From the camera ray's six numbers to the numbers of the camera.
  private func addCamera<Sink: DerivativeSink>(_ total: Color<Dual16>, _ p: CameraSample, to sink: inout Sink) {
    let counted = sink.counted(.one)
    func vector(_ t: SIMD16<Float>, _ lane: Int) -> Vector3 { Vector3(t[lane], t[lane + 1], t[lane + 2]) }
    let (r, g, b) = (total.r.tangent, total.g.tangent, total.b.tangent)
    CameraAdjoint(tracer: tracer).addRay(
      p, origin: Sink.Vectors(vector(r, 0), vector(g, 0), vector(b, 0), counted: counted),
      direction: Sink.Vectors(vector(r, 3), vector(g, 3), vector(b, 3), counted: counted), to: &sink)
  }

  private func addEtas(
    _ total: Color<Dual16>, _ vertices: UnsafePointer<PathVertex>, _ count: Int, _ pass: Int,
    to sink: inout some DerivativeSink
  ) {
    var added: UInt32 = 0
    for i in 0..<count {
      guard let lane = lane(of: vertices + i, pass), added & (1 << UInt32(lane)) == 0 else { continue }
      added |= 1 << UInt32(lane)
      let material = tracer.scene.materials + Int(vertices[i].material)
      sink.add(
        Int(material.pointee.etaOffset),
        Spectrum(total.r.tangent[lane], total.g.tangent[lane], total.b.tangent[lane]))
    }
  }
}
