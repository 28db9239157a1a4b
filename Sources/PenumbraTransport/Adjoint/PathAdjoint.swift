/// The derivative of one recorded path.
struct PathAdjoint {
  let tracer: PathTracer
  let flags: GradientFlags

  /// Hands every partial of the path's contribution to the sink.
  ///
  /// - Parameters:
  ///   - vertices: the record; `incoming` is filled here.
  ///   - p: the path's position on film and lens, which stays fixed while the camera moves.
  func add(
    _ vertices: UnsafeMutablePointer<PathVertex>, count: Int, at p: CameraSample, to sink: inout some DerivativeSink
  ) {
    guard count > 0 else { return }
    if tracer.quantity != .radiance {
      return FirstSurfaceAdjoint(tracer: tracer, flags: flags).add(vertices, at: p, to: &sink)
    }
    let emission = EmissionAdjoint(scene: tracer.scene, flags: flags)
    let material = MaterialAdjoint(scene: tracer.scene, flags: flags)
    // From the far end of the path to the camera.
    var arriving = Spectrum.zero
    for i in (0..<count).reversed() {
      let vertex = vertices + i
      arriving = take(arriving, at: vertex)
      if vertex.pointee.emitter >= 0 {
        emission.addRadiance(
          vertex.pointee.emitter, uv: vertex.pointee.kind == .escape ? .zero : vertex.pointee.hit.uv,
          direction: vertex.pointee.direction, weight: vertex.pointee.throughput * vertex.pointee.emitterWeight,
          to: &sink)
      }
      guard vertex.pointee.kind == .scatter else { continue }
      if vertex.pointee.hasLight { addLight(vertex, emission, to: &sink) }
      material.add(vertex, to: &sink)
    }
    addPixelPart(vertices, count, p, to: &sink)
    if flags.etaCount > 0 { MovingPath(tracer: tracer, flags: flags).addEtas(vertices, count: count, at: p, to: &sink) }
  }

  /// The part of it that moves the path itself: with surfaces and with the camera.
  func addMotion(
    _ vertices: UnsafeMutablePointer<PathVertex>, count: Int, at p: CameraSample, to sink: inout some DerivativeSink
  ) {
    fillIncoming(vertices, count)
    addPlaces(vertices, count, p, to: &sink)
  }

  /// What pixels estimate of it.
  private func addPixelPart(
    _ vertices: UnsafePointer<PathVertex>, _ count: Int, _ p: CameraSample, to sink: inout some DerivativeSink
  ) {
    let share =
      tracer.dividesGrazing ? GrazingPartition(tracer, flags).pixelShare(vertices) : 1
    guard share < 1 else { return addPlaces(vertices, count, p, to: &sink) }
    var scaled = ScaledSink(base: sink, factor: share)
    addPlaces(vertices, count, p, to: &scaled)
    sink = scaled.base
  }

  private func addPlaces(
    _ vertices: UnsafePointer<PathVertex>, _ count: Int, _ p: CameraSample, to sink: inout some DerivativeSink
  ) {
    guard flags.wantsGeometry || flags.wantsCamera else { return }
    GeometryAdjoint(tracer: tracer, flags: flags).add(vertices, count: count, at: p, to: &sink)
  }

  /// Radiance arriving along each continuation, from the far end of the path to the camera.
  @inline(__always) private func fillIncoming(_ vertices: UnsafeMutablePointer<PathVertex>, _ count: Int) {
    var arriving = Spectrum.zero
    for i in (0..<count).reversed() { arriving = take(arriving, at: vertices + i) }
  }

  /// Records the radiance that arrives along a vertex' continuation, and passes on what arrives at the vertex before.
  @inline(__always)
  private func take(_ incoming: Spectrum, at vertex: UnsafeMutablePointer<PathVertex>) -> Spectrum {
    vertex.pointee.incoming = incoming
    var result = vertex.pointee.inversePdf > 0 ? vertex.pointee.value * incoming * vertex.pointee.inversePdf : .zero
    if vertex.pointee.emitter >= 0 { result += vertex.pointee.emitted * vertex.pointee.emitterWeight }
    if vertex.pointee.hasLight {
      result += vertex.pointee.lightValue * vertex.pointee.light.radiance * vertex.pointee.lightScale
    }
    return result
  }

  @inline(__always)
  private func addLight(
    _ vertex: UnsafePointer<PathVertex>, _ emission: EmissionAdjoint, to sink: inout some DerivativeSink
  ) {
    emission.addRadiance(
      vertex.pointee.light.emitter, uv: vertex.pointee.light.uv, direction: vertex.pointee.light.direction,
      weight: vertex.pointee.throughput * vertex.pointee.lightValue * vertex.pointee.lightScale, to: &sink)
    if flags.locations[Int(vertex.pointee.light.emitter)] { addLocation(vertex, emission, to: &sink) }
  }

  /// Of a light without size.
  @inline(never)
  private func addLocation(
    _ vertex: UnsafePointer<PathVertex>, _ emission: EmissionAdjoint, to sink: inout some DerivativeSink
  ) {
    let light = vertex.pointee.light
    let record = tracer.scene.emitters.records + Int(light.emitter)
    if record.pointee.isProfile {
      let still = MovingInputs<SIMD16<Float>>(
        textures: tracer.scene.textures(at: vertex.pointee.hit), u: Dual16(vertex.pointee.hit.uv.x),
        v: Dual16(vertex.pointee.hit.uv.y))
      let bsdf = tracer.scene.materials[Int(vertex.pointee.material)].instantiate(still)
      guard vertex.pointee.wrapper >= 0 else {
        emission.addProfile(vertex, WrappedBSDF(bsdf), to: &sink)
        return
      }
      let surface = RecordedWrappers(scene: tracer.scene, explores: flags.wantsChoices).resolve(vertex, still)
      emission.addProfile(vertex, WrappedBSDF(bsdf, surface), to: &sink)
    } else if record.pointee.isDirac, vertex.pointee.wrapper < 0,
      tracer.scene.materials[Int(vertex.pointee.material)].kind == .diffuse
    {
      emission.addLocation(ofDiffuse: vertex, to: &sink)
    } else if record.pointee.isDirac {
      let still = MovingInputs<SIMD4<Float>>(
        textures: tracer.scene.textures(at: vertex.pointee.hit), u: Dual4(vertex.pointee.hit.uv.x),
        v: Dual4(vertex.pointee.hit.uv.y))
      let bsdf = tracer.scene.materials[Int(vertex.pointee.material)].instantiate(still)
      guard vertex.pointee.wrapper >= 0 else {
        emission.addLocation(vertex, WrappedBSDF(bsdf), to: &sink)
        return
      }
      let surface = RecordedWrappers(scene: tracer.scene, explores: flags.wantsChoices).resolve(vertex, still)
      emission.addLocation(vertex, WrappedBSDF(bsdf, surface), to: &sink)
    }
  }
}
