/// First-order motion of a vertex that follows the ray which reaches it, and of what scatters there.
struct TracedVertex {
  let scene: KernelScene
  let flags: GradientFlags

  /// ẋ = ȯ + t ḋ − d (n · (ȯ + t ḋ − ẋₘ)) / (n · d) for the traced point x and the material point x_m under it; what
  /// depends on the place on the surface follows the slip ẋ − ẋₘ.
  ///
  /// - Parameters:
  ///   - hit: with the frame of the surface itself.
  ///   - direction: of the ray.
  ///   - back: covector of the unit direction from the vertex to where its ray came from.
  /// - Returns: covectors of where the ray starts and of its unit direction.
  func trace<Sink: DerivativeSink>(
    _ hit: SurfaceHit, along direction: Vector3, _ back: Sink.Vectors, _ local: LocalPartials<Sink.Vectors>,
    _ covectors: SurfaceMotion.Covectors<Sink.Vectors>, to sink: inout Sink
  ) -> (origin: Sink.Vectors, direction: Sink.Vectors) {
    let normal = hit.geometricNormal
    let slip = slip(hit, local, covectors)
    let total = covectors.position + slip
    let lift = Sink.Vectors(normal * (1 / dot(normal, direction)), times: total.applied(to: direction))
    let origin = total - lift
    if flags.moves(hit.shape, hit.instance) {
      var moved = covectors
      moved.position = lift - slip
      SurfaceMotion(scene: scene).add(hit, SurfacePatch(hit, scene), moved, to: &sink)
    }
    return (origin, origin * hit.distance - back)
  }

  /// Covector of a displacement along the surface: uv, shading normal and tangents change.
  private func slip<V: ChannelVector>(
    _ hit: SurfaceHit, _ local: LocalPartials<V>, _ covectors: SurfaceMotion.Covectors<V>
  ) -> V {
    let shape = scene.shapes + Int(hit.shape)
    // A triangle's frame turns with interpolated normals or tangents alone.
    if shape.pointee.kind == .mesh, shape.pointee.normals < 0, !shape.pointee.needsTangent, local.u.isZero,
      local.v.isZero
    {
      return .zero
    }
    let displacement = Vector(Dual4(0, lane: 0), Dual4(0, lane: 1), Dual4(0, lane: 2))
    let point = MovingHit(hit, origin: displacement, direction: Vector(hit.geometricNormal), scene: scene)
    func gradient(_ x: Dual4) -> Vector3 { Vector3(x.tangent[0], x.tangent[1], x.tangent[2]) }
    var result = V(gradient(point.u), times: local.u) + V(gradient(point.v), times: local.v)
    let n = point.frame.n
    let (nx, ny, nz) = (gradient(n.x), gradient(n.y), gradient(n.z))
    result += covectors.normal.map { nx * $0.x + ny * $0.y + nz * $0.z }
    if scene.shapes[Int(hit.shape)].needsTangent {
      let s = point.frame.s
      let t = hit.frame.t
      result += V(
        gradient(s.x) * t.x + gradient(s.y) * t.y + gradient(s.z) * t.z, times: covectors.spin)
    }
    return result
  }

  // MARK: - Light

  /// Radiance of the sky along a ray that turns.
  ///
  /// - Parameter throughput: how much each channel counts of what reaches the vertex.
  func skyDirection<V: ChannelVector>(_ vertex: UnsafePointer<PathVertex>, throughput: Spectrum) -> V {
    guard vertex.pointee.emitter >= 0 else { return .zero }
    return skyTurn(
      vertex.pointee.emitter, vertex.pointee.direction, counted: throughput * vertex.pointee.emitterWeight)
  }

  /// Covector of a unit direction in which the radiance of an environment map is seen.
  func skyTurn<V: ChannelVector>(_ emitter: Int32, _ direction: Vector3, counted: Spectrum) -> V {
    let record = scene.emitters.records + Int(emitter)
    guard record.pointee.kind == .environment else { return .zero }
    let map = record.pointee.environment
    let value = map.radiance(
      scene.values, LocalLanes.direction(direction, lane: 0),
      rotation: AffineMap(rowMajor: scene.values + Int(map.matrix)))
    return LocalPartials(value, counted: counted).wi
  }

  /// Emission seen at a point that slides over its surface.
  func addEmission<V: ChannelVector>(
    _ vertex: UnsafePointer<PathVertex>, throughput: Spectrum, _ local: inout LocalPartials<V>
  ) {
    local += emission(
      vertex.pointee.emitter, vertex.pointee.hit.uv, counted: throughput * vertex.pointee.emitterWeight)
  }

  func emission<V: ChannelVector>(_ emitter: Int32, _ uv: SIMD2<Float>, counted: Spectrum) -> LocalPartials<V> {
    let inputs = MovingInputs<SIMD8<Float>>(
      textures: scene.textures, u: Dual8(uv.x, lane: 6), v: Dual8(uv.y, lane: 7))
    return LocalPartials(
      inputs.color(scene.emitters.records[Int(emitter)].texture, lane: 0), counted: counted)
  }

  /// Covector of a point that a light without size shines on from where it stays: direction, 1 / r² and profile.
  ///
  /// - Parameters:
  ///   - turn: covector of the unit direction to the light.
  ///   - perRadiance: how much each channel counts of the contribution for radiance 1.
  func towards<V: ChannelVector>(_ light: EmitterSample, _ hit: SurfaceHit, _ turn: V, perRadiance: Spectrum) -> V {
    let offset = light.point - hit.position
    let distance = offset.length
    return V(offset * (2 / (distance * distance)), counted: perRadiance * light.radiance)
      - turn.across(offset * (1 / distance)) * (1 / distance) + profile(light, hit, perRadiance)
  }

  /// Intensity of a spot or projector, which depends on the direction in which it sees the point.
  private func profile<V: ChannelVector>(_ light: EmitterSample, _ hit: SurfaceHit, _ counted: Spectrum) -> V {
    let record = scene.emitters.records + Int(light.emitter)
    guard record.pointee.isProfile else { return .zero }
    let direction = (LocalLanes.direction(hit.position, lane: 0) - Vector(light.point)).normalized()
    let intensity = record.pointee.profile.intensity(
      direction, record.pointee.profile.inputs(scene.values), color: record.pointee.texture, scene.textures)
    return LocalPartials(intensity, counted: counted).wi
  }

  // MARK: - Scattering

  /// A perfectly specular lobe: its energy, and the ray that leaves it.
  ///
  /// - Parameter direction: covector of the unit direction of that ray.
  func addDirac<V: ChannelVector>(
    _ vertex: UnsafePointer<PathVertex>, _ bsdf: some LocalResponse, _ counted: Spectrum, _ direction: V,
    _ local: inout LocalPartials<V>, _ moment: inout FrameMoment<V>
  ) {
    let isReflection = vertex.pointee.isReflection
    local += LocalPartials(bsdf.energy(isReflection: isReflection), counted: counted)
    let wo = bsdf.diracDirection(isReflection: isReflection)
    let covector = bsdf.hit.frame.toLocal(direction)
    moment.add(local: wo.value, covector)
    local += LocalPartials(wo, pulling: covector)
  }
}

extension PathVertex {
  /// What the pixel receives through the continuation.
  var contribution: Spectrum { throughput * value * incoming * inversePdf }
}

extension LocalPartials {
  @inline(__always) static func += (a: inout Self, b: Self) {
    a.wi += b.wi
    a.wo += b.wo
    a.u = a.u.adding(b.u)
    a.v = a.v.adding(b.v)
  }
}
