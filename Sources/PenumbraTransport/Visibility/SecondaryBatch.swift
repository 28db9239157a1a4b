import CEmbree

/// Lines past edges that are traced side by side: first away from their lights, to the surfaces on which shadows end, then
/// from there to the camera and from the edge to the light. Those with more surfaces on either side go on alone.
final class SecondaryBatch {
  private let boundary: SecondaryBoundary
  private let mixture: LineMixture?
  private static let capacity = 32

  /// A line with the random numbers of what follows.
  private struct Tried {
    var line = SecondaryBoundary.Line()
    var sampler = PathSampler(state: 0, index: 0)
    var number = 0
  }
  /// Where the camera may see a line end.
  private struct Arrived {
    var tried: UnsafeMutablePointer<Tried>
    var receiver: SurfaceHit
    var view: CameraWalk.View
    var weight: Spectrum
  }

  private var run = SecondaryBoundary.Run()
  private let tried = UnsafeMutablePointer<Tried>.allocate(capacity: capacity)
  /// Away from lights.
  private let lines = UnsafeMutablePointer<CEmbreeRay>.allocate(capacity: capacity)
  private let hits = UnsafeMutablePointer<CEmbreeHit>.allocate(capacity: capacity)
  private var triedCount = 0
  private let arrived = UnsafeMutablePointer<Arrived>.allocate(capacity: capacity)
  /// How their receivers are seen from which lines are looked for, too.
  private let glossy = UnsafeMutablePointer<GlossyView?>.allocate(capacity: capacity)
  /// To the camera and to the light, by turns.
  private let ends = UnsafeMutablePointer<CEmbreeRay>.allocate(capacity: 2 * capacity)
  private let isBlocked = UnsafeMutablePointer<UInt8>.allocate(capacity: 2 * capacity)
  /// The shapes that rays cannot meet again: none.
  private let left = UnsafeMutablePointer<Float>.allocate(capacity: 2 * capacity)
  private let intersector = WaveIntersector(capacity: 2 * capacity)
  private let sight = UnsafeMutablePointer<SecondaryBoundary.Sight>.allocate(capacity: 1)

  /// - Parameter mixture: where lines are also looked for from glossy surfaces.
  init(_ boundary: SecondaryBoundary, _ mixture: LineMixture?) {
    self.boundary = boundary
    self.mixture = mixture
    tried.initialize(repeating: Tried(), count: Self.capacity)
    left.initialize(repeating: -1, count: 2 * Self.capacity)
  }

  deinit {
    tried.deallocate()
    lines.deallocate()
    hits.deallocate()
    arrived.deallocate()
    glossy.deallocate()
    ends.deallocate()
    isBlocked.deallocate()
    left.deallocate()
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
    wants: (SIMD2<Float>) -> Bool, _ body: (UnsafePointer<SecondaryBoundary.Sight>) -> Void
  ) {
    let next = tried + triedCount
    guard boundary.choose(choice, numbers, &run, &next.pointee.line) else { return }
    (next.pointee.sampler, next.pointee.number) = (sampler, number)
    lines[triedCount] = CEmbreeRay(
      Ray(origin: next.pointee.line.start, direction: next.pointee.line.direction * -1))
    triedCount += 1
    if triedCount == Self.capacity { finish(rays: &rays, wants: wants, body) }
  }

  /// Completes all samples.
  @inline(__always)
  func finish(
    rays: inout UInt64, wants: (SIMD2<Float>) -> Bool, _ body: (UnsafePointer<SecondaryBoundary.Sight>) -> Void
  ) {
    let scene = boundary.tracer.scene
    intersector.intersect(lines, left: left, count: triedCount, areCoherent: false, scene, hits)
    rays &+= UInt64(triedCount)
    var count = 0
    for i in 0..<triedCount {
      // Where the edge touches what the line meets, `CoverBoundary` has it.
      guard let hit = scene.surface(hits[i], along: Ray(lines[i])), hit.distance > 2 * tried[i].line.lead else {
        continue
      }
      if tried[i].line.scatterings == 1, !tried[i].line.isIndirect {
        if arrive(tried + i, hit, count, wants: wants) { count += 1 }
      } else if goAlone(tried + i, hit, &rays, wants: wants) {
        body(sight)
      }
    }
    intersector.occlude(ends, left: left, count: 2 * count, scene, isBlocked)
    rays &+= UInt64(2 * count)
    for k in 0..<count where isBlocked[2 * k] | isBlocked[2 * k + 1] == 0 {
      complete(arrived + k, glossy[k])
      body(sight)
    }
    triedCount = 0
  }

  /// Asks from where a line meets a surface for the camera and for the light.
  ///
  /// - Returns: whether there is anything to ask.
  @inline(__always)
  private func arrive(
    _ line: UnsafeMutablePointer<Tried>, _ hit: SurfaceHit, _ count: Int, wants: (SIMD2<Float>) -> Bool
  ) -> Bool {
    glossy[count] = nil
    guard let towardsLight = boundary.lightRay(&line.pointee.line),
      let found = CameraWalk(tracer: boundary.tracer).arrival(
        hit, line.pointee.line.direction, .one, &line.pointee.sampler,
        wants: { boundary.region.contains($0) && wants($0) },
        glossy: { if let mixture { glossy[count] = mixture.glossyView($0, hit, $1) } })
    else { return false }
    (arrived + count).initialize(
      to: Arrived(tried: line, receiver: hit, view: found.view, weight: found.weight))
    ends[2 * count] = CEmbreeRay(found.ray)
    ends[2 * count + 1] = CEmbreeRay(towardsLight)
    return true
  }

  /// A line that nothing blocks between a light and the first surface that the camera sees.
  @inline(__always)
  private func complete(_ end: UnsafePointer<Arrived>, _ glossy: GlossyView?) {
    let line = end.pointee.tried
    let source = boundary.source(line.pointee.line.light)
    put(line, source, end.pointee.receiver, end.pointee.view, end.pointee.weight * source.radiance)
    if let glossy, !line.pointee.line.light.isDirac { weigh(glossy, isIndirect: false) }
  }

  /// Follows a line with more surfaces, or with a surface instead of a light.
  ///
  /// - Returns: whether light arrives.
  @inline(__always)
  private func goAlone(
    _ line: UnsafeMutablePointer<Tried>, _ hit: SurfaceHit, _ rays: inout UInt64, wants: (SIMD2<Float>) -> Bool
  ) -> Bool {
    var glossy: GlossyView?
    let scatterings = line.pointee.line.scatterings
    // The camera's side first: much of it needs no ray, and light may need a whole path.
    guard
      let arrival = CameraWalk(tracer: boundary.tracer).walk(
        from: hit, towardsLight: line.pointee.line.direction, scatterings: scatterings, &line.pointee.sampler, &rays,
        wants: { boundary.region.contains($0) && wants($0) },
        glossy: {
          if scatterings == 1, let mixture { glossy = mixture.glossyView($0, hit, $1) }
        }),
      let source = farEnd(line, &rays)
    else { return false }
    put(line, source, hit, arrival.view, arrival.weight * source.radiance)
    if let glossy, line.pointee.line.isIndirect || !line.pointee.line.light.isDirac {
      weigh(glossy, isIndirect: line.pointee.line.isIndirect)
    }
    return true
  }

  @inline(never)
  private func farEnd(_ line: UnsafeMutablePointer<Tried>, _ rays: inout UInt64) -> SecondaryBoundary.Source? {
    if line.pointee.line.isIndirect {
      return boundary.scattered(&line.pointee.line, &line.pointee.sampler, &rays)
    }
    guard let ray = boundary.lightRay(&line.pointee.line) else { return nil }
    rays &+= 1
    return boundary.tracer.scene.isOccluded(ray) ? nil : boundary.source(line.pointee.line.light)
  }

  @inline(__always)
  private func put(
    _ line: UnsafePointer<Tried>, _ source: SecondaryBoundary.Source, _ receiver: SurfaceHit, _ view: CameraWalk.View,
    _ weight: Spectrum
  ) {
    sight.initialize(
      to: SecondaryBoundary.Sight(
        edge: line.pointee.line.edge, place: line.pointee.line.place, outward: line.pointee.line.outward,
        source: source,
        receiver: receiver, view: view, isFirst: line.pointee.line.scatterings == 1,
        weight: weight * line.pointee.line.share, number: line.pointee.number))
  }

  /// Shares the line with those that are found from glossy surfaces.
  @inline(never)
  private func weigh(_ glossy: GlossyView, isIndirect: Bool) {
    guard let mixture else { return }
    sight.pointee.weight *= mixture.shareOfEdges(
      LineMixture.Line(
        edge: sight.pointee.edge, point: sight.pointee.place.position, source: sight.pointee.source,
        isIndirect: isIndirect, receiver: sight.pointee.receiver, view: sight.pointee.view), glossy)
  }
}
