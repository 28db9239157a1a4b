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
    size = SIMD2(Float(tracer.sensor.width), Float(tracer.sensor.height))
    kernel = WarpKernel(radius: max(Self.reach * size.x, 2))
    let half = tracer.sensor.isPerspective ? tracer.camera.halfWidth : tracer.camera.map.x.value.length
    scale = size.x / (2 * half)
  }

  /// Looks around a film position.
  ///
  /// - Parameter pixel: in pixels of the whole film.
  func look(
    around pixel: SIMD2<Float>, lens: SIMD2<Float>, _ field: inout WarpField, _ sampler: inout PathSampler,
    _ rays: inout UInt64
  ) {
    let isParallel = !tracer.sensor.isPerspective
    field.fill(kernel, &sampler) { offset, sights in
      var ray = tracer.cameraRay(tracer.sensor.sample(at: pixel + offset, lens: lens))
      while true {
        rays &+= 1
        guard let hit = tracer.scene.intersect(ray) else { break }
        if tracer.hideEmitters && tracer.scene.shapes[Int(hit.shape)].emitter >= 0 {
          ray.near = hit.distance + (1 + hit.distance) * RayOffset.epsilon
          continue
        }
        return lookout.see(hit, along: ray, isParallel: isParallel, scale: scale, rays: &rays, sights)
      }
      let position = ray.origin + ray.direction * Self.far
      sights[0].kind = flags.wantsCamera ? .far : .still
      sights[0].hit.position = position
      sights[0].margin = kernel.radius
    }
  }

  /// Hands on a · V + f div V.
  ///
  /// - Parameter a: covector of the film position, per pixel.
  func add(
    _ field: WarpField, _ a: (x: Spectrum, y: Spectrum), divergence f: Spectrum, lens: SIMD2<Float>,
    to sink: inout some DerivativeSink
  ) {
    let camera = CameraMotion(tracer: tracer)
    field.forEach(a, divergence: f) { sight, x, y in
      guard let gradient = gradient(sight.pointee.hit.position, lens) else { return }
      sight.pointee.addMotion((gradient.x, x), (gradient.y, y), tracer.scene, flags, to: &sink)
      guard flags.wantsCamera else { return }
      camera.addProjection(sight.pointee.hit.position, lens: lens, SIMD2(size.x, 0), x, to: &sink)
      camera.addProjection(sight.pointee.hit.position, lens: lens, SIMD2(0, size.y), y, to: &sink)
    }
  }

  /// Covector of the film position, per pixel, from those of the camera ray.
  func pull(_ ray: WarpedPath.RayCovectors, at p: CameraSample) -> (x: Spectrum, y: Spectrum) {
    var inputs = CameraInputs<Dual4>(tracer.camera)
    // Film positions and the principal point enter as their sum.
    inputs.principalX = Dual4(tracer.camera.principalX, lane: 0)
    inputs.principalY = Dual4(tracer.camera.principalY, lane: 1)
    guard tracer.sensor.isPerspective else {
      let aspect = size.x / size.y
      let map = tracer.camera.map
      return (
        ray.origin.applied(to: map.x.value * (-2 / size.x)),
        ray.origin.applied(to: map.y.value * (-2 / (aspect * size.y)))
      )
    }
    let moving = tracer.sensor.ray(p.film, lens: p.lens, inputs)
    func partial(_ lane: Int) -> Spectrum {
      func vector(_ v: Vector<Dual4>) -> Vector3 { Vector3(v.x.tangent[lane], v.y.tangent[lane], v.z.tangent[lane]) }
      return ray.origin.applied(to: vector(moving.origin)) + ray.direction.applied(to: vector(moving.direction))
    }
    return (partial(0) * (1 / size.x), partial(1) * (1 / size.y))
  }

  /// Gradients of the film position in pixels by a world point.
  private func gradient(_ point: Vector3, _ lens: SIMD2<Float>) -> (x: Vector3, y: Vector3)? {
    let moving = Vector(Dual4(point.x, lane: 0), Dual4(point.y, lane: 1), Dual4(point.z, lane: 2))
    return tracer.sensor.project(moving, lens: lens, CameraInputs<Dual4>(tracer.camera)).map { film in
      let (x, y) = (film.x.tangent, film.y.tangent)
      return (Vector3(x[0], x[1], x[2]) * size.x, Vector3(y[0], y[1], y[2]) * size.y)
    }
  }
}
