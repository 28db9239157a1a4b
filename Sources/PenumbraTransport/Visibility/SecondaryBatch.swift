import CEmbree

/// Lines past edges that are traced side by side: first away from their lights, to the surfaces on which shadows end, then
/// from there to the camera and from the edge to the light. Those with more surfaces on the camera's side go on alone, and what
/// surfaces scatter is found later, for many at once.
final class SecondaryBatch {
  typealias Line = SecondaryBoundary.Line
  typealias End = SecondaryBoundary.End
  typealias Sight = SecondaryBoundary.Sight

  private let boundary: SecondaryBoundary
  private let mixture: LineMixture?
  private static let capacity = 32

  private var run = SecondaryBoundary.Run()
  private let tried = UnsafeMutablePointer<Line>.allocate(capacity: capacity)
  /// Away from lights.
  private let lines = UnsafeMutablePointer<CEmbreeRay>.allocate(capacity: capacity)
  private let hits = UnsafeMutablePointer<CEmbreeHit>.allocate(capacity: capacity)
  private var triedCount = 0
  /// Lines that end where the camera may see them, and one more that goes alone.
  private let arrived = UnsafeMutablePointer<UnsafeMutablePointer<Line>>.allocate(capacity: capacity)
  private let ends = UnsafeMutablePointer<End>.allocate(capacity: capacity + 1)
  /// How their receivers are seen from which lines are looked for, too.
  private let glossy = UnsafeMutablePointer<GlossyView?>.allocate(capacity: capacity)
  /// To the camera and to the light, by turns.
  private let endRays = UnsafeMutablePointer<CEmbreeRay>.allocate(capacity: 2 * capacity)
  private let isBlocked = UnsafeMutablePointer<UInt8>.allocate(capacity: 2 * capacity)
  private let intersector = WaveIntersector(capacity: 2 * capacity)
  private let sight = UnsafeMutablePointer<Sight>.allocate(capacity: 1)
  private let scattered: ScatteredLines

  /// - Parameter mixture: where lines are also looked for from glossy surfaces.
  init(_ boundary: SecondaryBoundary, _ mixture: LineMixture?) {
    self.boundary = boundary
    self.mixture = mixture
    scattered = ScatteredLines(boundary)
    tried.initialize(repeating: Line(), count: Self.capacity)
  }

  deinit {
    tried.deallocate()
    lines.deallocate()
    hits.deallocate()
    arrived.deallocate()
    ends.deallocate()
    glossy.deallocate()
    endRays.deallocate()
    isBlocked.deallocate()
    intersector.deallocate()
    sight.deallocate()
  }

  /// Takes one sample in, and hands on the lines that are complete.
  ///
  /// - Parameters:
  ///   - choice: in [0, 1), stratified over samples.
  ///   - number: kept with the sample.
  ///   - wants: asked with a film position in pixels before the camera is looked for.
  @inline(__always)
  func add(
    choice: Float, _ numbers: VertexNumbers, _ sampler: PathSampler, number: Int = 0, rays: inout UInt64,
    wants: (SIMD2<Float>) -> Bool, _ body: (UnsafePointer<Sight>) -> Void
  ) {
    let next = tried + triedCount
    guard boundary.choose(choice, numbers, &run, next) else { return }
    (next.pointee.sampler, next.pointee.number) = (sampler, number)
    lines[triedCount] = CEmbreeRay(
      Ray(origin: next.pointee.start, direction: next.pointee.direction * -1))
    triedCount += 1
    if triedCount == Self.capacity { follow(rays: &rays, wants: wants, body) }
  }

  /// Completes all samples.
  @inline(__always)
  func finish(
    rays: inout UInt64, wants: (SIMD2<Float>) -> Bool, _ body: (UnsafePointer<Sight>) -> Void
  ) {
    follow(rays: &rays, wants: wants, body)
    finishScattered(&rays, body)
  }

  /// Follows the lines that were tried away from their lights.
  @inline(__always)
  private func follow(
    rays: inout UInt64, wants: (SIMD2<Float>) -> Bool, _ body: (UnsafePointer<Sight>) -> Void
  ) {
    let scene = boundary.tracer.scene
    intersector.intersect(lines, count: triedCount, scene, hits)
    rays &+= UInt64(triedCount)
    var count = 0
    for i in 0..<triedCount {
      // Where the edge touches what the line meets, `CoverBoundary` has it.
      guard let hit = scene.surface(hits[i], along: Ray(lines[i])), hit.distance > 2 * tried[i].lead else {
        continue
      }
      if tried[i].scatterings == 1, !tried[i].isIndirect {
        if arrive(tried + i, hit, count, wants: wants) { count += 1 }
      } else if goAlone(tried + i, hit, &rays, wants: wants) {
        body(sight)
      }
      if scattered.isFull { finishScattered(&rays, body) }
    }
    intersector.occlude(endRays, count: 2 * count, scene, isBlocked)
    rays &+= UInt64(2 * count)
    for k in 0..<count where isBlocked[2 * k] | isBlocked[2 * k + 1] == 0 {
      complete(arrived[k], ends + k, glossy[k])
      body(sight)
    }
    triedCount = 0
  }

  /// Asks from where a line meets a surface for the camera and for the light.
  ///
  /// - Returns: whether there is anything to ask.
  @inline(__always)
  private func arrive(
    _ line: UnsafeMutablePointer<Line>, _ hit: SurfaceHit, _ count: Int, wants: (SIMD2<Float>) -> Bool
  ) -> Bool {
    glossy[count] = nil
    guard let towardsLight = boundary.lightRay(line),
      let found = CameraWalk(tracer: boundary.tracer).arrival(
        hit, line.pointee.direction, .one, &line.pointee.sampler,
        wants: { boundary.region.contains($0) && wants($0) },
        glossy: { if let mixture { glossy[count] = mixture.glossyView($0, hit, $1) } })
    else { return false }
    arrived[count] = line
    (ends + count).initialize(to: End(receiver: hit, view: found.view, weight: found.weight))
    endRays[2 * count] = CEmbreeRay(found.ray)
    endRays[2 * count + 1] = CEmbreeRay(towardsLight)
    return true
  }

  /// A line that nothing blocks between a light and the first surface that the camera sees.
  @inline(__always)
  private func complete(
    _ line: UnsafeMutablePointer<Line>, _ end: UnsafePointer<End>, _ glossy: GlossyView?
  ) {
    put(line, end, boundary.source(line.pointee.light))
    if let glossy, !line.pointee.light.isDirac { weigh(glossy, isIndirect: false) }
  }

  /// Follows a line with more surfaces, or with a surface instead of a light, which has to wait.
  ///
  /// - Returns: whether light arrives from a lamp.
  @inline(__always)
  private func goAlone(
    _ line: UnsafeMutablePointer<Line>, _ hit: SurfaceHit, _ rays: inout UInt64, wants: (SIMD2<Float>) -> Bool
  ) -> Bool {
    var glossy: GlossyView?
    let scatterings = line.pointee.scatterings
    // The camera's side first: much of it needs no ray, and light may need a whole path.
    guard
      let arrival = CameraWalk(tracer: boundary.tracer).walk(
        from: hit, towardsLight: line.pointee.direction, scatterings: scatterings, &line.pointee.sampler, &rays,
        wants: { boundary.region.contains($0) && wants($0) },
        glossy: {
          if scatterings == 1, let mixture { glossy = mixture.glossyView($0, hit, $1) }
        }),
      line.pointee.isIndirect || isLit(line, &rays)
    else { return false }
    let end = ends + Self.capacity
    end.initialize(to: End(receiver: hit, view: arrival.view, weight: arrival.weight))
    if line.pointee.isIndirect {
      scattered.append(line, end.pointee, glossy)
      return false
    }
    put(line, end, boundary.source(line.pointee.light))
    if let glossy, !line.pointee.light.isDirac { weigh(glossy, isIndirect: false) }
    return true
  }

  @inline(never)
  private func isLit(_ line: UnsafePointer<Line>, _ rays: inout UInt64) -> Bool {
    guard let ray = boundary.lightRay(line) else { return false }
    rays &+= 1
    return !boundary.tracer.scene.isOccluded(ray)
  }

  private func finishScattered(_ rays: inout UInt64, _ body: (UnsafePointer<Sight>) -> Void) {
    scattered.finish(rays: &rays) { entry, source in
      withUnsafePointer(to: &entry.pointee.line) { line in
        withUnsafePointer(to: &entry.pointee.end) { end in
          put(line, end, source)
          if let glossy = entry.pointee.glossy { weigh(glossy, isIndirect: true) }
          body(sight)
        }
      }
    }
  }

  @inline(__always)
  private func put(
    _ line: UnsafePointer<Line>, _ end: UnsafePointer<End>,
    _ source: SecondaryBoundary.Source
  ) {
    sight.initialize(
      to: Sight(
        line: line, end: end, source: source,
        weight: end.pointee.weight * source.radiance * line.pointee.share))
  }

  /// Shares the line with those that are found from glossy surfaces.
  @inline(never)
  private func weigh(_ glossy: GlossyView, isIndirect: Bool) {
    guard let mixture else { return }
    sight.pointee.weight *= mixture.shareOfEdges(
      LineMixture.Line(
        edge: sight.pointee.line.pointee.edge, point: sight.pointee.line.pointee.place.position,
        source: sight.pointee.source, isIndirect: isIndirect, receiver: sight.pointee.end.pointee.receiver,
        view: sight.pointee.end.pointee.view), glossy)
  }
}
