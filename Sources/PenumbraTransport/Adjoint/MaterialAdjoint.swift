/// Partials with respect to the inputs of the material at a vertex: directions stay, parameters move.
struct MaterialAdjoint {
  let scene: KernelScene
  let flags: GradientFlags
  private var textures: TextureAdjoint { TextureAdjoint(textures: scene.textures) }

  init(scene: KernelScene, flags: GradientFlags) {
    self.scene = scene
    self.flags = flags
  }

  /// The pixel depends on the BSDF through next-event estimation and through the continuation:
  /// T · (f(lightWo) · L / p + f(wo) · incoming / p).
  @inline(__always)
  func add(_ vertex: UnsafePointer<PathVertex>, to sink: inout some DerivativeSink) {
    let material = scene.materials + Int(vertex.pointee.material)
    guard flags.materials[Int(vertex.pointee.material)] else { return }
    // Fields of a light or continuation that does not exist are unwritten memory and must not be read.
    let hasLight = vertex.pointee.hasLight
    let continues = vertex.pointee.inversePdf > 0
    let lightWeight =
      hasLight ? vertex.pointee.throughput * vertex.pointee.light.radiance * vertex.pointee.lightScale : .zero
    let weight =
      continues ? vertex.pointee.throughput * vertex.pointee.incoming * vertex.pointee.inversePdf : .zero
    if material.pointee.kind == .diffuse {
      // Linear in the reflectance: value / reflectance is cos θ / π, without a division.
      var cosines = Spectrum.zero
      if hasLight { cosines += lightWeight * max(vertex.pointee.lightWo.z, 0) }
      if continues { cosines += weight * max(vertex.pointee.wo.z, 0) }
      textures.addDiagonal(
        material.pointee.slots[0], vertex.pointee.hit.uv, cosines * (1 / .pi), to: &sink)
      return
    }
    addInputs(vertex, material, lightWeight, weight, to: &sink)
  }

  private func addInputs(
    _ vertex: UnsafePointer<PathVertex>, _ material: UnsafePointer<MaterialRecord>, _ lightWeight: Spectrum,
    _ weight: Spectrum, to sink: inout some DerivativeSink
  ) {
    let uv = vertex.pointee.hit.uv
    let bsdf = material.pointee.instantiate(
      LaneInputs<SIMD16<Float>>(textures: scene.textures, uv: uv))
    let wi = Vector<Dual16>(vertex.pointee.wi)
    var total = Color<Dual16>.zero
    if vertex.pointee.hasLight {
      let value = bsdf.evaluate(wi: wi, wo: Vector(vertex.pointee.lightWo))
      total = total + value * Color(lightWeight)
    }
    if !weight.isZero {
      let value =
        vertex.pointee.isDirac
        ? bsdf.energy(wi: wi, isReflection: vertex.pointee.isReflection)
        : bsdf.evaluate(wi: wi, wo: Vector(vertex.pointee.wo))
      total = total + value * Color(weight)
    }
    let inputs = flags.inputs[Int(material.pointee.kind.rawValue)]
    @inline(__always) func partial(_ lane: Int) -> Spectrum {
      Spectrum(total.r.tangent[lane], total.g.tangent[lane], total.b.tangent[lane])
    }
    for i in 0..<inputs.count {
      let input = inputs.base[i]
      switch input.form {
      case .number:
        // The refracted path itself depends on a smooth dielectric's η: that is the moving path's derivative.
        if material.pointee.kind != .dielectric { sink.add(Int(material.pointee.etaOffset), partial(input.lane)) }
      case .scalar:
        let id = material.pointee.slots[input.slot]
        if flags.textures[Int(id)] { textures.addScalar(id, uv, partial(input.lane), to: &sink) }
      case .color:
        let id = material.pointee.slots[input.slot]
        if flags.textures[Int(id)] {
          textures.addColor(
            id, uv, (partial(input.lane), partial(input.lane + 1), partial(input.lane + 2)), to: &sink)
        }
      }
    }
  }
}
