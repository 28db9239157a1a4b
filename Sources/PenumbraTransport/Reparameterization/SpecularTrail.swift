/// Rays that perfectly specular lobes hand on: what a warp field sees in mirrors and through smooth glass.
struct SpecularTrail {
  let scene: KernelScene
  let flags: GradientFlags

  /// Specular vertices that auxiliary rays follow at most.
  static let longest = 6

  /// Leading vertices of a recorded path, or of a part of it, at which it followed a specular lobe.
  static func count(_ vertices: UnsafePointer<PathVertex>, _ count: Int) -> Int {
    var k = 0
    while k < min(count, longest), vertices[k].kind == .scatter, vertices[k].isDirac, vertices[k].inversePdf > 0 {
      k += 1
    }
    return k
  }

  /// Lets the specular lobe of a surface hand on a ray, and records it.
  ///
  /// - Returns: `nil` where the surface has no such lobe.
  func extend(
    _ hit: SurfaceHit, _ ray: Ray, isReflection: Bool, to vertex: UnsafeMutablePointer<PathVertex>
  ) -> Ray? {
    var hit = hit
    var wi = hit.frame.toLocal(-ray.direction)
    var material = scene.materials + Int(scene.shapes[Int(hit.shape)].material)
    if material.pointee.kind == .twosided {
      material = scene.materials + Int(material.pointee.children[wi.z < 0 ? 1 : 0])
      if wi.z < 0 {
        hit.frame.n = -hit.frame.n
        wi.z = -wi.z
      }
    }
    switch material.pointee.kind {
    case .conductor, .plastic: guard isReflection, wi.z > 0 else { return nil }
    case .dielectric, .thinDielectric: break
    case .null: guard !isReflection else { return nil }
    default: return nil
    }
    vertex.pointee.begin(.scatter, throughput: .zero, direction: ray.direction)
    vertex.pointee.hit = hit
    vertex.pointee.beginScattering(Int32(truncatingIfNeeded: material - scene.materials), hit.frame, wi: wi)
    vertex.pointee.isDirac = true
    vertex.pointee.isReflection = isReflection
    let wo = LocalScattering(vertex, scene, explores: false).diracDirection(isReflection: isReflection).value
    // Beyond the critical angle nothing is refracted.
    guard wo.isFinite, wo.z != 0, (wo.z * wi.z > 0) == isReflection else { return nil }
    let direction = hit.frame.toWorld(wo).normalized
    return Ray(
      origin: RayOffset.origin(hit.position, normal: hit.geometricNormal, direction: direction), direction: direction)
  }

  /// From the point at a fixed distance along the last ray to where the first one starts and its unit direction.
  ///
  /// - Parameter covector: of that point.
  func pull(
    _ vertices: UnsafePointer<PathVertex>, count: Int, distance: Float, _ covector: Covector,
    to sink: inout PerChannelSink<some DerivativeSink>
  ) -> WarpedPath.RayCovectors {
    let traced = TracedVertex(scene: scene, flags: flags)
    var ray = WarpedPath.RayCovectors(origin: covector, direction: covector * distance)
    for i in (0..<count).reversed() {
      let vertex = vertices + i
      var here = SurfaceMotion.Covectors<Covector>()
      here.position = ray.origin
      var local = LocalPartials<Covector>()
      var moment = FrameMoment<Covector>()
      let bsdf = LocalScattering(vertex, scene, explores: false)
      traced.addDirac(vertex, bsdf, .zero, ray.direction, &local, &moment)
      moment.add(world: bsdf.wi, local.wi)
      here.normal = moment.normal(bsdf.hit.frame)
      here.spin = moment.spin
      (ray.origin, ray.direction) = traced.trace(
        bsdf.hit, along: vertex.pointee.direction, bsdf.hit.frame.toWorld(local.wi), local, here, to: &sink)
    }
    return ray
  }

  /// How the start of a ray moves with the chart of a warp field: ∂origin and ∂direction.
  struct Start {
    var x: (origin: Vector3, direction: Vector3)
    var y: (origin: Vector3, direction: Vector3)
  }

  /// Gradients, by a point that the last ray meets, of the chart position at which it is seen.
  ///
  /// - Parameter direction: of the last ray.
  /// - Returns: `nil` at a focus, where all chart positions see the point.
  func gradients(
    _ vertices: UnsafePointer<PathVertex>, count: Int, distance: Float, direction: Vector3, from start: Start
  ) -> (x: Vector3, y: Vector3)? {
    let across = Frame(normal: direction)
    var none = PerChannelSink(base: NoSink())
    let pulled = pull(
      vertices, count: count, distance: distance, Covector(across.s, across.t, .zero), to: &none)
    func speed(_ s: (origin: Vector3, direction: Vector3)) -> Spectrum {
      pulled.origin.applied(to: s.origin) + pulled.direction.applied(to: s.direction)
    }
    let (x, y) = (speed(start.x), speed(start.y))
    let inverse = 1 / (x.x * y.y - y.x * x.y)
    guard inverse.isFinite else { return nil }
    return (
      (across.s * y.y - across.t * y.x) * inverse, (across.t * x.x - across.s * x.y) * inverse
    )
  }

  private struct NoSink: DerivativeSink { mutating func add(_ offset: Int, _ partial: Spectrum) {} }
}
