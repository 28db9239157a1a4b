extension EmissionAdjoint {
  /// The colours of a spot or projector at a still direction `direction` towards it.
  func addProfileColors(
    _ record: EmitterRecord, direction: Vector3, weight: Spectrum, to sink: inout some DerivativeSink
  ) {
    let profile = record.profile
    let inputs: LightProfileInputs<Float> = profile.inputs(scene.values)
    guard let (factor, uv) = profile.shape(Vector(-direction), inputs) else { return }
    let picture = profile.picture >= 0 ? scene.textures.color(profile.picture, uv.components) : .one
    guard profile.kind == .spot else {
      textures.addDiagonal(profile.picture, uv.components, weight * factor, to: &sink)
      return
    }
    textures.addDiagonal(record.texture, .zero, weight * picture * factor, to: &sink)
    if profile.picture >= 0 {
      let tint = scene.textures.color(record.texture, .zero)
      textures.addDiagonal(profile.picture, uv.components, weight * tint * factor, to: &sink)
    }
  }

  /// A spot or projector seen by next-event estimation at `vertex` moves, turns and changes its cone: 14 lanes.
  func addProfile(
    _ vertex: UnsafePointer<PathVertex>, _ bsdf: WrappedBSDF<Dual16>, to sink: inout some DerivativeSink
  ) {
    let light = vertex.pointee.light
    let record = scene.emitters.records[Int(light.emitter)]
    let inputs = LightProfileInputs<Dual16>(lanesOf: record.profile, scene.values)
    let offset = inputs.map.translation - Vector(vertex.pointee.hit.position)
    let squared = offset.squaredLength
    let direction = offset.normalized()
    let frame = MovingFrame<Dual16>(vertex.pointee.hit.frame)
    let intensity = record.profile.intensity(-direction, inputs, color: record.texture, scene.textures)
    let value =
      bsdf.evaluate(wi: Vector(vertex.pointee.wi), wo: frame.toLocal(direction)) * intensity
      * (squared.reciprocal() * squared.value)
    let weight = vertex.pointee.throughput * vertex.pointee.lightScale
    for lane in 0..<14 {
      let target =
        lane < 12 ? Int(record.profile.matrix) + lane : Int(lane == 12 ? record.profile.first : record.profile.second)
      sink.add(
        target, weight * Spectrum(value.r.tangent[lane], value.g.tangent[lane], value.b.tangent[lane]))
    }
  }
}
