/// Paths to points of surfaces at grazing angles, traced side by side.
final class GrazingBatch {
  private let boundary: GrazingBoundary
  private let wave = PathWave()
  /// Of each path of the wave.
  private let arenas = UnsafeMutablePointer<PathArena>.allocate(capacity: PathWave.capacity)
  private let entries = UnsafeMutablePointer<Entry>.allocate(capacity: PathWave.capacity)

  /// A drawn point with the path that looked for it.
  struct Entry {
    var point: GrazingSurfaces.Point
    /// Where the camera sees the point.
    var pixel: SIMD2<Float>
    var place: CameraSample
    /// Of the path that is complete: at least one vertex.
    var path: PathArena
  }

  init(_ boundary: GrazingBoundary) {
    self.boundary = boundary
    for i in 0..<PathWave.capacity { (arenas + i).initialize(to: PathArena(capacity: 0)) }
  }

  deinit {
    for i in 0..<PathWave.capacity { arenas[i].deallocate() }
    arenas.deallocate()
    entries.deallocate()
  }

  /// Takes one sample in, and hands on those that are complete.
  ///
  /// - Parameters:
  ///   - choice: in [0, 1), stratified over samples.
  ///   - wants: asked with a film position in pixels before any ray is traced.
  @inline(__always)
  func add(
    choice: Float, sampler: PathSampler, rays: inout UInt64, wants: (SIMD2<Float>) -> Bool,
    _ body: (UnsafePointer<Entry>) -> Void
  ) {
    var sampler = sampler
    guard let (point, pixel) = boundary.draw(choice, sampler.next2D()), wants(pixel) else { return }
    let place = boundary.tracer.sensor.sample(at: pixel, lens: .zero)
    arenas[wave.count].removeAll()
    (entries + wave.count).initialize(to: Entry(point: point, pixel: pixel, place: place, path: arenas[wave.count]))
    wave.append(sampler, at: place)
    if wave.isFull { finish(rays: &rays, body) }
  }

  /// Completes all samples.
  @inline(__always)
  func finish(rays: inout UInt64, _ body: (UnsafePointer<Entry>) -> Void) {
    wave.trace(boundary.tracer, arenas, &rays)
    for i in 0..<wave.count where arenas[i].count > 0 && wave[i].pointee.path.radiance.isFinite {
      entries[i].path = arenas[i]
      body(entries + i)
    }
    wave.removeAll()
  }
}
