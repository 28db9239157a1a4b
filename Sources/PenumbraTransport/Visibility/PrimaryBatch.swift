import CEmbree

/// Samples of the picture's edges that are traced side by side: first whether something hides them, then the paths on
/// their two sides, which share their random numbers.
final class PrimaryBatch {
  private let boundary: PrimaryBoundary
  private let wave = PathWave(capacity: 2 * capacity)
  /// Two paths each fill a wave.
  private static let capacity = PathWave.imageCapacity / 2

  /// A sample with the random numbers of its paths, and what they found.
  struct Entry {
    var sight: PrimaryBoundary.Sight
    var sampler: PathSampler
    var number: Int
    var before = Spectrum.zero
    var after = Spectrum.zero
  }
  private var run = PrimaryBoundary.Run()
  /// Those that may be hidden, with their rays, and those that are seen.
  private let opened = UnsafeMutablePointer<Entry>.allocate(capacity: capacity)
  private let lines = UnsafeMutablePointer<CEmbreeRay>.allocate(capacity: capacity)
  private let isHidden = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
  /// Samples that may be divided, by their number, and the rays to their two sides.
  private var doubtful: [Int] = []
  private let sideRays = UnsafeMutablePointer<CEmbreeRay>.allocate(capacity: 2 * capacity)
  private let sideHits = UnsafeMutablePointer<CEmbreeHit>.allocate(capacity: 2 * capacity)
  private var openedCount = 0
  private let seen = UnsafeMutablePointer<Entry>.allocate(capacity: capacity)
  private var seenCount = 0

  init(_ boundary: PrimaryBoundary) {
    self.boundary = boundary
    doubtful.reserveCapacity(Self.capacity)
  }

  deinit {
    opened.deallocate()
    lines.deallocate()
    sideRays.deallocate()
    sideHits.deallocate()
    isHidden.deallocate()
    seen.deallocate()
  }

  /// Takes one sample in, and hands on those that are complete.
  ///
  /// - Parameters:
  ///   - choice: in [0, 1), stratified over samples.
  ///   - number: kept with the sample.
  ///   - wants: asked with a film position in pixels before any ray is traced.
  @inline(__always)
  func add(
    choice: Float, sampler: PathSampler, number: Int = 0, rays: inout UInt64, wants: (SIMD2<Float>) -> Bool,
    _ body: (UnsafePointer<Entry>) -> Void
  ) {
    guard open(choice, sampler, number, wants) else { return }
    if openedCount == Self.capacity { look(&rays, body) }
  }

  /// Completes all samples.
  @inline(__always)
  func finish(rays: inout UInt64, _ body: (UnsafePointer<Entry>) -> Void) {
    look(&rays, body)
    settle(&rays, body)
  }

  /// - Returns: whether the sample may count.
  @inline(__always)
  private func open(_ choice: Float, _ sampler: PathSampler, _ number: Int, _ wants: (SIMD2<Float>) -> Bool) -> Bool {
    var sampler = sampler
    guard let sight = boundary.sight(choice: choice, &sampler, &run), wants(sight.pixel),
      let line = boundary.sightline(sight)
    else { return false }
    (opened + openedCount).initialize(to: Entry(sight: sight, sampler: sampler, number: number))
    lines[openedCount] = CEmbreeRay(line)
    openedCount += 1
    return true
  }

  private func look(_ rays: inout UInt64, _ body: (UnsafePointer<Entry>) -> Void) {
    let tracer = boundary.tracer
    wave.intersector.occlude(lines, count: openedCount, tracer.scene, isHidden)
    rays &+= UInt64(openedCount)
    hideDivided(&rays)
    for i in 0..<openedCount where isHidden[i] == 0 {
      (seen + seenCount).initialize(from: opened + i, count: 1)
      seenCount += 1
      let sides = boundary.sides(opened[i].sight)
      wave.append(opened[i].sampler, at: sides.before)
      wave.append(opened[i].sampler, at: sides.after)
      if wave.isFull { settle(&rays, body) }
    }
    openedCount = 0
  }

  /// Takes those out that are no discontinuity but lie next to one.
  private func hideDivided(_ rays: inout UInt64) {
    doubtful.removeAll(keepingCapacity: true)
    for i in 0..<openedCount where isHidden[i] == 0 && opened[i].sight.mayBeDivided { doubtful.append(i) }
    guard !doubtful.isEmpty else { return }
    let tracer = boundary.tracer
    for (k, i) in doubtful.enumerated() {
      let sides = boundary.sides(opened[i].sight)
      sideRays[2 * k] = CEmbreeRay(tracer.cameraRay(sides.before))
      sideRays[2 * k + 1] = CEmbreeRay(tracer.cameraRay(sides.after))
    }
    cembree_intersect_many(tracer.scene.embree, sideRays, Int32(2 * doubtful.count), 1, sideHits)
    rays &+= UInt64(2 * doubtful.count)
    for (k, i) in doubtful.enumerated() {
      let hits = (
        tracer.scene.surface(sideHits[2 * k], along: Ray(sideRays[2 * k])),
        tracer.scene.surface(sideHits[2 * k + 1], along: Ray(sideRays[2 * k + 1]))
      )
      if !boundary.isUndivided(opened[i].sight, hits) { isHidden[i] = 1 }
    }
  }

  private func settle(_ rays: inout UInt64, _ body: (UnsafePointer<Entry>) -> Void) {
    var unrecorded = Unrecorded()
    withUnsafeMutablePointer(to: &unrecorded) { wave.trace(boundary.tracer, $0, &rays) }
    for i in 0..<seenCount {
      (seen[i].before, seen[i].after) = (radiance(2 * i), radiance(2 * i + 1))
      body(seen + i)
    }
    wave.removeAll()
    seenCount = 0
  }

  private func radiance(_ lane: Int) -> Spectrum {
    let value = wave[lane].pointee.path.radiance
    return value.isFinite ? value : .zero
  }
}
