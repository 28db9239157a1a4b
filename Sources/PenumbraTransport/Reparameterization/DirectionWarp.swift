/// The warp field of the directions in which a surface point looks: how what it sees moves, in the gnomonic chart
/// around a direction ω, s = (t · d, b · d) / (ω · d) for the offset d of a point.
struct DirectionWarp {
  let tracer: PathTracer
  let flags: GradientFlags
  let lookout: Lookout

  private static let kernel = WarpKernel(radius: 0.25)

  /// Hands on C · V + f div V.
  ///
  /// - Parameters:
  ///   - hit: the point that looks.
  ///   - path: the vertices that the direction leads to.
  ///   - covector: C, of the unit direction.
  ///   - field: working memory.
  /// - Returns: covector of the point that looks.
  func add(
    from hit: SurfaceHit, along direction: Vector3, path: UnsafePointer<PathVertex>, count: Int, _ covector: Covector,
    divergence f: Spectrum, _ field: inout WarpField, _ sampler: inout PathSampler, _ rays: inout UInt64,
    to sink: inout PerChannelSink<some DerivativeSink>
  ) -> Covector {
    let chart = Frame(normal: direction)
    look(from: hit, chart, path, count, &field, &sampler, &rays)
    var origin = Covector.zero
    field.forEach((covector.applied(to: chart.s), covector.applied(to: chart.t)), divergence: f) { sight, trail, x, y in
      if let trail, sight.pointee.trail > 0 {
        let ray = sight.pointee.addMotion(
          x, y, seenBy: trail, from: Self.start(chart, sight.pointee.offset), tracer.scene, flags, to: &sink)
        if let ray { origin += ray.origin }
        return
      }
      let depth = dot(sight.pointee.hit.position - hit.position, direction)
      guard depth > 0 else { return }
      let (s, inverse) = (sight.pointee.offset, 1 / depth)
      let gradient = (x: (chart.s - direction * s.x) * inverse, y: (chart.t - direction * s.y) * inverse)
      origin -= Covector(gradient.x, times: x) + Covector(gradient.y, times: y)
      sight.pointee.addMotion((gradient.x, x), (gradient.y, y), tracer.scene, flags, to: &sink)
    }
    return origin
  }

  private func look(
    from hit: SurfaceHit, _ chart: Frame, _ path: UnsafePointer<PathVertex>, _ count: Int, _ field: inout WarpField,
    _ sampler: inout PathSampler,
    _ rays: inout UInt64
  ) {
    let side = dot(hit.geometricNormal, chart.n)
    field.fill(Self.kernel, &sampler) { offset, sights, trail in
      sights[0].kind = .still
      sights[0].margin = Self.kernel.radius
      let direction = (chart.n + chart.s * offset.x + chart.t * offset.y).normalized
      // Beyond the horizon there is nothing: the integrand vanishes before.
      guard dot(hit.geometricNormal, direction) * side > 0 else { return }
      let ray = Ray(
        origin: RayOffset.origin(hit.position, normal: hit.geometricNormal, direction: direction), direction: direction)
      rays &+= 1
      guard let seen = tracer.scene.intersect(ray) else { return }
      lookout.follow(
        seen, along: ray, isParallel: false, scale: 1, rays: &rays, flags: flags, sights, path: path, count: count,
        trail: trail)
    }
  }

  /// How a ray moves with its chart position.
  private static func start(_ chart: Frame, _ offset: SIMD2<Float>) -> SpecularTrail.Start {
    let toward = chart.n + chart.s * offset.x + chart.t * offset.y
    let inverse = 1 / toward.length
    let direction = toward * inverse
    func turn(_ v: Vector3) -> Vector3 { (v - direction * dot(direction, v)) * inverse }
    return SpecularTrail.Start(x: (.zero, turn(chart.s)), y: (.zero, turn(chart.t)))
  }
}
