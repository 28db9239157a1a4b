/// Paths to points of surfaces at grazing angles, traced side by side.
final class GrazingBatch {
  private let boundary: GrazingBoundary
  private let wave = PathWave()
  /// Of each path of the wave.
  private let arenas = UnsafeMutablePointer<PathArena>.allocate(capacity: PathWave.capacity)
  private let opened = UnsafeMutablePointer<Opened>.allocate(capacity: PathWave.capacity)

  private struct Opened {
    var point: GrazingSurfaces.Point
    var pixel: SIMD2<Float>
    var place: CameraSample
  }

  /// A drawn point with the path that looked for it.
  struct Entry {
    let point: GrazingSurfaces.Point
    /// Where the camera sees the point.
    let pixel: SIMD2<Float>
    let place: CameraSample
    /// At least one.
    let vertices: UnsafeMutablePointer<PathVertex>
    let count: Int
  }

  init(_ boundary: GrazingBoundary) {
    self.boundary = boundary
    for i in 0..<PathWave.capacity { (arenas + i).initialize(to: PathArena(capacity: 0)) }
  }

  deinit {
    for i in 0..<PathWave.capacity { arenas[i].deallocate() }
    arenas.deallocate()
    opened.deallocate()
  }

  /// Takes one sample in, and hands on those that are complete.
  ///
  /// - Parameters:
  ///   - choice: in [0, 1), stratified over samples.
  ///   - wants: asked with a film position in pixels before any ray is traced.
  @inline(__always)
  func add(
    choice: Float, sampler: PathSampler, rays: inout UInt64, wants: (SIMD2<Float>) -> Bool, _ body: (Entry) -> Void
  ) {
    var sampler = sampler
    guard let (point, pixel) = boundary.draw(choice, sampler.next2D()), wants(pixel) else { return }
    let place = boundary.tracer.sensor.sample(at: pixel, lens: .zero)
    arenas[wave.count].removeAll()
    (opened + wave.count).initialize(to: Opened(point: point, pixel: pixel, place: place))
    wave.append(sampler, at: place)
    if wave.isFull { finish(rays: &rays, body) }
  }

  /// Completes all samples.
  @inline(__always)
  func finish(rays: inout UInt64, _ body: (Entry) -> Void) {
    wave.trace(boundary.tracer, arenas, &rays)
    for i in 0..<wave.count where arenas[i].count > 0 && wave[i].pointee.path.radiance.isFinite {
      body(
        Entry(
          point: opened[i].point, pixel: opened[i].pixel, place: opened[i].place, vertices: arenas[i].base,
          count: arenas[i].count))
    }
    wave.removeAll()
  }
}
