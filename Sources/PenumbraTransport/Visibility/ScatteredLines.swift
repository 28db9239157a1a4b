import CEmbree

/// Lines past edges whose light comes from a surface that scatters it: the paths behind them are traced side by side.
final class ScatteredLines {
  typealias Line = SecondaryBoundary.Line
  typealias End = SecondaryBoundary.End

  /// A line of which the camera's side is complete.
  struct Entry {
    var line: Line
    var end: End
    /// How its receiver is seen, where lines are also looked for from there.
    var glossy: GlossyView?
  }

  private let boundary: SecondaryBoundary
  private static let capacity = PathWave.capacity
  private let wave = PathWave()
  private let entries = UnsafeMutablePointer<Entry>.allocate(capacity: capacity)
  private let lines = UnsafeMutablePointer<CEmbreeRay>.allocate(capacity: capacity)
  private let hits = UnsafeMutablePointer<CEmbreeHit>.allocate(capacity: capacity)
  private let intersector = WaveIntersector(capacity: capacity)

  init(_ boundary: SecondaryBoundary) { self.boundary = boundary }

  deinit {
    entries.deallocate()
    lines.deallocate()
    hits.deallocate()
    intersector.deallocate()
  }

  var isFull: Bool { wave.isFull }

  @inline(__always)
  func append(_ line: UnsafePointer<Line>, _ end: End, _ glossy: GlossyView?) {
    lines[wave.count] = CEmbreeRay(Ray(origin: line.pointee.start, direction: line.pointee.direction))
    (entries + wave.count).initialize(to: Entry(line: line.pointee, end: end, glossy: glossy))
    wave.append(line.pointee.sampler, depth: line.pointee.scatterings)
  }

  /// Hands on the lines along which light arrives, and forgets all.
  @inline(__always)
  func finish(
    rays: inout UInt64, _ body: (UnsafeMutablePointer<Entry>, SecondaryBoundary.Source) -> Void
  ) {
    let count = wave.count
    guard count > 0 else { return }
    let tracer = boundary.tracer
    intersector.intersect(lines, count: count, tracer.scene, hits)
    rays &+= UInt64(count)
    wave.trace(tracer, along: lines, to: hits, &rays)
    for i in 0..<count {
      let radiance = wave[i].pointee.path.radiance
      guard radiance.isFinite, !radiance.isZero, let hit = tracer.scene.surface(hits[i], along: Ray(lines[i])) else {
        continue
      }
      let place = entries[i].line.place.position
      body(
        entries + i,
        SecondaryBoundary.Source(
          direction: entries[i].line.direction, distance: (hit.position - place).length, radiance: radiance,
          motion: .surface(hit)))
    }
    wave.removeAll()
  }
}
