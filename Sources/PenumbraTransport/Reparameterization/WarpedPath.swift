/// Partials of a recorded path whose directions follow warp fields: all of its vertices are traced, and each direction
/// ω that was drawn moves with the field V of what is seen around it.
///
///     d/dε ∫ f dω = ∫ ∂f + ∇f · V + f div V dω
///
/// holds across discontinuities, since V moves them with the picture of what causes them (Bangaru et al. 2020, eq. 6).
/// Densities and MIS weights are those at rest, and specular lobes those that the path followed.
struct WarpedPath {
  let tracer: PathTracer
  let flags: GradientFlags
  let lookout: Lookout
  private var scene: KernelScene { tracer.scene }
  private var traced: TracedVertex { TracedVertex(scene: scene, flags: flags) }
  private var warp: DirectionWarp { DirectionWarp(tracer: tracer, flags: flags, lookout: lookout) }

  init(tracer: PathTracer, flags: GradientFlags, lookout: Lookout) {
    self.tracer = tracer
    self.flags = flags
    self.lookout = lookout
  }

  /// Working memory and random numbers of the fields.
  struct Surroundings {
    var field: WarpField
    var sampler: PathSampler
    var rays: UInt64 = 0
  }

  /// Covectors of where a ray starts and of its unit direction.
  struct RayCovectors {
    var origin = Covector.zero
    var direction = Covector.zero
  }

  /// Hands on all partials but those of the film position and the camera.
  ///
  /// - Parameter vertices: the record with `incoming` filled.
  /// - Returns: covectors of the camera ray.
  func add(
    _ vertices: UnsafePointer<PathVertex>, count: Int, _ around: inout Surroundings,
    to sink: inout PerChannelSink<some DerivativeSink>
  ) -> RayCovectors {
    var ray = RayCovectors()
    for i in (0..<count).reversed() {
      let vertex = vertices + i
      if vertex.pointee.kind == .escape {
        ray = RayCovectors(direction: traced.skyDirection(vertex, throughput: vertex.pointee.throughput))
        continue
      }
      var here = SurfaceMotion.Covectors<Covector>()
      here.position = ray.origin
      var local = LocalPartials<Covector>()
      var moment = FrameMoment<Covector>()
      if vertex.pointee.kind == .scatter {
        let next = i + 1 < count ? vertices + (i + 1) : nil
        scatter(vertex, next, count - i - 1, ray.direction, &here, &local, &moment, &around, to: &sink)
      }
      let plain = vertex.pointee.plainHit
      here.normal += moment.normal(plain.frame)
      here.spin += moment.spin
      let back = plain.frame.toWorld(local.wi)
      if vertex.pointee.emitter >= 0 {
        traced.addEmission(vertex, throughput: vertex.pointee.throughput, &local)
      }
      (ray.origin, ray.direction) = traced.trace(
        plain, along: vertex.pointee.direction, back, local, here, to: &sink)
    }
    return ray
  }

  /// Hands on the boundary term of all segments but the camera's: these partials less those of the interior.
  ///
  /// - Returns: covectors of the camera ray in the first.
  @discardableResult
  func addBoundary(
    _ vertices: UnsafeMutablePointer<PathVertex>, count: Int, at p: CameraSample, _ around: inout Surroundings,
    to sink: inout PerChannelSink<some DerivativeSink>
  ) -> RayCovectors {
    var interior = ScaledSink(base: sink, factor: -1)
    PathAdjoint(tracer: tracer, flags: flags).addMotion(vertices, count: count, at: p, to: &interior)
    sink = interior.base
    let ray = add(vertices, count: count, &around, to: &sink)
    if flags.wantsCamera {
      CameraAdjoint(tracer: tracer).addRay(p, origin: ray.origin, direction: ray.direction, to: &sink)
    }
    return ray
  }

  /// - Parameters:
  ///   - remaining: vertices from the next one on.
  ///   - turn: covector of the direction to the next vertex.
  private func scatter(
    _ vertex: UnsafePointer<PathVertex>, _ next: UnsafePointer<PathVertex>?, _ remaining: Int, _ turn: Covector,
    _ here: inout SurfaceMotion.Covectors<Covector>, _ local: inout LocalPartials<Covector>,
    _ moment: inout FrameMoment<Covector>,
    _ around: inout Surroundings, to sink: inout PerChannelSink<some DerivativeSink>
  ) {
    let bsdf = LocalScattering(vertex, scene, explores: flags.wantsChoices)
    if vertex.pointee.hasLight {
      let wo = bsdf.plain(vertex.pointee.lightWo, vertex)
      let weight = vertex.pointee.throughput * vertex.pointee.light.radiance * vertex.pointee.lightScale
      let partials = LocalPartials<Covector>(bsdf.evaluate(wo: wo), counted: weight)
      local += partials
      moment.add(world: wo, partials.wo)
      addLight(vertex, bsdf.hit, bsdf.hit.frame.toWorld(partials.wo), &here, &around, to: &sink)
    }
    if let next, vertex.pointee.inversePdf > 0 {
      let weight = vertex.pointee.throughput * vertex.pointee.incoming * vertex.pointee.inversePdf
      if vertex.pointee.isDirac {
        traced.addDirac(vertex, bsdf, weight, turn, &local, &moment)
      } else {
        let wo = bsdf.plain(vertex.pointee.wo, vertex)
        let partials = LocalPartials<Covector>(bsdf.evaluate(wo: wo), counted: weight)
        local += partials
        moment.add(world: wo, partials.wo)
        here.position += warp.add(
          from: bsdf.hit, along: next.pointee.direction, path: next, count: remaining,
          turn + bsdf.hit.frame.toWorld(partials.wo),
          divergence: vertex.pointee.contribution, &around.field, &around.sampler, &around.rays, to: &sink)
      }
    }
    moment.add(world: bsdf.wi, local.wi)
  }

  /// Light that was sampled in a direction: the light's point follows it.
  ///
  /// - Parameter turn: covector of the direction, by the BSDF.
  private func addLight(
    _ vertex: UnsafePointer<PathVertex>, _ hit: SurfaceHit, _ turn: Covector,
    _ here: inout SurfaceMotion.Covectors<Covector>, _ around: inout Surroundings,
    to sink: inout PerChannelSink<some DerivativeSink>
  ) {
    let light = vertex.pointee.light
    let weight = vertex.pointee.throughput * vertex.pointee.lightValue * vertex.pointee.lightScale
    var turn = turn
    switch scene.emitters.records[Int(light.emitter)].kind {
    case .directional: return
    case .point, .spot, .projector:
      here.position += traced.towards(light, hit, turn, perRadiance: weight)
      return
    case .constant, .environment: turn += traced.skyTurn(light.emitter, light.direction, counted: weight)
    case .area:
      let emission: LocalPartials<Covector> = traced.emission(light.emitter, light.uv, counted: weight)
      let (origin, direction) = traced.trace(
        SurfaceHit(light, scene), along: light.direction, .zero, emission, SurfaceMotion.Covectors<Covector>(),
        to: &sink)
      here.position += origin
      turn += direction
    }
    here.position += warp.add(
      from: hit, along: light.direction, path: vertex, count: 0, turn, divergence: weight * light.radiance,
      &around.field, &around.sampler,
      &around.rays, to: &sink)
  }
}
