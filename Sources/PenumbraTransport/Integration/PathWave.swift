import CEmbree

/// Camera paths that are traced side by side, bounce by bounce: Embree takes their rays in packets, and those that meet
/// diffuse meshes scatter in packets, too. What a path finds does not depend on its neighbours beyond the rounding of
/// Embree's packets, and which paths share a wave depends on the film and the number of samples alone.
final class PathWave {
  /// Paths in a wave: enough for full packets when most have ended, few enough for the nearest cache.
  static let capacity = 64

  /// A path and where its result belongs.
  struct Lane {
    var path: PathState
    var sampler: PathSampler
    /// Of the tile.
    var pixel: Int
    /// Position in the pixel, in [0, 1)².
    var place: SIMD2<Float>
    var weight: Float
  }

  /// Light that arrives at a path if its shadow ray meets nothing.
  struct Candidate {
    var path: UnsafeMutablePointer<Lane>
    var contribution: Spectrum
    var vertex: UnsafeMutablePointer<PathVertex>?
  }

  private(set) var count = 0
  private let lanes = UnsafeMutablePointer<Lane>.allocate(capacity: capacity)
  /// Rays of the lanes that go on, and those that follow them.
  private let rays = UnsafeMutablePointer<CEmbreeRay>.allocate(capacity: 2 * capacity)
  private let hits = UnsafeMutablePointer<CEmbreeHit>.allocate(capacity: capacity)
  /// Lanes that go on.
  private let active = UnsafeMutablePointer<Int>.allocate(capacity: capacity)
  // One more than there can be: what does not count is written and overwritten.
  private let shadowRays = UnsafeMutablePointer<CEmbreeRay>.allocate(capacity: capacity + 1)
  private let candidates = UnsafeMutablePointer<Candidate>.allocate(capacity: capacity + 1)
  private let isBlocked = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
  private let packet = DiffusePacket()

  deinit {
    lanes.deallocate()
    rays.deallocate()
    hits.deallocate()
    active.deallocate()
    shadowRays.deallocate()
    candidates.deallocate()
    isBlocked.deallocate()
    packet.deallocate()
  }

  var isFull: Bool { count == Self.capacity }

  @inline(__always) func append(_ lane: Lane) {
    (lanes + count).initialize(to: lane)
    count += 1
  }

  /// Traces all paths, hands each to `body` in the order in which they were added, and empties the wave.
  @inline(__always)
  func finish(_ tracer: PathTracer, _ statistics: inout RenderStatistics, _ body: (UnsafePointer<Lane>) -> Void) {
    var unrecorded = Unrecorded()
    withUnsafeMutablePointer(to: &unrecorded) { trace(tracer, $0, &statistics.rays) }
    for i in 0..<count {
      if lanes[i].path.radiance.isFinite { body(lanes + i) } else { statistics.rejectedNonFinite += 1 }
    }
    count = 0
  }

  /// Traces all paths and keeps them until `removeAll`.
  ///
  /// - Parameter recorders: one for each path, in the order in which they were added; one for all where nothing is recorded.
  func trace<Recorder: PathRecorder>(
    _ tracer: PathTracer, _ recorders: UnsafeMutablePointer<Recorder>, _ rays: inout UInt64
  ) {
    if tracer.maxDepth <= 0 {
      for i in 0..<count { lanes[i].path.alpha = 0 }
    } else if tracer.quantity == .radiance {
      tracePaths(tracer, recorders, &rays)
    } else {
      findFirstSurfaces(tracer, recorders, &rays)
    }
  }

  subscript(_ number: Int) -> UnsafePointer<Lane> { UnsafePointer(lanes + number) }

  func removeAll() { count = 0 }

  private func findFirstSurfaces<Recorder: PathRecorder>(
    _ tracer: PathTracer, _ recorders: UnsafeMutablePointer<Recorder>, _ rayCount: inout UInt64
  ) {
    for i in 0..<count {
      let estimate = tracer.firstSurface(
        along: lanes[i].path.ray, &recorders[Recorder.isRecording ? i : 0], &rayCount)
      (lanes[i].path.radiance, lanes[i].path.alpha) = (estimate.radiance, estimate.alpha)
    }
  }

  private func tracePaths<Recorder: PathRecorder>(
    _ tracer: PathTracer, _ recorders: UnsafeMutablePointer<Recorder>, _ rayCount: inout UInt64
  ) {
    var packet = packet
    var going = count
    var (current, following) = (rays, rays + Self.capacity)
    for i in 0..<count {
      active[i] = i
      current[i] = CEmbreeRay(lanes[i].path.ray)
    }
    // Camera rays of one pixel go the same way.
    var isFirst = true
    while going > 0 {
      cembree_intersect_many(tracer.scene.embree, current, Int32(going), isFirst ? 1 : 0, hits)
      rayCount &+= UInt64(going)
      var output = DiffusePacket.Output(
        shadowRays: shadowRays, candidates: candidates, active: active, rays: following)
      for i in 0..<going {
        let number = active[i]
        let lane = lanes + number
        let recorder = recorders + (Recorder.isRecording ? number : 0)
        if let shape = DiffusePacket.shape(hits[i], in: tracer.scene),
          shape.pointee.emitter < 0 || !(tracer.hideEmitters && lane.pointee.path.isDirect)
        {
          let vertex = meet(hits[i], current[i], shape, tracer, &lane.pointee.path, &recorder.pointee)
          if lane.pointee.path.depth + 1 >= tracer.maxDepth { continue }
          packet.append(lane, number: number, current + i, hits + i, vertex, in: tracer.scene)
          if packet.isFull { packet.scatter(tracer, Recorder.self, &output) }
        } else {
          lane.pointee.path.ray = Ray(current[i])
          scatter(lane, number, hits[i], tracer, &recorder.pointee, &output)
        }
      }
      if packet.count > 0 { packet.scatter(tracer, Recorder.self, &output) }
      cembree_occluded_many(tracer.scene.embree, shadowRays, Int32(output.shadows), isBlocked)
      rayCount &+= UInt64(output.shadows)
      for i in 0..<output.shadows where isBlocked[i] == 0 {
        candidates[i].path.pointee.path.radiance += candidates[i].contribution
        if Recorder.isRecording, let vertex = candidates[i].vertex { vertex.pointee.hasLight = true }
      }
      going = output.next
      (current, following) = (following, current)
      isFirst = false
    }
  }

  /// What comes before scattering on a diffuse mesh: its emission.
  @inline(__always)
  private func meet<Recorder: PathRecorder>(
    _ hit: CEmbreeHit, _ ray: CEmbreeRay, _ shape: UnsafePointer<ShapeRecord>, _ tracer: PathTracer,
    _ path: inout PathState, _ recorder: inout Recorder
  ) -> UnsafeMutablePointer<PathVertex>? {
    let vertex = recorder.newVertex()
    if let vertex { vertex.pointee.begin(.end, throughput: path.throughput, direction: Ray(ray).direction) }
    let isLast = path.depth + 1 >= tracer.maxDepth
    guard shape.pointee.emitter >= 0 || (Recorder.isRecording && isLast) else { return vertex }
    path.ray = Ray(ray)
    guard let surface = tracer.scene.surface(hit, along: path.ray) else { return vertex }
    if shape.pointee.emitter >= 0 { tracer.addEmission(of: shape.pointee.emitter, at: surface, &path, vertex) }
    vertex?.pointee.hit = surface
    return vertex
  }

  /// One path by itself.
  @inline(never)
  private func scatter<Recorder: PathRecorder>(
    _ lane: UnsafeMutablePointer<Lane>, _ number: Int, _ hit: CEmbreeHit, _ tracer: PathTracer,
    _ recorder: inout Recorder, _ output: inout DiffusePacket.Output
  ) {
    var light: PathTracer.LightCandidate?
    let goesOn = tracer.arrive(
      tracer.scene.surface(hit, along: lane.pointee.path.ray), &lane.pointee.path, &lane.pointee.sampler, &recorder,
      &light)
    if let light {
      output.shadowRays[output.shadows] = CEmbreeRay(light.shadow)
      output.candidates[output.shadows] = Candidate(
        path: lane, contribution: light.contribution, vertex: light.vertex)
      output.shadows += 1
    }
    if goesOn {
      output.rays[output.next] = CEmbreeRay(lane.pointee.path.ray)
      output.active[output.next] = number
      output.next += 1
    }
  }
}

extension CEmbreeRay {
  @inline(__always) fileprivate init(_ ray: Ray) {
    self.init(
      ox: ray.origin.x, oy: ray.origin.y, oz: ray.origin.z, near: ray.near, dx: ray.direction.x, dy: ray.direction.y,
      dz: ray.direction.z, far: ray.far)
  }
}

extension Ray {
  @inline(__always) fileprivate init(_ ray: CEmbreeRay) {
    self.init(
      origin: Vector3(ray.ox, ray.oy, ray.oz), direction: Vector3(ray.dx, ray.dy, ray.dz), near: ray.near, far: ray.far)
  }
}
