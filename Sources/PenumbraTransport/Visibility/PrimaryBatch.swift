import CEmbree

/// Samples of the picture's edges that are traced side by side: first whether something hides them, then the paths on
/// their two sides, which share their random numbers.
final class PrimaryBatch {
  private let boundary: PrimaryBoundary
  private let wave = PathWave()
  /// Two paths each fill a wave.
  private static let capacity = PathWave.capacity / 2

  /// A sample with the random numbers of its paths, and what they found.
  struct Entry {
    var sight: PrimaryBoundary.Sight
    var sampler: PathSampler
    var number: Int
    var before = Spectrum.zero
    var after = Spectrum.zero
  }
  /// Those that may be hidden, with their rays, and those that are seen.
  private let opened = UnsafeMutablePointer<Entry>.allocate(capacity: capacity)
  private let lines = UnsafeMutablePointer<CEmbreeRay>.allocate(capacity: capacity)
  private let isHidden = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
  private var openedCount = 0
  private let seen = UnsafeMutablePointer<Entry>.allocate(capacity: capacity)
  private var seenCount = 0

  init(_ boundary: PrimaryBoundary) { self.boundary = boundary }

  deinit {
    opened.deallocate()
    lines.deallocate()
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
    guard let sight = boundary.sight(choice: choice, &sampler), wants(sight.film.pixel),
      let line = boundary.sightline(sight)
    else { return false }
    (opened + openedCount).initialize(to: Entry(sight: sight, sampler: sampler, number: number))
    lines[openedCount] = CEmbreeRay(line)
    openedCount += 1
    return true
  }

  private func look(_ rays: inout UInt64, _ body: (UnsafePointer<Entry>) -> Void) {
    let tracer = boundary.tracer
    cembree_occluded_many(tracer.scene.embree, lines, Int32(openedCount), isHidden)
    rays &+= UInt64(openedCount)
    for i in 0..<openedCount where isHidden[i] == 0 && boundary.isUndivided(opened[i].sight, &rays) {
      (seen + seenCount).initialize(from: opened + i, count: 1)
      seenCount += 1
      let sides = boundary.sides(opened[i].sight)
      wave.append(opened[i].sampler, at: sides.before)
      wave.append(opened[i].sampler, at: sides.after)
      if wave.isFull { settle(&rays, body) }
    }
    openedCount = 0
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
