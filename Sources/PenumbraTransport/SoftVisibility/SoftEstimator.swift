import Foundation

/// Derivatives of relaxed visibility at film positions, in the place of those of edges.
///
/// Straight-through: pictures stay hard and unbiased, and so do the interior derivatives of paths; this adds what the
/// relaxed choices change.
struct SoftEstimator {
  private let plan: RenderPlan
  private let primary: SoftPrimary?
  private let creases: PrimaryBoundary?
  private let shadow: SoftShadow?
  /// Objects that a ray may see at once.
  private let capacity: Int
  private let owners: [AnyObject]
  let footprint: FilmFootprint

  /// - Returns: `nil` when nothing that moves has an outline.
  init?(
    plan: RenderPlan, request: GradientRequest, movers: MovingObjects, topology: EdgeTopology, parts: BoundaryParts,
    settings: SoftVisibility, structure: SceneStructure, reach: Float
  ) {
    self.plan = plan
    footprint = FilmFootprint(plan.film)
    let tracer = plan.tracer
    let movesCamera = request.wantsCamera
    let scale = tracer.filmWidth
    let geometry = EdgeGeometry(scene: tracer.scene)
    let scenery = SoftScenery(scene: tracer.scene, topology: topology, reach: reach)
    var owners: [AnyObject] = []
    // A moving camera sees every outline move.
    let seen = SoftObjects(structure) { shape, instance in
      movesCamera || movers.moves(EdgeRecord(kind: .rim, shape: shape, instance: instance))
    }
    if parts.contains(.primary), seen.count > 0 {
      let contours = scenery.contours(of: seen, from: tracer.center)
      primary = SoftPrimary(
        tracer: tracer, flags: request.flags, contours: contours.table, objects: seen.lookup, geometry: geometry,
        movesCamera: movesCamera,
        footprint: settings.footprint * scale, temperature: settings.temperature * scale,
        seed: Hash.combine(plan.seed, 0x50f7))
      let edges = PrimaryEdges(
        MovingCurves(edges: topology.edges.filter { movesCamera || movers.moves($0) }), tracer: tracer,
        margin: footprint.radius)
      creases =
        edges.isEmpty
        ? nil
        : PrimaryBoundary(
          tracer: tracer, edges: edges, footprint: footprint, movesCamera: movesCamera, rivals: topology.rivals)
      owners += [seen, contours, request, edges, topology.rivals] as [AnyObject]
    } else {
      (primary, creases) = (nil, nil)
    }
    // Receivers, lights and blockers all move shadows.
    let casting = SoftObjects(structure) { _, _ in true }
    if parts.contains(.shadow), tracer.maxDepth >= 2, tracer.scene.hasEmitters, casting.count > 0 {
      let views = SoftShadowViews(scenery, objects: casting, structure: structure)
      shadow = SoftShadow(
        tracer: tracer, views: UnsafePointer(views.tables.base), ranges: UnsafePointer(views.ranges.base),
        anchors: UnsafePointer(views.anchors.base), objects: casting.lookup, geometry: geometry,
        movesCamera: movesCamera, footprint: settings.footprint * (tracer.sensor.isPerspective ? scale : 1))
      owners += [casting, views] as [AnyObject]
    } else {
      shadow = nil
    }
    capacity = max(seen.count, casting.count) + 1
    self.owners = owners
    if primary == nil && shadow == nil { return nil }
  }

  private var positions: FilmPositions { FilmPositions(plan, radius: footprint.radius, salt: 0x50f8) }

  /// Runs the samples of one chunk.
  func run(chunk: Int, rays: inout UInt64, target: inout some BoundaryTarget) {
    var candidates = SoftCandidates(capacity: capacity)
    var arena = PathArena()
    defer { arena.deallocate() }
    target.share = 1 / Float(plan.samplesPerPixel)
    positions.forEach(chunk, of: BoundaryEstimator.chunks) { pixel, p, number, sampler in
      var sampler = sampler
      guard var sink = target.sink(at: pixel) else { return }
      var isFound = false
      if let primary, primary.choose(at: p, number: number, candidates: &candidates, rays: &rays) {
        primary.addRadiances(candidates, sampler: sampler, arena: &arena, rays: &rays)
        primary.addDerivative(candidates, at: p, to: &sink)
        primary.addSliding(candidates, arena, at: p, to: &sink)
        isFound = true
      }
      if let shadow, let segment = shadow.segment(at: p, sampler: &sampler, candidates: &candidates, rays: &rays) {
        shadow.addDerivative(segment, candidates, at: p, to: &sink)
        isFound = true
      }
      if isFound { target.take(sink, at: pixel) }
    }
    addCreases(chunk: chunk, &candidates, rays: &rays, target: &target)
  }

  /// Exact edges inside relaxed outlines.
  private func addCreases(
    chunk: Int, _ candidates: inout SoftCandidates, rays: inout UInt64, target: inout some BoundaryTarget
  ) {
    guard let creases, let primary else { return }
    let chunks = BoundaryEstimator.chunks
    let count = max(plan.film.width * plan.film.height * plan.samplesPerPixel / 2, 1024)
    var traced: UInt64 = 0
    withUnsafeMutablePointer(to: &candidates) { candidates in
      withUnsafeMutablePointer(to: &traced) { traced in
        var shared = CreaseTarget(base: target, primary: primary, candidates: candidates, rays: traced)
        shared.share = 1 / Float(count)
        for i in (chunk * count / chunks)..<((chunk + 1) * count / chunks) {
          var sampler = PathSampler(kind: .independent, seed: Hash.combine(plan.seed, 0x50f9), pixel: i, sample: 0)
          let choice = min(Float((Double(i) + Double(sampler.next1D())) / Double(count)), 0x1.fffffep-1)
          creases.sample(choice: choice, sampler: &sampler, rays: &rays, target: &shared)
        }
        target = shared.base
      }
    }
    rays &+= traced
  }

  /// Adds the samples of one chunk to the relaxed picture, shape [height × width × 3].
  func addPicture(chunk: Int, to image: UnsafeMutablePointer<Double>) {
    var candidates = SoftCandidates(capacity: capacity)
    var arena = PathArena()
    defer { arena.deallocate() }
    var rays: UInt64 = 0
    positions.forEach(chunk, of: BoundaryEstimator.chunks) { pixel, p, number, sampler in
      var sampler = sampler
      var value: Spectrum
      if let primary, primary.choose(at: p, number: number, candidates: &candidates, rays: &rays) {
        primary.addRadiances(candidates, sampler: sampler, arena: &arena, rays: &rays)
        value = candidates.relaxedRadiance
      } else {
        var same = sampler
        var recorder = Unrecorded()
        value = plan.tracer.radiance(at: p, sampler: &same, recorder: &recorder, rays: &rays).radiance
      }
      if let shadow, let segment = shadow.segment(at: p, sampler: &sampler, candidates: &candidates, rays: &rays) {
        value += segment.unoccluded * (segment.transmittance - (segment.isVisible ? 1 : 0))
      }
      guard value.isFinite else { return }
      footprint.forEach(at: pixel) { index, weight in
        for c in 0..<3 { image[3 * index + c] += Double(value[c] * weight) / Double(plan.samplesPerPixel) }
      }
    }
  }
}

extension PathTracer {
  /// Where the camera sees outlines from: the centre of its lens, or a direction.
  fileprivate var center: Viewpoint {
    sensor.isPerspective ? .point(camera.map.translation.value) : .direction(camera.map.z.value.normalized * -1)
  }

  /// The width of the film at its centre as an angle, or as a length for parallel rays.
  fileprivate var filmWidth: Float {
    let step: Float = 1e-2
    let middle = sensor.ray(SIMD2(0.5, 0.5), camera)
    let beside = sensor.ray(SIMD2(0.5 + step, 0.5), camera)
    let moved = sensor.isPerspective ? beside.direction - middle.direction : beside.origin - middle.origin
    return moved.value.length / step
  }
}
