/// The camera's side of a path that starts in the middle of the scene: importance is carried over surfaces, and the last
/// of them joined to the camera.
struct CameraWalk {
  let tracer: PathTracer

  /// How the camera sees a surface point.
  struct View {
    /// Film position in pixels.
    var pixel: SIMD2<Float>
    /// Unit direction to the camera, and how far it is.
    var direction: Vector3
    var distance: Float
    /// Pixels² per unit of the surface's area.
    var density: Float
    var lens: SIMD2<Float>
  }

  /// How many surfaces scatter on the camera's side, with the probability: 1 with probability 1/2, 2 with 1/4, …; the
  /// last of `most` takes the rest.
  static func scatterings(_ u: Float, most: Int) -> (count: Int, probability: Float) {
    var (count, probability, u) = (1, Float(1), u)
    while count < most && count < 64 {
      probability *= 0.5
      if u < 0.5 { break }
      u = 2 * u - 1
      count += 1
    }
    return (count, probability)
  }

  /// Carries `weight`, which arrives at a surface from the direction `towardsLight` per unit of solid angle and of length
  /// across the line, to the camera.
  ///
  /// - Returns: how the camera sees the last surface with its material, and the weight per pixel²; `nil` when nothing
  ///   arrives.
  func walk(
    from first: SurfaceHit, towardsLight: Vector3, _ weight: Spectrum, scatterings: Int, _ sampler: inout PathSampler,
    _ rays: inout UInt64
  ) -> (view: View, surface: SurfaceLobe, weight: Spectrum)? {
    var (hit, towardsLight, carried) = (first, towardsLight, weight)
    for _ in 1..<max(scatterings, 1) {
      let numbers = sampler.nextVertex()
      let surface = SurfaceLobe(scene: tracer.scene, hit: hit, towards: towardsLight, choice: numbers.material)
      guard let next = surface.sample(towardsLight, lobe: numbers.lobe, u: numbers.direction) else { return nil }
      // Importance, not radiance: the cosine of the sampled direction counts, that of the light's side does not.
      let cosine = abs(dot(hit.geometricNormal, towardsLight))
      guard cosine > 1e-6 else { return nil }
      let value = surface.evaluate(camera: next.direction, light: towardsLight)
      carried *= value * (abs(dot(hit.geometricNormal, next.direction)) / (cosine * next.pdf))
      guard carried.isFinite, !carried.isZero else { return nil }
      let origin = RayOffset.origin(hit.position, normal: hit.geometricNormal, direction: next.direction)
      rays &+= 1
      guard let following = tracer.scene.intersect(Ray(origin: origin, direction: next.direction)) else { return nil }
      hit = following
      towardsLight = next.direction * -1
    }
    let lens = tracer.sensor.hasLens ? Warp.disk(sampler.next2D()) : .zero
    guard let view = connect(hit, lens, &rays) else { return nil }
    let surface = SurfaceLobe(
      scene: tracer.scene, hit: hit, towards: view.direction, choice: sampler.nextVertex().material)
    let cosine = abs(dot(hit.geometricNormal, towardsLight))
    guard cosine > 1e-6 else { return nil }
    let value = surface.evaluate(camera: view.direction, light: towardsLight)
    let total = carried * value * (view.density / cosine)
    return total.isFinite && !total.isZero ? (view, surface, total) : nil
  }

  private func connect(_ hit: SurfaceHit, _ lens: SIMD2<Float>, _ rays: inout UInt64) -> View? {
    guard let (pixel, density) = project(hit, lens) else { return nil }
    let x = hit.position
    let film = SIMD2(pixel.x / Float(tracer.sensor.width), pixel.y / Float(tracer.sensor.height))
    let ray = tracer.cameraRay(CameraSample(film: film, lens: lens))
    let distance = dot(x - ray.origin, ray.direction)
    guard distance > ray.near, distance < ray.far else { return nil }
    let direction = ray.direction * -1
    let origin = RayOffset.origin(x, normal: hit.geometricNormal, direction: direction)
    rays &+= 1
    let far = (distance - ray.near) * (1 - RayOffset.shadow)
    guard !tracer.scene.isOccluded(Ray(origin: origin, direction: direction, near: 0, far: far)) else { return nil }
    return View(pixel: pixel, direction: direction, distance: distance, density: density, lens: lens)
  }

  /// Where on the film a surface point is seen, in pixels, and how many pixels² a unit of its area covers there.
  func project(_ hit: SurfaceHit, _ lens: SIMD2<Float>) -> (pixel: SIMD2<Float>, density: Float)? {
    let x = hit.position
    let moving = Vector(Dual4(x.x, lane: 0), Dual4(x.y, lane: 1), Dual4(x.z, lane: 2))
    guard let film = tracer.sensor.project(moving, lens: lens, CameraInputs<Dual4>(tracer.camera)) else { return nil }
    let (w, h) = (Float(tracer.sensor.width), Float(tracer.sensor.height))
    func gradient(_ d: Dual4, _ scale: Float) -> Vector3 {
      Vector3(d.tangent[0], d.tangent[1], d.tangent[2]) * scale
    }
    let density = abs(dot(cross(gradient(film.x, w), gradient(film.y, h)), hit.geometricNormal))
    return (SIMD2(film.x.value * w, film.y.value * h), density)
  }
}
