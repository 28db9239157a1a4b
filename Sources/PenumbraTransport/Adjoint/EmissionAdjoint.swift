/// Partials with respect to emitters: their radiance, and where they are.
struct EmissionAdjoint {
  let scene: KernelScene
  let flags: GradientFlags
  var textures: TextureAdjoint { TextureAdjoint(textures: scene.textures, transforms: flags.transforms) }

  init(scene: KernelScene, flags: GradientFlags) {
    self.scene = scene
    self.flags = flags
  }

  /// Radiance of `emitter` enters the pixel with the factor `weight` per channel.
  @inline(__always)
  func addRadiance(
    _ emitter: Int32, uv: SIMD2<Float>, direction: Vector3, weight: Spectrum, to sink: inout some DerivativeSink
  ) {
    let record = scene.emitters.records + Int(emitter)
    if flags.radiances[Int(emitter)] {
      if record.pointee.kind == .environment {
        addTexels(record.pointee.environment, direction, weight, to: &sink)
      } else if record.pointee.isProfile {
        addProfileColors(record.pointee, direction: direction, weight: weight, to: &sink)
      } else {
        textures.addDiagonal(record.pointee.texture, uv, weight, to: &sink)
      }
    }
    if record.pointee.kind == .environment && flags.locations[Int(emitter)] {
      addRotation(record.pointee.environment, direction, weight, to: &sink)
    }
  }

  private func addTexels(
    _ map: EnvironmentMap, _ direction: Vector3, _ weight: Spectrum, to sink: inout some DerivativeSink
  ) {
    let rotation = AffineMap<Float>(rowMajor: scene.values + Int(map.matrix))
    let uv = map.coordinates(map.local(Vector(direction), rotation))
    let f = map.footprint(u: uv.u, v: uv.v)
    let scale = scene.values[Int(map.scale)]
    for i in 0..<4 { sink.addDiagonal(Int(f.offsets[i]), weight * (scale * f.weights[i])) }
    sink.add(Int(map.scale), weight * f.color(scene.values, f.weights))
  }

  /// The direction stays, the map turns: lanes are the entries of its 3×4 matrix.
  private func addRotation(
    _ map: EnvironmentMap, _ direction: Vector3, _ weight: Spectrum, to sink: inout some DerivativeSink
  ) {
    let rotation = AffineMap<Dual16>(rowMajor: scene.values + Int(map.matrix), firstLane: 0)
    let radiance = map.radiance(scene.values, Vector<Dual16>(direction), rotation: rotation)
    for entry in 0..<12 {
      let partial = Spectrum(radiance.r.tangent[entry], radiance.g.tangent[entry], radiance.b.tangent[entry])
      sink.add(Int(map.matrix) + entry, weight * partial)
    }
  }

  /// The same for a diffuse surface: with cos θ = n · d for the direction d of the light at distance r,
  /// ∂(cos θ / r²) = (n − 3 cos θ d) / r³.
  func addLocation(ofDiffuse vertex: UnsafePointer<PathVertex>, to sink: inout some DerivativeSink) {
    let light = vertex.pointee.light
    let record = scene.emitters.records + Int(light.emitter)
    let (normal, cosine) = (vertex.pointee.hit.frame.n, vertex.pointee.lightWo.z)
    let gradient: Vector3
    switch record.pointee.kind {
    case .point: gradient = (normal - light.direction * (3 * cosine)) * (1 / light.distance)
    case .directional: gradient = -normal
    case .area, .spot, .projector, .constant, .environment: return
    }
    let weight = vertex.pointee.throughput * vertex.pointee.lightValue * light.radiance * vertex.pointee.lightScale
    sink.add(Int(record.pointee.location), gradient, times: weight * (1 / cosine))
  }

  /// A point or directional light seen by next-event estimation at `vertex` moves with its world position or
  /// direction: three lanes.
  func addLocation(
    _ vertex: UnsafePointer<PathVertex>, _ bsdf: WrappedBSDF<Dual4>, to sink: inout some DerivativeSink
  ) {
    let light = vertex.pointee.light
    guard flags.locations[Int(light.emitter)] else { return }
    let record = scene.emitters.records + Int(light.emitter)
    let offset = Int(record.pointee.location)
    let p = scene.values + offset
    let location = Vector(Dual4(p[0], lane: 0), Dual4(p[1], lane: 1), Dual4(p[2], lane: 2))
    let frame = MovingFrame<Dual4>(vertex.pointee.hit.frame)
    let factor: Dual4
    let direction: Vector<Dual4>
    switch record.pointee.kind {
    case .point:
      let toLight = location - Vector(vertex.pointee.hit.position)
      let squared = toLight.squaredLength
      direction = toLight.normalized()
      factor = squared.reciprocal() * squared.value
    case .directional:
      direction = -location
      factor = Dual4(1)
    case .area, .spot, .projector, .constant, .environment: return
    }
    let value = bsdf.evaluate(wi: Vector(vertex.pointee.wi), wo: frame.toLocal(direction)) * factor
    let weight = vertex.pointee.throughput * light.radiance * vertex.pointee.lightScale
    for lane in 0..<3 {
      sink.add(
        offset + lane,
        weight * Spectrum(value.r.tangent[lane], value.g.tangent[lane], value.b.tangent[lane]))
    }
  }
}
