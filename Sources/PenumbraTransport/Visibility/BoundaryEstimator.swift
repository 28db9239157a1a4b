/// The parts of a boundary term.
struct BoundaryParts: OptionSet {
  let rawValue: UInt8
  /// Edges in the picture.
  static let primary = BoundaryParts(rawValue: 1)
  /// Edges between an emitter and the first surface.
  static let shadow = BoundaryParts(rawValue: 2)
  /// All others.
  static let indirect = BoundaryParts(rawValue: 4)
  /// What is no boundary: the part of interior derivatives that pixels leave to surfaces at grazing angles.
  static let interior = BoundaryParts(rawValue: 8)
  static let all: BoundaryParts = [.primary, .shadow, .indirect, .interior]
}

/// Which boundary terms are estimated, and how often.
struct BoundaryEstimator {
  let primary: PrimaryBoundary?
  let primaryEdges: PrimaryEdges?
  let secondary: SecondaryBoundary?
  let secondaryEdges: SecondaryEdges?
  let cover: CoverBoundary?
  let specular: SpecularBoundary?
  let reflected: ReflectedWarps?
  let rims: RimBoundary?
  let grazing: GrazingBoundary?
  var glossy: GlossyBoundary?
  /// What takes the place of edges.
  private enum Substitute {
    case soft(SoftEstimator)
    case warped(WarpedEstimator)
  }
  private let substitute: Substitute?
  /// Samples of each.
  var primaryCount: Int
  var secondaryCount: Int
  var coverCount: Int
  let specularCount: Int
  let reflectedCount: Int
  let rimCount: Int
  var grazingCount: Int
  let glossyCount: Int
  let footprint: FilmFootprint
  let cost: SampleCost
  let seed: UInt64
  private let owners: [AnyObject]

  /// - Parameters:
  ///   - wanted: marks the elements of the expanded vector that move.
  ///   - topology: all edges of the scene.
  ///   - pilot: what derivatives are multiplied with, by which edges are chosen.
  ///   - followsReflections: whether warp fields see all that jumps in the scene.
  /// - Returns: `nil` when nothing that moves has an edge.
  /// - Throws: when Embree fails.
  init?(
    plan: RenderPlan, request: GradientRequest, movers: MovingObjects, topology: EdgeTopology,
    parts: BoundaryParts = .all, pilot: PilotTarget.Weight, followsReflections: Bool
  ) throws(TransportError) {
    let tracer = plan.tracer
    let footprint = FilmFootprint(plan.film)
    self.footprint = footprint
    let geometry = EdgeGeometry(scene: tracer.scene)
    let movesCamera = request.wantsCamera
    let curves = try MovingCurves(topology, movers, movesCamera: movesCamera, in: tracer.scene)
    let primaryEdges = PrimaryEdges(curves, tracer: tracer, margin: footprint.radius)
    primary =
      primaryEdges.isEmpty || !parts.contains(.primary)
      ? nil
      : PrimaryBoundary(
        tracer: tracer, edges: primaryEdges, footprint: footprint, movesCamera: movesCamera, rivals: topology.rivals)
    self.primaryEdges = primaryEdges
    // A moving camera or surface sees every shadow move that falls on it.
    let casting = movesCamera || movers.any ? topology.edges : []
    var secondary: SecondaryBoundary?
    var secondaryEdges: SecondaryEdges?
    var buffers: [AnyObject] = []
    if tracer.maxDepth >= 2 && !casting.isEmpty && !parts.isDisjoint(with: [.shadow, .indirect]) {
      let edges = SecondaryEdges(
        casting, tracer: tracer, seed: Hash.combine(plan.seed, 0x5ec0),
        hasIndirect: tracer.maxDepth >= 3)
      secondary = SecondaryBoundary(
        tracer: tracer, edges: edges, footprint: footprint, flags: request.flags, rivals: topology.rivals, parts: parts)
      secondaryEdges = edges
    }
    let paths = plan.film.width * plan.film.height * plan.samplesPerPixel
    // Where no measure tells what they are worth (`prepare`): half of the interior's paths for edges between surfaces, and half
    // for both sides of those of the picture.
    secondaryCount = secondary == nil ? 0 : max(paths / 2, 1024)
    (glossy, glossyCount) = Self.glossy(
      secondary, secondaryEdges, topology, footprint, samplesPerPixel: plan.samplesPerPixel, edgeCount: secondaryCount,
      seed: Hash.combine(plan.seed, 0x39ed))
    secondary?.isMixed = glossy != nil
    (self.secondary, self.secondaryEdges) = (secondary, secondaryEdges)
    let pixels =
      parts.contains(.indirect) && tracer.maxDepth >= 2
      ? MaterialPixels(tracer: tracer, isWanted: topology.isSpecular).find(
        footprint, margin: SpecularBoundary.margin, seed: Hash.combine(plan.seed, 0x39ec))
      : []
    specular =
      pixels.isEmpty
      ? nil
      : SpecularBoundary(
        tracer: tracer, flags: request.flags, pixels: OwnedBuffer(pixels), lights: topology.pointLights)
    if !pixels.isEmpty && followsReflections && tracer.maxDepth >= 3 {
      let crossings: OwnedBuffer<CrossingTable.Entry>
      if let between = curves.between {
        crossings = CrossingTable.entries(topology, between: between)
      } else {
        crossings = CrossingTable.entries(
          topology, between: try CrossingCurves.between(topology.bodies, in: tracer.scene))
      }
      reflected = ReflectedWarps(
        tracer: tracer, flags: request.flags,
        lookout: Lookout(tracer.scene, crossings, topology, hasTrails: true), pixels: OwnedBuffer(pixels))
      buffers.append(crossings)
    } else {
      reflected = nil
    }
    let covers =
      parts.contains(.indirect) && tracer.maxDepth >= 3 && movers.any
      ? CoverCurves(curves, topology, movers, tracer: tracer) : nil
    cover = covers.flatMap {
      $0.isEmpty ? nil : CoverBoundary(tracer: tracer, geometry: geometry, footprint: footprint, curves: $0)
    }
    let lightRims =
      tracer.maxDepth >= 2 && (movesCamera || movers.any || movers.opensLights)
        && !parts.isDisjoint(with: [.shadow, .indirect])
      ? LightRims(tracer.scene.emitters, among: topology.pointLights) : nil
    rims = lightRims.map {
      RimBoundary(tracer: tracer, footprint: footprint, flags: request.flags, rims: $0, parts: parts)
    }
    if let lightRims { buffers.append(lightRims) }
    grazing =
      parts.contains(.interior) && tracer.dividesGrazing
      ? Self.grazing(plan.differentiating(request).tracer, request.flags, topology, footprint, seed: plan.seed) : nil
    if let grazing { buffers.append(grazing.surfaces) }
    buffers += [request, topology.pointLights, topology.rivals]
    primaryCount = primary == nil ? 0 : max(paths / 4, 1024)
    coverCount = cover == nil ? 0 : max(paths / 4, 1024)
    specularCount = specular == nil ? 0 : max(pixels.count * plan.samplesPerPixel / 2, 1024)
    // Each of its samples follows a few hundred auxiliary rays.
    let area = grazing?.surfaces.filmArea(seed: Hash.combine(plan.seed, 0x96a)) ?? 0
    grazingCount =
      grazing == nil
      ? 0 : min(max(Int(Self.grazingDensity * area * Float(plan.samplesPerPixel)), 1024), max(paths / 2, 1024))
    rimCount = rims == nil ? 0 : max(paths / 4, 1024)
    reflectedCount = reflected == nil ? 0 : max(pixels.count * plan.samplesPerPixel / 4, 1024)
    seed = plan.seed
    cost = SampleCost(topology.bodies, in: tracer.scene)
    owners = buffers
    substitute = nil
    if primary == nil && secondary == nil && cover == nil && specular == nil && rims == nil && grazing == nil {
      return nil
    }
    prepare(plan.differentiating(request), request.flags, pilot)
  }

  /// Relaxed visibility instead of edges.
  init(_ soft: SoftEstimator, plan: RenderPlan) { self.init(.soft(soft), soft.footprint, plan) }

  /// Warp fields instead of edges.
  init(_ warped: WarpedEstimator, plan: RenderPlan) { self.init(.warped(warped), warped.footprint, plan) }

  private init(_ substitute: Substitute, _ footprint: FilmFootprint, _ plan: RenderPlan) {
    self.substitute = substitute
    (primaryEdges, secondaryEdges) = (nil, nil)
    (primary, secondary, cover, specular, reflected, glossy, owners) = (nil, nil, nil, nil, nil, nil, [])
    (rims, rimCount, grazing, grazingCount) = (nil, 0, nil, 0)
    (primaryCount, secondaryCount, coverCount, specularCount, glossyCount) = (0, 0, 0, 0, 0)
    reflectedCount = 0
    (self.footprint, seed, cost) = (footprint, plan.seed, SampleCost([], in: plan.tracer.scene))
  }

  /// The search from glossy surfaces, where the camera sees any.
  private static func glossy(
    _ lines: SecondaryBoundary?, _ edges: SecondaryEdges?, _ topology: EdgeTopology, _ footprint: FilmFootprint,
    samplesPerPixel: Int,
    edgeCount: Int, seed: UInt64
  ) -> (GlossyBoundary?, count: Int) {
    guard let lines, let edges else { return (nil, 0) }
    let tracer = lines.tracer
    let pixels = MaterialPixels(tracer: tracer, isWanted: topology.isGlossy).find(footprint, seed: seed)
    guard !pixels.isEmpty else { return (nil, 0) }
    let count = max(pixels.count * samplesPerPixel / 2, 1024)
    let mixture = LineMixture(
      tracer: tracer, table: lines.table, tree: EdgeTree(edges.edges, lines.geometry),
      edges: edges, geometry: lines.geometry,
      pixels: PixelSet(pixels, window: footprint.window), edgeCount: edgeCount, cameraCount: count)
    return (GlossyBoundary(lines: lines, mixture: mixture), count)
  }

  /// Samples from surfaces per pixel² and sample of a pixel.
  private static let grazingDensity: Float = 4

  private static func grazing(
    _ tracer: PathTracer, _ flags: GradientFlags, _ topology: EdgeTopology, _ footprint: FilmFootprint, seed: UInt64
  ) -> GrazingBoundary? {
    let partition = GrazingPartition(tracer, flags)
    return GrazingSurfaces(topology.bodies, partition, tracer: tracer, seed: Hash.combine(seed, 0x96b)).map {
      GrazingBoundary(tracer: tracer, partition: partition, surfaces: $0, footprint: footprint)
    }
  }

  /// Division of all samples among threads, independent of their number.
  static let chunks = 64

  /// Runs the samples of one chunk; the target is told the share of each in the mean.
  func run(chunk: Int, rays: inout UInt64, target: inout some BoundaryTarget) {
    switch substitute {
    case .soft(let soft): return soft.run(chunk: chunk, rays: &rays, target: &target)
    case .warped(let warped): return warped.run(chunk: chunk, rays: &rays, target: &target)
    case nil: break
    }
    if let primary {
      target.share = 1 / Float(primaryCount)
      let batch = PrimaryBatch(primary)
      forEachSample(of: primaryCount, chunk, salt: 0x9e1) { choice, sampler in
        batch.add(choice: choice, sampler: sampler, rays: &rays, wants: { target.wants($0) }) {
          primary.add($0, to: &target)
        }
      }
      batch.finish(rays: &rays) { primary.add($0, to: &target) }
    }
    if let secondary {
      target.share = 1 / Float(secondaryCount)
      let batch = SecondaryBatch(secondary, glossy?.mixture)
      forEachVertex(of: secondaryCount, chunk, salt: 0x9e2) { choice, numbers, sampler in
        batch.add(choice: choice, numbers, sampler, rays: &rays, wants: { target.wants($0) }) {
          secondary.add($0, to: &target)
        }
      }
      batch.finish(rays: &rays, wants: { target.wants($0) }) { secondary.add($0, to: &target) }
    }
    if let cover {
      target.share = 1 / Float(coverCount)
      forEachSample(of: coverCount, chunk, salt: 0x9e6) { choice, sampler in
        cover.sample(choice: choice, sampler: &sampler, rays: &rays, target: &target)
      }
    }
    if let rims {
      target.share = 1 / Float(rimCount)
      forEachSample(of: rimCount, chunk, salt: 0x9eb) { choice, sampler in
        rims.sample(choice: choice, sampler: &sampler, rays: &rays, target: &target)
      }
    }
    if let glossy {
      target.share = 1 / Float(glossyCount)
      forEachSample(of: glossyCount, chunk, salt: 0x9e7) { choice, sampler in
        glossy.sample(choice: choice, sampler: &sampler, rays: &rays, target: &target)
      }
    }
    if let grazing {
      target.share = 1 / Float(grazingCount)
      let batch = GrazingBatch(grazing)
      forEachSample(of: grazingCount, chunk, salt: 0x9ec) { choice, sampler in
        batch.add(choice: choice, sampler: sampler, rays: &rays, wants: { target.wants($0) }) {
          grazing.add($0, to: &target)
        }
      }
      batch.finish(rays: &rays) { grazing.add($0, to: &target) }
    }
    if let reflected { runReflected(reflected, chunk: chunk, rays: &rays, target: &target) }
    if let specular {
      target.share = 1 / Float(specularCount)
      var arena = PathArena()
      defer { arena.deallocate() }
      forEachSample(of: specularCount, chunk, salt: 0x9e5) { choice, sampler in
        specular.sample(choice: choice, sampler: &sampler, arena: &arena, rays: &rays, target: &target)
      }
    }
  }

  /// The same for what is seen in mirrors past edges, which needs memory of its own.
  private func runReflected(
    _ reflected: ReflectedWarps, chunk: Int, rays: inout UInt64, target: inout some BoundaryTarget
  ) {
    target.share = 1 / Float(reflectedCount)
    var arena = PathArena()
    var around = WarpedPath.Surroundings(
      field: WarpField(perRay: reflected.lookout.sightsPerRay, hasTrails: true),
      sampler: PathSampler(kind: .sobol, seed: seed, pixel: 0, sample: 0))
    defer {
      arena.deallocate()
      around.field.deallocate()
    }
    forEachSample(of: reflectedCount, chunk, salt: 0x9ea) { choice, sampler in
      reflected.sample(choice: choice, sampler: &sampler, arena: &arena, &around, target: &target)
    }
    rays &+= around.rays
  }

  /// A chunk's share of `count` samples: a choice in [0, 1), stratified over all samples, and random numbers. Consecutive
  /// samples are of the same edge or of its neighbours, and fill its points and its lights evenly.
  @inline(__always)
  private func forEachSample(
    of count: Int, _ chunk: Int, salt: UInt64, _ body: (_ choice: Float, inout PathSampler) -> Void
  ) {
    forEach(of: count, chunk, ConsecutiveSamples(seed: Hash.combine(seed, salt), drawsVertices: false)) {
      var sampler = $1.sampler($2)
      body($0, &sampler)
    }
  }

  /// The same with the numbers of the first vertex.
  @inline(__always)
  private func forEachVertex(
    of count: Int, _ chunk: Int, salt: UInt64, _ body: (_ choice: Float, VertexNumbers, PathSampler) -> Void
  ) {
    forEach(of: count, chunk, ConsecutiveSamples(seed: Hash.combine(seed, salt), drawsVertices: true)) {
      body($0, $1.vertex($2), $1.sampler($2))
    }
  }

  /// - Parameter samples: given back to memory here.
  @inline(__always)
  private func forEach(
    of count: Int, _ chunk: Int, _ samples: ConsecutiveSamples,
    _ body: (_ choice: Float, ConsecutiveSamples, _ lane: Int) -> Void
  ) {
    var samples = samples
    defer { samples.deallocate() }
    let end = (chunk + 1) * count / Self.chunks
    for first in stride(from: chunk * count / Self.chunks, to: end, by: ConsecutiveSamples.count) {
      samples.begin(first)
      for lane in 0..<min(ConsecutiveSamples.count, end - first) {
        body(stratified(first + lane, count, samples.one(lane)), samples, lane)
      }
    }
  }

  private func stratified(_ i: Int, _ count: Int, _ u: Float) -> Float {
    min(Float((Double(i) + Double(u)) / Double(count)), 0x1.fffffep-1)
  }
}
