/// Settings resolved against a scene: what every pass over the film needs.
struct RenderPlan {
  private(set) var tracer: PathTracer
  let filter: FilterSampler
  private let border: FilmBorder
  let film: Film
  let samplerKind: SamplerSettings.Kind
  let samplesPerPixel: Int
  let seed: UInt64
  let threads: Int
  let share: RankShare
  /// First pixel of the picture on the whole film, and the film's size.
  private let origin: SIMD2<Float>
  private let fullSize: SIMD2<Float>
  /// As asked for.
  private let spreadsDiffuse: Bool?

  init(_ settings: RenderSettings, structure: SceneStructure, expanded: ExpandedScene) throws(TransportError) {
    guard structure.sensors.indices.contains(settings.sensor) else {
      throw TransportError(
        .invalidOption, "expected a sensor in 0..<\(structure.sensors.count), found \(settings.sensor)")
    }
    let sensor = structure.sensors[settings.sensor]
    let spp = settings.samplesPerPixel ?? sensor.sampler.samplesPerPixel
    guard spp > 0, spp <= 1 << 30 else {
      throw TransportError(.invalidOption, "expected 1...\(1 << 30) samples per pixel, found \(spp)")
    }
    let depth = settings.maxDepth ?? structure.integrator.maxDepth
    guard depth >= -1 else { throw TransportError(.invalidOption, "expected a depth ≥ -1, found \(depth)") }
    if settings.visibility == .soft {
      guard settings.quantity == .radiance else {
        throw TransportError(.invalidOption, "expected exact edges for \(settings.quantity) pictures, found soft ones")
      }
      try settings.soft.check()
    }
    expanded.select(settings.lightSelection)
    let record = expanded.sensor(settings.sensor)
    let kernel = expanded.kernel
    let camera = record.inputs(kernel.values)
    tracer = PathTracer(
      scene: kernel, sensor: record, camera: camera, cameraSpace: CameraSpace(camera.map),
      maxDepth: settings.quantity == .radiance ? (depth < 0 ? .max : depth) : 1,
      rouletteDepth: structure.integrator.rouletteDepth, hideEmitters: structure.integrator.hideEmitters)
    tracer.quantity = settings.quantity
    spreadsDiffuse = settings.spreadsDiffuse
    tracer.spreadsDiffuse = spreadsDiffuse ?? false
    // A lens sees a surface at many angles at once. The other estimators of visibility weigh interior derivatives themselves.
    tracer.dividesGrazing = settings.visibility == .edges && settings.quantity == .radiance && !record.hasLens
    film = sensor.film
    filter = FilterSampler(film.filter)
    origin = SIMD2(Float(film.crop?.x ?? 0), Float(film.crop?.y ?? 0))
    fullSize = SIMD2(Float(film.fullSize.width), Float(film.fullSize.height))
    border = FilmBorder(film)
    samplerKind = settings.sampler ?? sensor.sampler.kind
    samplesPerPixel = spp
    seed = settings.seed
    share = RankShare(settings.ranks)
    threads = max(settings.threads ?? WorkerPool.defaultThreads, 1)
    if tracer.maxDepth >= 2, settings.quantity == .radiance {
      expanded.chooseLights(for: settings.sensor) { LightPilot(plan: self).run() }
    }
  }

  /// Whether the numbers of a path's first surface are chosen together with its place on the film.
  ///
  /// - Parameter sets: independent ones that a pixel's samples fall into.
  func joinsSamples(sets: Int = 1) -> Bool { samplesPerPixel >= PathSampler.leastJoined * sets }

  /// The same plan for derivatives.
  func differentiating(_ request: GradientRequest) -> RenderPlan {
    var plan = self
    plan.tracer.exploresChoices = request.wantsChoices
    plan.tracer.recordsPlaces = request.wantsPlaces
    plan.tracer.spreadsDiffuse = spreadsDiffuse ?? request.wantsPlaces
    return plan
  }

  /// Whether samples of a pixel are all of one weight, and rays leave one point or in parallel: then `filmPositions` is all of
  /// `cameraSample`.
  var isPlain: Bool { filter.isPositive && !tracer.sensor.hasLens }

  /// Where on the film eight samples of a pixel start, if `isPlain`, and their weight.
  ///
  /// - Parameter u: uniform in [0, 1)².
  @inline(__always)
  func filmPositions(x: Int, y: Int, _ u: (Packet, Packet)) -> (film: (Packet, Packet), weight: Float) {
    let confined = border.confined(u, x: x, y: y)
    let (column, row) = (filter.offsets(confined.x), filter.offsets(confined.y))
    return (filmPositions(Float(x) + 0.5 + column, Float(y) + 0.5 + row), confined.scale)
  }

  /// From places of the picture in pixels.
  @inline(__always) func filmPositions(_ x: Packet, _ y: Packet) -> (Packet, Packet) {
    (((x + origin.x) / fullSize.x).whole, ((y + origin.y) / fullSize.y).whole)
  }

  /// From a place of the picture in pixels.
  @inline(__always) func filmPosition(_ position: SIMD2<Float>) -> SIMD2<Float> { (position + origin) / fullSize }

  /// Where one sample of a pixel starts.
  @inline(__always) func cameraSample(x: Int, y: Int, _ sampler: inout PathSampler) -> CameraSample {
    guard hasQuickSamples else { return filteredSample(x: x, y: y, &sampler) }
    let offset = (sampler.next2D() - SIMD2(repeating: 0.5)) * filter.boxWidth
    return CameraSample(film: filmPosition(SIMD2(Float(x) + 0.5, Float(y) + 0.5) + offset))
  }

  /// Whether samples are uniform in a part of their pixel, and rays leave one point or in parallel: so little to compute that
  /// eight at once take longer than one by one.
  @inline(__always) var hasQuickSamples: Bool { filter.boxWidth > 0 && !tracer.sensor.hasLens }

  @inline(never) private func filteredSample(x: Int, y: Int, _ sampler: inout PathSampler) -> CameraSample {
    let (u, scale) = border.confined(sampler.next2D(), x: x, y: y)
    let (offset, weight) = filter.sample(u)
    return cameraSample(at: SIMD2(Float(x) + 0.5, Float(y) + 0.5) + offset, weight: weight * scale, &sampler)
  }

  /// A sample at a place of the picture, in pixels.
  @inline(__always)
  func cameraSample(at position: SIMD2<Float>, weight: Float = 1, _ sampler: inout PathSampler) -> CameraSample {
    CameraSample(
      film: filmPosition(position),
      lens: tracer.sensor.hasLens ? Warp.disk(sampler.next2D()) : .zero, weight: weight)
  }
}
