/// The warp field of the film: how what the camera sees moves over it, in pixels.
struct FilmWarp {
  let tracer: PathTracer
  let flags: GradientFlags
  let lookout: Lookout
  private let kernel: WarpKernel
  /// Pixels per unit of angle, or of length for parallel rays.
  private let scale: Float
  private let size: SIMD2<Float>

  /// Radius of the field's kernel, in widths of the film.
  private static let reach: Float = 0.1
  /// Where what is not seen to end is put, in lengths of the scene's unit.
  private static let far: Float = 1e5

  init(tracer: PathTracer, flags: GradientFlags, lookout: Lookout) {
    self.tracer = tracer
    self.lookout = lookout
    self.flags = flags
    size = tracer.sensor.size
    kernel = WarpKernel(radius: max(Self.reach * size.x, 2))
    let half = tracer.sensor.isPerspective ? tracer.camera.halfWidth : tracer.camera.map.x.value.length
    scale = size.x / (2 * half)
  }

  /// Looks around a film position.
  ///
  /// - Parameters:
  ///   - pixel: in pixels of the whole film.
  ///   - path: the path that starts there.
  func look(
    around pixel: SIMD2<Float>, lens: SIMD2<Float>, path: UnsafePointer<PathVertex>, count: Int,
    _ field: inout WarpField, _ sampler: inout PathSampler, _ rays: inout UInt64
  ) {
    let isParallel = !tracer.sensor.isPerspective
    field.fill(kernel, &sampler) { offset, sights, trail in
      var ray = tracer.cameraRay(tracer.sensor.sample(at: pixel + offset, lens: lens))
      while true {
        rays &+= 1
        guard let hit = tracer.scene.intersect(ray) else { break }
        if tracer.hideEmitters && tracer.scene.shapes[Int(hit.shape)].emitter >= 0 {
          ray.near = hit.distance + (1 + hit.distance) * RayOffset.epsilon
          continue
        }
        return lookout.follow(
          hit, along: ray, isParallel: isParallel, scale: scale, rays: &rays, flags: flags, sights, path: path,
          count: count, trail: trail)
      }
      let position = ray.origin + ray.direction * Self.far
      sights[0].kind = flags.wantsCamera ? .far : .still
      sights[0].hit.position = position
      sights[0].margin = kernel.radius
    }
  }

  /// Hands on a · V + f div V.
  ///
  /// - Parameters:
  ///   - pixel: the place of the field.
  ///   - a: covector of the film position, per pixel.
  func add(
    _ field: WarpField, at pixel: SIMD2<Float>, _ a: (x: Spectrum, y: Spectrum), divergence f: Spectrum,
    lens: SIMD2<Float>, to sink: inout PerChannelSink<some DerivativeSink>
  ) {
    let camera = CameraAdjoint(tracer: tracer)
    field.forEach(a, divergence: f) { sight, trail, x, y in
      if let trail, sight.pointee.trail > 0 {
        let p = tracer.sensor.sample(at: pixel + sight.pointee.offset, lens: lens)
        let ray = sight.pointee.addMotion(x, y, seenBy: trail, from: rayPerPixel(p), tracer.scene, flags, to: &sink)
        if let ray, flags.wantsCamera { camera.addRay(p, origin: ray.origin, direction: ray.direction, to: &sink) }
        return
      }
      guard let film = FilmPoint(sight.pointee.hit.position, lens: lens, tracer) else { return }
      sight.pointee.addMotion((film.gradientX, x), (film.gradientY, y), tracer.scene, flags, to: &sink)
      guard flags.wantsCamera else { return }
      camera.addProjection(of: sight.pointee.hit.position, lens: lens, SIMD2(size.x, 0), x, to: &sink)
      camera.addProjection(of: sight.pointee.hit.position, lens: lens, SIMD2(0, size.y), y, to: &sink)
    }
  }

  /// Covector of the film position, per pixel, from those of the camera ray.
  func pull(_ ray: WarpedPath.RayCovectors, at p: CameraSample) -> (x: Spectrum, y: Spectrum) {
    let start = rayPerPixel(p)
    func partial(_ s: (origin: Vector3, direction: Vector3)) -> Spectrum {
      ray.origin.applied(to: s.origin) + ray.direction.applied(to: s.direction)
    }
    return (partial(start.x), partial(start.y))
  }

  /// How the camera ray moves with its film position.
  private func rayPerPixel(_ p: CameraSample) -> SpecularTrail.Start {
    guard tracer.sensor.isPerspective else {
      let map = tracer.camera.map
      let aspect = size.x / size.y
      return SpecularTrail.Start(
        x: (map.x.value * (-2 / size.x), .zero), y: (map.y.value * (-2 / (aspect * size.y)), .zero))
    }
    var inputs = CameraInputs<Dual4>(tracer.camera)
    // Film positions and the principal point enter as their sum.
    inputs.principalX = Dual4(tracer.camera.principalX, lane: 0)
    inputs.principalY = Dual4(tracer.camera.principalY, lane: 1)
    let ray = tracer.sensor.ray(p.film, lens: p.lens, inputs)
    func partial(_ lane: Int, _ extent: Float) -> (origin: Vector3, direction: Vector3) {
      func vector(_ v: Vector<Dual4>) -> Vector3 {
        Vector3(v.x.tangent[lane], v.y.tangent[lane], v.z.tangent[lane]) * (1 / extent)
      }
      return (vector(ray.origin), vector(ray.direction))
    }
    return SpecularTrail.Start(x: partial(0, size.x), y: partial(1, size.y))
  }
}
