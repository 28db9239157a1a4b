/// Partials with respect to the inputs of the material at a vertex: directions stay, parameters move.
struct MaterialAdjoint {
  let scene: KernelScene
  let flags: GradientFlags
  private var wrappers: RecordedWrappers { RecordedWrappers(scene: scene, explores: flags.wantsChoices) }
  private func textures(at hit: SurfaceHit) -> TextureAdjoint {
    TextureAdjoint(textures: scene.textures(at: hit), transforms: flags.transforms)
  }

  init(scene: KernelScene, flags: GradientFlags) {
    self.scene = scene
    self.flags = flags
  }

  /// The pixel depends on the BSDF through next-event estimation and through the continuation:
  /// T · (f(lightWo) · L / p + f(wo) · incoming / p).
  @inline(__always)
  func add(_ vertex: UnsafePointer<PathVertex>, to sink: inout some DerivativeSink) {
    let material = scene.materials + Int(vertex.pointee.material)
    let isWrapped = vertex.pointee.wrapper >= 0
    guard isWrapped || flags.materials[Int(vertex.pointee.material)] else { return }
    // Fields of a light or continuation that does not exist are unwritten memory and must not be read.
    let hasLight = vertex.pointee.hasLight
    let continues = vertex.pointee.inversePdf > 0
    let lightWeight =
      hasLight ? vertex.pointee.throughput * vertex.pointee.light.radiance * vertex.pointee.lightScale : .zero
    let weight =
      continues ? vertex.pointee.throughput * vertex.pointee.incoming * vertex.pointee.inversePdf : .zero
    if isWrapped {
      addWrapped(vertex, lightWeight, weight, to: &sink)
      return
    }
    if material.pointee.kind == .diffuse {
      // Linear in the reflectance: value / reflectance is cos θ / π, without a division.
      var cosines = Spectrum.zero
      if hasLight { cosines += lightWeight * max(vertex.pointee.lightWo.z, 0) }
      if continues { cosines += weight * max(vertex.pointee.wo.z, 0) }
      textures(at: vertex.pointee.hit).addDiagonal(
        material.pointee.slots[0], vertex.pointee.hit.uv, cosines * (1 / .pi), to: &sink)
      return
    }
    let textures = textures(at: vertex.pointee.hit)
    let bsdf = WrappedBSDF(
      material.pointee.instantiate(LaneInputs<SIMD16<Float>>(textures: textures.textures, uv: vertex.pointee.hit.uv)))
    let total = contribution(vertex, bsdf, lightWeight, weight)
    addInputs(material, textures, vertex.pointee.hit.uv, total, to: &sink)
  }

  /// The light that a BSDF with derivatives sends back, directions fixed in its frame.
  @inline(__always)
  private func contribution(
    _ vertex: UnsafePointer<PathVertex>, _ bsdf: WrappedBSDF<Dual16>, _ lightWeight: Spectrum, _ weight: Spectrum
  ) -> Color<Dual16> {
    let wi = Vector<Dual16>(vertex.pointee.wi)
    var total = Color<Dual16>.zero
    if vertex.pointee.hasLight {
      total = total + bsdf.evaluate(wi: wi, wo: Vector(vertex.pointee.lightWo)) * Color(lightWeight)
    }
    if !weight.isZero {
      let value =
        vertex.pointee.isDirac
        ? bsdf.energy(wi: wi, isReflection: vertex.pointee.isReflection)
        : bsdf.evaluate(wi: wi, wo: Vector(vertex.pointee.wo))
      total = total + value * Color(weight)
    }
    return total
  }

  private func addInputs(
    _ material: UnsafePointer<MaterialRecord>, _ textures: TextureAdjoint, _ uv: SIMD2<Float>, _ total: Color<Dual16>,
    to sink: inout some DerivativeSink
  ) {
    let inputs = flags.inputs[Int(material.pointee.kind.rawValue)]
    for i in 0..<inputs.count {
      let input = inputs.base[i]
      switch input.form {
      case .number:
        // The refracted path itself depends on a smooth dielectric's η: that is the moving path's derivative.
        if material.pointee.kind != .dielectric {
          sink.add(Int(material.pointee.etaOffset), total.partial(input.lane))
        }
      case .scalar:
        let id = material.pointee.slots[input.slot]
        if flags.textures[Int(id)] { textures.addScalar(id, uv, total.partial(input.lane), to: &sink) }
      case .color:
        let id = material.pointee.slots[input.slot]
        if flags.textures[Int(id)] {
          textures.addColor(
            id, uv, (total.partial(input.lane), total.partial(input.lane + 1), total.partial(input.lane + 2)),
            to: &sink)
        }
      }
    }
  }

  /// The inputs of the BSDF inside, and those of the wrappers around it.
  private func addWrapped(
    _ vertex: UnsafePointer<PathVertex>, _ lightWeight: Spectrum, _ weight: Spectrum,
    to sink: inout some DerivativeSink
  ) {
    let uv = vertex.pointee.hit.uv
    let textures = textures(at: vertex.pointee.hit)
    let material = scene.materials + Int(vertex.pointee.material)
    let still = MovingInputs<SIMD16<Float>>(textures: textures.textures, u: Dual16(uv.x), v: Dual16(uv.y))
    if flags.materials[Int(vertex.pointee.material)] {
      let bsdf = WrappedBSDF(
        material.pointee.instantiate(LaneInputs<SIMD16<Float>>(textures: textures.textures, uv: uv)),
        wrappers.resolve(vertex, still))
      addInputs(material, textures, uv, contribution(vertex, bsdf, lightWeight, weight), to: &sink)
    }
    let surface = wrappers.resolve(vertex, LaneInputs<SIMD16<Float>>(textures: textures.textures, uv: uv))
    guard (0..<surface.wrapperCount).contains(where: { flags.materials[Int(surface.wrappers[$0])] }) else { return }
    let bsdf = WrappedBSDF(material.pointee.instantiate(still), surface)
    var total = Color<Dual16>.zero
    if vertex.pointee.hasLight {
      let wo = surface.frame.toLocal(Vector(vertex.pointee.light.direction))
      total = total + bsdf.evaluate(wi: surface.wi, wo: wo) * Color(lightWeight)
    }
    if !weight.isZero {
      if vertex.pointee.isDirac {
        total = total + bsdf.energy(wi: surface.wi, isReflection: vertex.pointee.isReflection) * Color(weight)
      } else {
        let wo = surface.frame.toLocal(Vector(vertex.pointee.hit.frame.toWorld(vertex.pointee.wo)))
        total = total + bsdf.evaluate(wi: surface.wi, wo: wo) * Color(weight)
      }
    }
    for i in 0..<surface.wrapperCount where flags.materials[Int(surface.wrappers[i])] {
      addWrapper(scene.materials + Int(surface.wrappers[i]), textures, Int(surface.lanes[i]), uv, total, to: &sink)
    }
  }

  private func addWrapper(
    _ material: UnsafePointer<MaterialRecord>, _ textures: TextureAdjoint, _ lane: Int, _ uv: SIMD2<Float>,
    _ total: Color<Dual16>,
    to sink: inout some DerivativeSink
  ) {
    let id = material.pointee.slots[0]
    switch material.pointee.kind {
    case .mask, .blend: textures.addScalar(id, uv, total.partial(lane), to: &sink)
    case .normalMap:
      textures.addColor(id, uv, (total.partial(lane), total.partial(lane + 1), total.partial(lane + 2)), to: &sink)
    case .bumpMap:
      let offset = Int(material.pointee.etaOffset)
      let (byU, byV) = (total.partial(lane), total.partial(lane + 1))
      let slope = textures.textures.gradient(id, uv)
      sink.add(offset, byU * slope.x + byV * slope.y)
      textures.addGradient(id, uv, (byU * scene.values[offset], byV * scene.values[offset]), to: &sink)
    default: break
    }
  }
}

extension Color where S == Dual16 {
  /// Partials of the three channels by the input in a lane.
  @inline(__always) fileprivate func partial(_ lane: Int) -> Spectrum {
    Spectrum(r.tangent[lane], g.tangent[lane], b.tangent[lane])
  }
}
