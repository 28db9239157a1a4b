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
  @inline(__always) static func scatterings(_ u: Float, most: Int) -> (count: Int, probability: Float) {
    if most <= 1 { return (1, 1) }
    var (count, probability, u) = (1, Float(1), u)
    while count < most && count < 64 {
      probability *= 0.5
      if u < 0.5 { break }
      u = 2 * u - 1
      count += 1
    }
    return (count, probability)
  }

  /// Carries importance from where a line meets a surface to the camera.
  ///
  /// - Parameters:
  ///   - towardsLight: from where light arrives at the surface, per unit of solid angle and of length across the line.
  ///   - wants: whether a film position in pixels counts; asked before the camera is looked for.
  ///   - glossy: told the last surface's material as the camera sees it, unless it is diffuse.
  /// - Returns: `nil` when nothing arrives.
  @inline(__always)
  func walk(
    from first: SurfaceHit, towardsLight: Vector3, scatterings: Int, _ sampler: inout PathSampler,
    _ rays: inout UInt64, wants: (SIMD2<Float>) -> Bool, glossy: (SurfaceLobe, View) -> Void = { _, _ in }
  ) -> Arrival? {
    if scatterings <= 1 {
      return arrive(first, towardsLight, .one, &sampler, &rays, wants: wants, glossy: glossy)
    }
    guard let last = stroll(from: first, towardsLight, scatterings: scatterings, &sampler, &rays) else { return nil }
    return arrive(last.hit, last.towardsLight, last.weight, &sampler, &rays, wants: wants, glossy: glossy)
  }

  /// All surfaces but the last.
  @inline(never)
  private func stroll(
    from first: SurfaceHit, _ towardsLight: Vector3, scatterings: Int, _ sampler: inout PathSampler,
    _ rays: inout UInt64
  ) -> (hit: SurfaceHit, towardsLight: Vector3, weight: Spectrum)? {
    var (hit, towardsLight, carried) = (first, towardsLight, Spectrum.one)
    for _ in 1..<scatterings {
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
    return (hit, towardsLight, carried)
  }

  /// The last surface: what it scatters to the camera, if the camera sees it. All that needs no ray comes first.
  @inline(__always)
  private func arrive(
    _ hit: SurfaceHit, _ towardsLight: Vector3, _ carried: Spectrum, _ sampler: inout PathSampler,
    _ rays: inout UInt64, wants: (SIMD2<Float>) -> Bool, glossy: (SurfaceLobe, View) -> Void
  ) -> Arrival? {
    guard let found = arrival(hit, towardsLight, carried, &sampler, wants: wants, glossy: glossy) else { return nil }
    rays &+= 1
    return tracer.scene.isOccluded(found.ray) ? nil : found
  }

  /// What a surface scatters to the camera.
  struct Arrival {
    var view: View
    /// Per pixel².
    var weight: Spectrum
    /// On which nothing must stand before the camera.
    var ray: Ray
  }

  /// What the last surface scatters to the camera unless something stands between; takes no ray.
  @inline(__always)
  func arrival(
    _ hit: SurfaceHit, _ towardsLight: Vector3, _ carried: Spectrum, _ sampler: inout PathSampler,
    wants: (SIMD2<Float>) -> Bool, glossy: (SurfaceLobe, View) -> Void
  ) -> Arrival? {
    let lens = tracer.sensor.hasLens ? Warp.disk(sampler.next2D()) : .zero
    let cosine = abs(dot(hit.geometricNormal, towardsLight))
    guard cosine > 1e-6, let (view, reach) = view(hit, lens), wants(view.pixel) else { return nil }
    let scene = tracer.scene
    let material = scene.materials + Int(scene.shapes[Int(hit.shape)].material)
    let value: Spectrum
    // Most surfaces are diffuse, and a lobe takes longer to make than this.
    if material.pointee.kind == .diffuse {
      let (toCamera, toLight) = (dot(hit.frame.n, view.direction), dot(hit.frame.n, towardsLight))
      guard toCamera > 0, toLight > 0 else { return nil }
      value = scene.textures(at: hit).color(material.pointee.slots[0], hit.uv) * (toLight * (1 / .pi))
    } else {
      let choice = material.pointee.kind.isWrapper ? sampler.nextVertex().material : 0
      let surface = SurfaceLobe(scene: scene, hit: hit, towards: view.direction, choice: choice)
      value = surface.evaluate(camera: view.direction, light: towardsLight)
      glossy(surface, view)
    }
    let weight = carried * value * (view.density / cosine)
    guard weight.isFinite, !weight.isZero else { return nil }
    let origin = RayOffset.origin(hit.position, normal: hit.geometricNormal, direction: view.direction)
    return Arrival(
      view: view, weight: weight,
      ray: Ray(origin: origin, direction: view.direction, near: 0, far: reach))
  }

  /// How the camera sees a point unless something hides it, and how far nothing must stand before it.
  @inline(__always)
  private func view(_ hit: SurfaceHit, _ lens: SIMD2<Float>) -> (View, reach: Float)? {
    guard let film = FilmPoint(hit.position, lens: lens, tracer) else { return nil }
    let (ray, distance) = tracer.ray(through: hit.position, pixel: film.pixel, lens: lens)
    guard distance > ray.near, distance < ray.far else { return nil }
    return (
      View(
        pixel: film.pixel, direction: ray.direction * -1, distance: distance,
        density: film.density(normal: hit.geometricNormal), lens: lens),
      (distance - ray.near) * (1 - RayOffset.shadow)
    )
  }
}
