/// Samples of the picture's edges that are traced side by side: the paths on their two sides, which share their random
/// numbers, and go no further than the first surfaces where something hides the edge or none divides them.
final class PrimaryBatch {
  private let boundary: PrimaryBoundary
  private let wave = PathWave(capacity: 2 * capacity)
  /// Two paths each fill a wave.
  private static let capacity = PathWave.imageCapacity / 2

  /// A sample with what the paths on its two sides found.
  struct Entry {
    var sight: PrimaryBoundary.Sight
    var number: Int
    var isSeen = false
    var before = Spectrum.zero
    var after = Spectrum.zero
  }
  private var run = PrimaryBoundary.Run()
  private let entries = UnsafeMutablePointer<Entry>.allocate(capacity: capacity)
  private var count = 0

  init(_ boundary: PrimaryBoundary) { self.boundary = boundary }

  deinit { entries.deallocate() }

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
    var sampler = sampler
    guard let sight = boundary.sight(choice: choice, &sampler, &run), wants(sight.pixel) else { return }
    (entries + count).initialize(to: Entry(sight: sight, number: number))
    let sides = boundary.sides(sight)
    wave.append(sampler, at: sides.before)
    wave.append(sampler, at: sides.after)
    count += 1
    if wave.isFull { finish(rays: &rays, body) }
  }

  /// Completes all samples.
  @inline(__always)
  func finish(rays: inout UInt64, _ body: (UnsafePointer<Entry>) -> Void) {
    trace(&rays)
    for i in 0..<count where entries[i].isSeen { body(entries + i) }
    wave.removeAll()
    count = 0
  }

  private func trace(_ rays: inout UInt64) {
    wave.look(boundary.tracer, &rays)
    for i in 0..<count {
      entries[i].isSeen = isSeen(i)
      guard !entries[i].isSeen else { continue }
      wave.leaveOut(2 * i)
      wave.leaveOut(2 * i + 1)
    }
    var unrecorded = Unrecorded()
    withUnsafeMutablePointer(to: &unrecorded) { wave.trace(boundary.tracer, $0, &rays) }
    for i in 0..<count { (entries[i].before, entries[i].after) = (radiance(2 * i), radiance(2 * i + 1)) }
  }

  /// Whether nothing hides the curve's point, and it divides what is seen.
  @inline(__always) private func isSeen(_ i: Int) -> Bool {
    let (before, after) = (2 * i, 2 * i + 1)
    guard
      boundary.isSeen(
        entries[i].sight, along: wave.firstRay(before), (wave.firstDistance(before), wave.firstDistance(after)))
    else { return false }
    guard entries[i].sight.mayBeDivided else { return true }
    let scene = boundary.tracer.scene
    return boundary.isUndivided(
      entries[i].sight, (wave.firstSurface(before, scene), wave.firstSurface(after, scene)))
  }

  private func radiance(_ lane: Int) -> Spectrum {
    let value = wave[lane].pointee.path.radiance
    return value.isFinite ? value : .zero
  }
}
