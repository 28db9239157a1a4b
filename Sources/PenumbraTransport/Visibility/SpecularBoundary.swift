/// Discontinuities that the camera sees through perfect mirrors and smooth glass.
///
/// An edge cannot be projected through a curved mirror, but it can be found where it is seen: a short segment of the film
/// crosses its image when the paths from the segment's ends, drawn with the same random numbers, part behind a specular
/// vertex. Bisection finds the point p of the curve g(p, θ) = 0 on the segment. A segment along axis e at a uniformly
/// random place meets a curve element dl with normal n in proportion to |nₑ| dl; weighing both axes by nₓ² and n_y²
/// leaves
///
///     dI = ∫ h (L₋ − L₊) V dl,   V = −(∂g/∂θ) / |∇g|
///     one sample: −2 A / ℓ · h (L_before − L_after) · ∂ₑg / |∇g|² · ∂g/∂θ
///
/// for a film of area A searched with segments of length ℓ. Edges of the mirror itself are left to the primary term.
///
/// Ends that look alike may have a strip between them, such as the light between a ball's image and its shadow. So a
/// segment with equal ends is halved all the same with probability q, and what is found in its halves counts 1 / q
/// (Russian roulette): no strip is too narrow to be found, at the cost of q / (1 − 2 q) paths per segment.
struct SpecularBoundary {
  let tracer: PathTracer
  let flags: GradientFlags
  /// Pixels in which the camera may see something through a specular lobe, as (x, y) of the whole film.
  let pixels: OwnedBuffer<SIMD2<Int32>>
  /// Emitters without size.
  let lights: OwnedBuffer<Int32>

  /// ℓ in pixels, and how finely a crossing is found.
  private static let segment: Float = 0.5
  /// Pixels around the picture in which segments start that reach into it: a crossing beside its border would be found by half
  /// of the segments otherwise.
  static let margin = 1
  private static let resolution: Float = 1e-4
  /// q. Chords of a round border that are shorter than s have a share of s³ in the integral, and are found behind k halvings
  /// with s = ℓ 2⁻ᵏ: the variance that they add, Σ q⁻ᵏ 8⁻ᵏ, is finite from 1/8 on.
  private static let suspicion: Float = 0.25

  private struct Sample {
    var film: SIMD2<Float>
    var chain: SpecularChain
    var radiance: Spectrum
  }

  /// - Parameter choice: in [0, 1), stratified over samples.
  func sample<Target: BoundaryTarget>(
    choice: Float, sampler: inout PathSampler, arena: inout PathArena, rays: inout UInt64, target: inout Target
  ) {
    guard pixels.count > 0 else { return }
    let u = sampler.next2D()
    let v = sampler.next2D()
    let pixel = pixels.base[min(Int(choice * Float(pixels.count)), pixels.count - 1)]
    let lens = tracer.sensor.hasLens ? Warp.disk(sampler.next2D()) : .zero
    let axis = v.x < 0.5 ? 0 : 1
    var start = SIMD2(Float(pixel.x) + u.x, Float(pixel.y) + u.y)
    start[axis] -= 0.5 * Self.segment
    var end = start
    end[axis] += Self.segment
    arena.removeAll()
    let a = trace(start, lens, sampler, &arena, &rays)
    let b = trace(end, lens, sampler, &arena, &rays)
    search(a, b, Roulette(u: v.y, weight: 1), axis, lens, sampler, &arena, &rays, &target)
  }

  /// Finds every crossing between two points of the film.
  private func search<Target: BoundaryTarget>(
    _ a: Sample, _ b: Sample, _ roulette: Roulette, _ axis: Int, _ lens: SIMD2<Float>, _ sampler: PathSampler,
    _ arena: inout PathArena, _ rays: inout UInt64, _ target: inout Target
  ) {
    var roulette = roulette
    let comparison = a.chain.compare(b.chain, arena, in: tracer.scene)
    let isResolved = b.film[axis] - a.film[axis] <= Self.resolution
    if comparison == .same || !(a.chain.isReflected || b.chain.isReflected) {
      guard !isResolved, roulette.survives(Self.suspicion) else { return }
    } else if isResolved {
      return add(comparison, a, b, roulette.weight, axis, lens, arena, &target)
    }
    let mark = arena.count
    let middle = trace((a.film + b.film) * 0.5, lens, sampler, &arena, &rays)
    search(a, middle, roulette, axis, lens, sampler, &arena, &rays, &target)
    search(middle, b, roulette, axis, lens, sampler, &arena, &rays, &target)
    arena.removeAll(after: mark)
  }

  /// One random number for all decisions whether to look on.
  private struct Roulette {
    /// Uniform in [0, 1).
    var u: Float
    /// What a find counts: the inverse of the probability to be here.
    var weight: Float

    /// Whether to look on, with a probability.
    mutating func survives(_ probability: Float) -> Bool {
      guard u < probability else { return false }
      u /= probability
      weight /= probability
      return true
    }
  }

  private func trace(
    _ film: SIMD2<Float>, _ lens: SIMD2<Float>, _ sampler: PathSampler, _ arena: inout PathArena, _ rays: inout UInt64
  ) -> Sample {
    var sampler = sampler
    let first = arena.count
    let value = tracer.radiance(
      at: CameraSample(film: tracer.sensor.fraction(ofPixel: film), lens: lens), sampler: &sampler, recorder: &arena,
      rays: &rays
    ).radiance
    var chain = SpecularChain(first: first, in: arena)
    if chain.isReflected {
      let vertices = chain.vertices(arena)
      chain.lit = lit(vertices + (chain.count - 1), &rays)
      // Only where rays go counts from here on, not what they carry.
      for k in 0..<chain.count {
        vertices[k].incoming = .zero
        vertices[k].hasLight = false
        vertices[k].emitter = -1
      }
    }
    return Sample(film: film, chain: chain, radiance: value.isFinite ? value : .zero)
  }

  /// Which lights without size the vertex sees.
  private func lit(_ vertex: UnsafePointer<PathVertex>, _ rays: inout UInt64) -> UInt32 {
    guard vertex.pointee.kind == .scatter else { return 0 }
    var bits: UInt32 = 0
    for number in 0..<min(lights.count, 32) {
      guard let ray = shadowRay(number, vertex) else { continue }
      rays &+= 1
      if !tracer.scene.isOccluded(ray) { bits |= 1 << UInt32(number) }
    }
    return bits
  }

  private func shadowRay(_ number: Int, _ vertex: UnsafePointer<PathVertex>) -> Ray? {
    let hit = vertex.pointee.hit
    let emitter = lights.base[number]
    guard
      let light = tracer.scene.emitters.sampleDistant(
        tracer.scene.emitters.records[Int(emitter)], emitter, 1, hit.position, .zero)
    else { return nil }
    return RayOffset.shadowRay(
      from: hit.position, normal: hit.geometricNormal, direction: light.direction, distance: light.distance)
  }

  // MARK: - One crossing

  private func add<Target: BoundaryTarget>(
    _ comparison: SpecularChain.Comparison, _ a: Sample, _ b: Sample, _ share: Float, _ axis: Int,
    _ lens: SIMD2<Float>, _ arena: PathArena, _ target: inout Target
  ) {
    let jump = a.radiance - b.radiance
    guard !jump.isZero, let start = target.sink(at: a.film) else { return }
    var sink = start
    let p = CameraSample(film: tracer.sensor.fraction(ofPixel: a.film), lens: lens)
    let path = MovingPath(tracer: tracer, flags: flags)
    let geometry = GeometryAdjoint(tracer: tracer, flags: flags)
    let scale = -2 * Float(pixels.count) / Self.segment * share
    switch comparison {
    case .same, .parted: return
    case .changed(let k):
      // The chains share what lies before vertex k, which one of them may lack: it ends where its path did.
      let vertices = longer(a, b, k).vertices(arena)
      guard k >= 1, let edge = edge(a, b, k, arena) else { return }
      let c = edge.covector
      let ray = (origin: vertices[k - 1].hit.position, direction: direction(a, b, k, arena))
      let distance = (edge.hit.position - ray.origin).length
      func level(_ o: Vector<Dual16>, _ d: Vector<Dual16>) -> Dual16 { (o + d * Dual16(distance)).dot(c * -1) }
      guard let weight = weight(path, vertices, k + 1, p, axis, jump * scale, level) else { return }
      edge.addMotion(weight, in: tracer.scene, to: &sink)
      if flags.wantsGeometry {
        geometry.addRay(
          vertices, count: k + 1, origin: Target.Sink.Vectors(c * -1, counted: sink.counted(weight)),
          direction: Target.Sink.Vectors(c * -distance, counted: sink.counted(weight)), to: &sink)
      }
      path.addRay(vertices, count: k + 1, at: p, to: &sink) { Color(level($0, $1)) * Color(weight) }
    case .turned:
      let (vertices, count) = (a.chain.vertices(arena), a.chain.count)
      let hit = vertices[count - 1].plainHit
      let scene = tracer.scene
      func level(_ o: Vector<Dual16>, _ d: Vector<Dual16>) -> Dual16 {
        MovingHit(hit, origin: o, direction: d, scene: scene).frame.n.dot(d) * Dual16(-1)
      }
      guard let weight = weight(path, vertices, count, p, axis, jump * scale, level) else { return }
      if flags.wantsGeometry {
        geometry.addTraced(
          vertices, count: count, position: .zero,
          normal: Target.Sink.Vectors(vertices[count - 1].direction * -1, counted: sink.counted(weight)),
          back: Target.Sink.Vectors(hit.frame.n, counted: sink.counted(weight)), to: &sink)
      }
      path.addRay(vertices, count: count, at: p, to: &sink) { Color(level($0, $1)) * Color(weight) }
    case .shadowed(let number):
      addShadow(number, a, b, jump * scale, axis, p, path, geometry, arena, to: &sink)
    }
    target.take(sink, at: a.film)
  }

  /// The border beside which two chains part at vertex k.
  private func edge(_ a: Sample, _ b: Sample, _ k: Int, _ arena: PathArena) -> OccluderEdge? {
    func hit(_ s: Sample) -> SurfaceHit? {
      guard k < s.chain.count else { return nil }
      let vertex = s.chain.vertices(arena) + k
      return vertex.pointee.kind == .escape ? nil : vertex.pointee.hit
    }
    let direction = direction(a, b, k, arena)
    let (va, vb) = (a.chain.vertices(arena), b.chain.vertices(arena))
    let reach = max(hit(a)?.distance ?? 0, hit(b)?.distance ?? 0)
    let spread =
      k < a.chain.count && k < b.chain.count ? (va[k].direction - vb[k].direction).length * reach : 0
    let separation = spread + (va[k - 1].hit.position - vb[k - 1].hit.position).length
    return OccluderEdge(hit(a), hit(b), direction: direction, separation: separation, in: tracer.scene)
  }

  private func direction(_ a: Sample, _ b: Sample, _ k: Int, _ arena: PathArena) -> Vector3 {
    longer(a, b, k).vertices(arena)[k].direction
  }

  /// The chain that has a vertex k.
  private func longer(_ a: Sample, _ b: Sample, _ k: Int) -> SpecularChain { k < a.chain.count ? a.chain : b.chain }

  /// jump · ∂ₑg / |∇g|² from the lanes of the camera's ray, whose motion over the film is known.
  private func weight(
    _ path: MovingPath, _ vertices: UnsafePointer<PathVertex>, _ count: Int, _ p: CameraSample, _ axis: Int,
    _ jump: Spectrum, _ level: (Vector<Dual16>, Vector<Dual16>) -> Dual16
  ) -> Spectrum? {
    let ray = path.ray(vertices, count: count, at: p)
    let lanes = level(ray.origin, ray.direction).tangent
    var gradient = SIMD2<Float>.zero
    for k in 0..<2 {
      var step = SIMD2<Float>.zero
      step[k] = 0.5 / tracer.sensor.size[k]
      let (after, before) = (
        tracer.sensor.ray(p.film + step, lens: p.lens, tracer.camera),
        tracer.sensor.ray(p.film - step, lens: p.lens, tracer.camera)
      )
      let (o, d) = (
        after.origin.value - before.origin.value, after.direction.value - before.direction.value
      )
      gradient[k] = lanes[0] * o.x + lanes[1] * o.y + lanes[2] * o.z + lanes[3] * d.x + lanes[4] * d.y + lanes[5] * d.z
    }
    let squared = (gradient * gradient).sum()
    guard squared > 0 else { return nil }
    let weight = jump * (gradient[axis] / squared)
    return weight.isFinite ? weight : nil
  }

  /// A hard shadow's border on the last vertex: the line from the light through the blocker's border.
  private func addShadow<Sink: DerivativeSink>(
    _ number: Int, _ a: Sample, _ b: Sample, _ jump: Spectrum, _ axis: Int, _ p: CameraSample, _ path: MovingPath,
    _ geometry: GeometryAdjoint, _ arena: PathArena, to sink: inout Sink
  ) {
    let dark = a.chain.lit & (1 << UInt32(number)) == 0 ? a : b
    let (vertices, count) = (dark.chain.vertices(arena), dark.chain.count)
    let hit = vertices[count - 1].plainHit
    guard let ray = shadowRay(number, vertices + (count - 1)) else {
      return addRim(lights.base[number], dark, jump, axis, p, path, geometry, arena, to: &sink)
    }
    guard let blocker = tracer.scene.intersect(ray) else { return }
    let border = OccluderEdge(blocker, nil, direction: ray.direction, separation: 0, in: tracer.scene)
    guard let border else { return }
    let c = border.covector
    let record = tracer.scene.emitters.records + Int(lights.base[number])
    // The blocked point's share in the line: y = light + s (x − light), or all of it for a light at infinity.
    let isFar = record.pointee.kind == .directional
    let total = ray.far / (1 - RayOffset.shadow)
    let share = isFar ? 1 : 1 - blocker.distance / total
    let scene = tracer.scene
    func level(_ o: Vector<Dual16>, _ d: Vector<Dual16>) -> Dual16 {
      MovingHit(hit, origin: o, direction: d, scene: scene).position.dot(c * -share)
    }
    guard let weight = weight(path, vertices, count, p, axis, jump, level) else { return }
    border.addMotion(weight, in: scene, to: &sink)
    let location = Int(record.pointee.location)
    for k in 0..<3 {
      switch record.pointee.kind {
      case .point: sink.add(location + k, weight * (-c[k] * (1 - share)))
      case .spot, .projector: sink.add(location + 4 * k + 3, weight * (-c[k] * (1 - share)))
      // The line is x − t · travel, so that a turn of the travel moves it by −t.
      case .directional: sink.add(location + k, weight * (c[k] * blocker.distance))
      case .area, .constant, .environment: break
      }
    }
    if flags.wantsGeometry {
      geometry.addTraced(
        vertices, count: count, position: Sink.Vectors(c * -share, counted: sink.counted(weight)), normal: .zero,
        back: .zero, to: &sink)
    }
    path.addRay(vertices, count: count, at: p, to: &sink) { Color(level($0, $1)) * Color(weight) }
  }

  /// The border of a light that just fails to reach the last vertex.
  private func addRim<Sink: DerivativeSink>(
    _ light: Int32, _ dark: Sample, _ jump: Spectrum, _ axis: Int, _ p: CameraSample, _ path: MovingPath,
    _ geometry: GeometryAdjoint, _ arena: PathArena, to sink: inout Sink
  ) {
    let scene = tracer.scene
    let (vertices, count) = (dark.chain.vertices(arena), dark.chain.count)
    let hit = vertices[count - 1].plainHit
    guard let (rim, bound) = LightRim.nearest(of: light, to: hit.position, scene.emitters) else { return }
    func level(_ o: Vector<Dual16>, _ d: Vector<Dual16>) -> Dual16 {
      MovingHit(hit, origin: o, direction: d, scene: scene).position.dot(bound.inward)
    }
    guard let weight = weight(path, vertices, count, p, axis, jump, level) else { return }
    rim.addMotion(bound, weight, scene.emitters, to: &sink)
    if flags.wantsGeometry {
      geometry.addTraced(
        vertices, count: count, position: Sink.Vectors(bound.inward, counted: sink.counted(weight)), normal: .zero,
        back: .zero, to: &sink)
    }
    path.addRay(vertices, count: count, at: p, to: &sink) { Color(level($0, $1)) * Color(weight) }
  }
}
