/// Unidirectional path tracing with next-event estimation, multiple importance sampling (power heuristic, Veach
/// 1997) and Russian roulette.
struct PathTracer {
  var scene: KernelScene
  let sensor: SensorRecord
  let camera: CameraInputs<Float>
  /// The inverse of the camera's matrix.
  let cameraSpace: CameraSpace
  /// Segments + 1; `Int.max` for no limit.
  let maxDepth: Int
  let rouletteDepth: Int
  let hideEmitters: Bool
  /// Whether rare choices of wrapped materials are made more often, since the derivative of their weight is wanted.
  var exploresChoices = false
  /// Whether records must hold positions and frames, and not only what the derivatives of materials and radiances read.
  var recordsPlaces = true
  /// Whether diffuse surfaces choose directions as suits derivatives by places; see `PacketSpreadDiffuse`.
  var spreadsDiffuse = false
  /// Whether paths have the part of `GrazingPartition` alone that pixels estimate.
  var dividesGrazing = false
  /// What camera rays bring back; for all but radiance `maxDepth` is 1.
  var quantity = PictureQuantity.radiance

  struct Estimate {
    var radiance: Spectrum
    var alpha: Float
  }

  /// Unbiased estimate of the radiance arriving along a ray, without what its first vertex or the environment emits.
  ///
  /// - Parameter depth: scattering events before the ray, counted towards `maxDepth`.
  func indirectRadiance(along ray: Ray, depth: Int, sampler: inout PathSampler, rays: inout UInt64) -> Spectrum {
    var recorder = Unrecorded()
    var path = PathState(ray: ray)
    path.startScattered(depth: depth)
    while extend(&path, &sampler, &recorder, &rays) {}
    return path.radiance.isFinite ? path.radiance : .zero
  }

  /// Unbiased estimate of the radiance arriving along a ray that the camera might see.
  func radiance<Recorder: PathRecorder>(
    along ray: Ray, sampler: inout PathSampler, recorder: inout Recorder, rays: inout UInt64
  ) -> Spectrum {
    var path = PathState(ray: ray)
    while extend(&path, &sampler, &recorder, &rays) {}
    return path.radiance.isFinite ? path.radiance : .zero
  }

  /// Unbiased estimate of the radiance [W·m⁻²·sr⁻¹], or of another quantity, arriving at the film position `p` in [0, 1]².
  @inline(__always)
  func radiance<Recorder: PathRecorder>(
    at p: CameraSample, sampler: inout PathSampler, recorder: inout Recorder, rays: inout UInt64
  ) -> Estimate {
    guard maxDepth > 0 else { return Estimate(radiance: .zero, alpha: 0) }
    if quantity != .radiance { return firstSurface(along: cameraRay(p), &recorder, &rays) }
    var path = PathState(ray: cameraRay(p))
    while extend(&path, &sampler, &recorder, &rays) {}
    return Estimate(radiance: path.radiance, alpha: path.alpha)
  }

  /// Traces the path's ray to its next vertex and chooses the ray that leaves it.
  ///
  /// - Returns: whether the path goes on.
  @inline(__always)
  private func extend<Recorder: PathRecorder>(
    _ path: inout PathState, _ sampler: inout PathSampler, _ recorder: inout Recorder, _ rays: inout UInt64
  ) -> Bool {
    rays &+= 1
    recorder.willTrace(path.ray, isShadow: false)
    var light: LightCandidate?
    let goesOn = arrive(scene.intersect(path.ray), &path, &sampler, &recorder, &light)
    if let light {
      rays &+= 1
      recorder.willTrace(light.shadow, isShadow: true)
      if !scene.isOccluded(light.shadow) {
        path.radiance += light.contribution
        light.vertex?.pointee.hasLight = true
      }
    }
    return goesOn
  }

  /// Scatters a path at the surface that its ray met, `nil` when it left the scene.
  ///
  /// - Parameter light: receives what one emitter adds if nothing stands between.
  /// - Returns: whether the path goes on, along its new ray.
  @inline(__always)
  func arrive<Recorder: PathRecorder>(
    _ found: SurfaceHit?, _ path: inout PathState, _ sampler: inout PathSampler, _ recorder: inout Recorder,
    _ light: inout LightCandidate?
  ) -> Bool {
    guard var hit = found else {
      addSky(&path, &recorder)
      return false
    }
    let shape = scene.shapes + Int(hit.shape)
    let vertex = recorder.newVertex()
    if let vertex { vertex.pointee.begin(.end, throughput: path.throughput, direction: path.ray.direction) }
    if shape.pointee.emitter >= 0 {
      if hideEmitters && path.isDirect {
        recorder.removeVertex()
        path.ray.near = hit.distance + (1 + hit.distance) * RayOffset.epsilon
        return true
      }
      addEmission(of: shape.pointee.emitter, at: hit, &path, vertex)
    }
    vertex?.pointee.hit = hit
    if path.depth + 1 >= maxDepth { return false }

    var material = scene.materials + Int(shape.pointee.material)
    var wi = hit.frame.toLocal(-path.ray.direction)
    if material.pointee.kind == .twosided {
      let side = wi.z < 0 ? material.pointee.children[1] : material.pointee.children[0]
      let sided = scene.materials + Int(side)
      if !sided.pointee.kind.isWrapper {
        if wi.z < 0 {
          hit.frame.n = -hit.frame.n
          wi.z = -wi.z
        }
        material = sided
      }
    }
    if material.pointee.kind.isWrapper {
      // Copies are handed over, so that the originals need no address and stay in registers.
      var (ownPath, ownSampler, ownLight) = (path, sampler, light)
      let goesOn = scatterWrapped(shape.pointee.material, hit, &ownPath, &ownSampler, &ownLight, vertex)
      (path, sampler, light) = (ownPath, ownSampler, ownLight)
      return goesOn
    }
    vertex?.pointee.beginScattering(Int32(truncatingIfNeeded: material - scene.materials), hit.frame, wi: wi)

    // One specialised body per BSDF: the switch is outside, so that nothing is copied into an enumeration.
    let inputs = ValueInputs(textures: scene.textures(at: hit), uv: hit.uv)
    let numbers = sampler.nextVertex()
    switch material.pointee.kind {
    case .diffuse:
      return scatter(material.pointee.diffuse(inputs), hit, wi, &path, numbers, &light, vertex)
    case .conductor:
      return scatter(material.pointee.conductor(inputs), hit, wi, &path, numbers, &light, vertex)
    case .roughConductor:
      return scatter(material.pointee.roughConductor(inputs), hit, wi, &path, numbers, &light, vertex)
    case .dielectric:
      return scatter(material.pointee.dielectric(inputs), hit, wi, &path, numbers, &light, vertex)
    case .roughDielectric:
      return scatter(material.pointee.roughDielectric(inputs), hit, wi, &path, numbers, &light, vertex)
    case .thinDielectric:
      return scatter(material.pointee.thinDielectric(inputs), hit, wi, &path, numbers, &light, vertex)
    case .plastic:
      return scatter(material.pointee.plastic(inputs), hit, wi, &path, numbers, &light, vertex)
    case .roughPlastic:
      return scatter(material.pointee.roughPlastic(inputs), hit, wi, &path, numbers, &light, vertex)
    case .principled:
      return scatter(material.pointee.principled(inputs), hit, wi, &path, numbers, &light, vertex)
    case .principledThin:
      return scatter(material.pointee.principledThin(inputs), hit, wi, &path, numbers, &light, vertex)
    case .null:
      return scatter(NullBSDF<Float>(), hit, wi, &path, numbers, &light, vertex)
    case .twosided, .mask, .blend, .normalMap, .bumpMap:
      return false
    }
  }

  /// A surface whose material wraps others: what they make of it at this point scatters.
  @inline(never)
  private func scatterWrapped(
    _ root: Int32, _ hit: SurfaceHit, _ path: inout PathState, _ sampler: inout PathSampler,
    _ light: inout LightCandidate?, _ vertex: UnsafeMutablePointer<PathVertex>?
  ) -> Bool {
    let inputs = ValueInputs(textures: scene.textures(at: hit), uv: hit.uv)
    var choices = DrawnChoices(sampler.next1D(), explores: exploresChoices)
    let surface = WrapperChain(scene: scene, root: root).resolve(
      scene.surfacePoint(hit, frame: hit.frame), direction: Vector(path.ray.direction), inputs, &choices)
    var turned = hit
    turned.frame = surface.frame.value
    if let vertex {
      vertex.pointee.beginScattering(surface.material, turned.frame, wi: surface.wi.value)
      vertex.pointee.wrapper = root
      vertex.pointee.choices = choices.bits
      vertex.pointee.plainFrame = hit.frame
    }
    let bsdf = WrappedBSDF(scene.materials[Int(surface.material)].instantiate(inputs), surface)
    return scatter(bsdf, turned, surface.wi.value, &path, sampler.nextVertex(), &light, vertex)
  }

  /// Light from outside the scene.
  @inline(__always)
  func addSky<Recorder: PathRecorder>(_ path: inout PathState, _ recorder: inout Recorder) {
    guard scene.emitters.environment >= 0, !(hideEmitters && path.isDirect) else {
      if path.isDirect { path.alpha = 0 }
      return
    }
    if path.previousPdf < 0 { return }
    let emitted: Spectrum
    var weight: Float = 1
    if path.previousPdf > 0 && !scene.nextEvent.leavesSky {
      let light = scene.emitters.environmentLight(path.ray.direction)
      emitted = light.radiance
      weight = misWeight(path.previousPdf, light.density)
    } else {
      emitted = scene.emitters.environmentRadiance(path.ray.direction)
    }
    path.radiance += path.throughput * emitted * weight
    guard let vertex = recorder.newVertex() else { return }
    vertex.pointee.begin(.escape, throughput: path.throughput, direction: path.ray.direction)
    vertex.pointee.emitter = scene.emitters.environment
    vertex.pointee.emitterWeight = weight
    vertex.pointee.emitted = emitted
  }

  /// Emission of the surface itself, weighted against having been chosen by next-event estimation.
  @inline(__always)
  func addEmission(
    of emitter: Int32, at hit: SurfaceHit, _ path: inout PathState, _ vertex: UnsafeMutablePointer<PathVertex>?
  ) {
    guard dot(hit.geometricNormal, path.ray.direction) < 0, path.previousPdf >= 0 else { return }
    let emitted = scene.emitters.areaRadiance(emitter, uv: hit.uv)
    let weight =
      path.previousPdf > 0
      ? misWeight(
        path.previousPdf,
        scene.nextEvent.gain
          * scene.emitters.areaDensity(
            emitter, hit: hit, from: path.ray.origin, normal: path.previousNormal)) : 1
    path.radiance += path.throughput * emitted * weight
    guard let vertex else { return }
    vertex.pointee.emitter = emitter
    vertex.pointee.emitterWeight = weight
    vertex.pointee.emitted = emitted
  }

  /// Next-event estimation and the continuation at one surface point.
  ///
  /// Both directions are chosen before either ray is traced, so that their arithmetic overlaps.
  @inline(__always)
  private func scatter<Surface: SampledBSDF>(
    _ bsdf: Surface, _ hit: SurfaceHit, _ wi: Vector3, _ path: inout PathState, _ numbers: VertexNumbers,
    _ light: inout LightCandidate?, _ vertex: UnsafeMutablePointer<PathVertex>?
  ) -> Bool {
    if Surface.lobes != .dirac && scene.nextEvent.isNeeded {
      light = sampleLight(bsdf, hit, wi, path.throughput, numbers, vertex)
    }
    return sampleContinuation(bsdf, hit, wi, &path, numbers, vertex)
  }

  /// Chooses the ray that leaves the surface.
  ///
  /// - Returns: whether the path goes on.
  @inline(__always)
  private func sampleContinuation<Surface: SampledBSDF>(
    _ bsdf: Surface, _ hit: SurfaceHit, _ wi: Vector3, _ path: inout PathState, _ numbers: VertexNumbers,
    _ vertex: UnsafeMutablePointer<PathVertex>?
  ) -> Bool {
    guard let next = bsdf.sample(wi: wi, lobe: numbers.lobe, u: numbers.direction) else { return false }
    let isDirac = Surface.lobes == .mixed ? next.isDirac : Surface.lobes == .dirac
    if Surface.lobes == .smooth || !next.isNull { path.isDirect = false }
    var inversePdf = 1 / next.pdf
    path.etaScale *= next.eta
    path.depth += 1
    if path.depth >= rouletteDepth {
      let energy = (path.throughput * next.value).largest * inversePdf * path.etaScale * path.etaScale
      let survival = min(energy, 0.95)
      guard numbers.roulette < survival else { return false }
      inversePdf /= survival
    }
    if let vertex {
      vertex.pointee.wo = next.wo
      vertex.pointee.value = next.value
      vertex.pointee.inversePdf = inversePdf
      vertex.pointee.isDirac = isDirac
      vertex.pointee.isReflection = next.wo.z * wi.z > 0
    }
    path.throughput *= next.value * inversePdf
    if path.throughput.largest <= 0 { return false }
    path.previousPdf = isDirac ? 0 : next.pdf
    path.previousNormal = hit.geometricNormal
    let direction = hit.frame.toWorld(next.wo)
    path.ray = Ray(
      origin: RayOffset.origin(hit.position, normal: hit.geometricNormal, direction: direction),
      direction: direction)
    return true
  }

  /// What one sampled emitter adds if nothing stands between.
  struct LightCandidate {
    var shadow: Ray
    var contribution: Spectrum
    /// Where the path is recorded, its vertex.
    var vertex: UnsafeMutablePointer<PathVertex>?
  }

  /// Chooses a point of an emitter; `nil` when no light can arrive from it.
  @inline(__always)
  private func sampleLight<Surface: SampledBSDF>(
    _ bsdf: Surface, _ hit: SurfaceHit, _ wi: Vector3, _ throughput: Spectrum, _ numbers: VertexNumbers,
    _ vertex: UnsafeMutablePointer<PathVertex>?
  ) -> LightCandidate? {
    guard
      var light = scene.emitters.sample(
        from: hit.position, normal: hit.geometricNormal, choice: scene.nextEvent.number(numbers.emitter),
        u: numbers.light)
    else { return nil }
    light.scale *= scene.nextEvent.share
    let wo = hit.frame.toLocal(light.direction)
    let value = bsdf.evaluate(wi: Vector(wi), wo: Vector(wo)).value
    guard value.largest > 0 else { return nil }
    let shadow = RayOffset.shadowRay(
      from: hit.position, normal: hit.geometricNormal, direction: light.direction, distance: light.distance)
    let scale = light.isDirac ? light.scale : light.scale * misWeight(inverse: light.scale, bsdf.pdf(wi: wi, wo: wo))
    if let vertex {
      vertex.pointee.light = light
      vertex.pointee.lightWo = wo
      vertex.pointee.lightValue = value
      vertex.pointee.lightScale = scale
    }
    return LightCandidate(
      shadow: shadow, contribution: throughput * value * light.radiance * scale, vertex: vertex)
  }

  @inline(__always) func cameraRay(_ p: CameraSample) -> Ray {
    // Two bodies, so that the usual one stays in registers.
    sensor.isPinhole
      ? clipped(sensor.pinholeRay(p.film, camera)) : clipped(sensor.ray(p.film, lens: p.lens, camera))
  }

  @inline(__always) private func clipped(_ ray: CameraRay<Float>) -> Ray {
    Ray(
      origin: ray.origin.value, direction: ray.direction.value, near: sensor.near / ray.forward,
      far: sensor.far / ray.forward)
  }

  /// Power heuristic with exponent 2 for a strategy of density a beside one of density b.
  @inline(__always) private func misWeight(_ a: Float, _ b: Float) -> Float { misWeight(inverse: 1 / a, b) }

  @inline(__always) private func misWeight(inverse: Float, _ b: Float) -> Float {
    let ratio = b * inverse
    return 1 / (1 + ratio * ratio)
  }
}
