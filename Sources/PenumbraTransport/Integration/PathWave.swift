import CEmbree

/// Camera paths that are traced side by side, bounce by bounce: Embree takes their rays in packets, and those that meet
/// materials of one kind scatter in packets, too. What a path finds does not depend on its neighbours beyond the rounding of
/// Embree's packets, and which paths share a wave depends on the film and the number of samples alone.
final class PathWave {
  /// Paths in a wave: enough for full packets when most have ended, few enough for the nearest cache.
  static let capacity = 64
  /// The same where nothing is recorded, which leaves more of the cache.
  static let imageCapacity = 128

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

  /// Where the paths start on film and lens.
  let starts: UnsafeMutablePointer<SIMD4<Float>>
  /// Of eight samples that start together: where they are in their pixel, and what their samplers are made from.
  let places: UnsafeMutablePointer<SIMD4<Float>>
  let samplerStates: UnsafeMutablePointer<UInt64>

  /// Light that arrives at a path if its shadow ray meets nothing.
  struct Candidate {
    var path: UnsafeMutablePointer<Lane>
    var contribution: Spectrum
    var vertex: UnsafeMutablePointer<PathVertex>?
  }

  let capacity: Int
  var count = 0
  /// Whether `hits` are those of the first rays.
  private var hasLooked = false
  let lanes: UnsafeMutablePointer<Lane>
  /// A path that has not started: copied as a whole, in fewer steps than its numbers one by one.
  private let unstarted: UnsafeMutablePointer<Lane>
  /// Rays of the lanes that go on, and those that follow them.
  private let rays: UnsafeMutablePointer<CEmbreeRay>
  /// The shape that each ray cannot meet again, −1 for none.
  private let left: UnsafeMutablePointer<Float>
  private let hits: UnsafeMutablePointer<CEmbreeHit>
  /// Lanes that go on.
  let active: UnsafeMutablePointer<Int>
  /// Those whose last rays are asked for nothing but the sky.
  let ending: UnsafeMutablePointer<Int>
  // One more than there can be: what does not count is written and overwritten.
  let shadowRays: UnsafeMutablePointer<CEmbreeRay>
  let shadowLeft: UnsafeMutablePointer<Float>
  private let candidates: UnsafeMutablePointer<Candidate>
  let isBlocked: UnsafeMutablePointer<UInt8>
  let intersector: WaveIntersector
  private let room = PacketRoom()
  /// One for each `PacketKind`.
  private let packets: UnsafeMutablePointer<ScatteringPacket>

  let sky: UnsafeMutablePointer<SkyPacket>

  /// - Parameter capacity: the most paths, a multiple of eight.
  init(capacity: Int = PathWave.capacity) {
    self.capacity = capacity
    lanes = .allocate(capacity: capacity)
    unstarted = .allocate(capacity: 1)
    unstarted.initialize(
      to: Lane(
        path: PathState(), sampler: PathSampler(state: 0, index: 0), pixel: 0, place: .zero, weight: 1))
    rays = .allocate(capacity: 2 * capacity)
    left = .allocate(capacity: 2 * capacity)
    hits = .allocate(capacity: capacity)
    active = .allocate(capacity: capacity)
    ending = .allocate(capacity: capacity)
    shadowRays = .allocate(capacity: capacity + 1)
    shadowLeft = .allocate(capacity: capacity + 8)
    candidates = .allocate(capacity: capacity + 1)
    isBlocked = .allocate(capacity: capacity)
    intersector = WaveIntersector(capacity: capacity)
    starts = .allocate(capacity: capacity + 8)
    starts.initialize(repeating: .zero, count: capacity + 8)
    places = .allocate(capacity: 8)
    samplerStates = UnsafeMutableRawPointer.allocate(byteCount: 8 * SamplerPacket.stateCount, alignment: 32)
      .bindMemory(to: UInt64.self, capacity: SamplerPacket.stateCount)
    left.initialize(repeating: -1, count: 2 * capacity)
    shadowLeft.initialize(repeating: -1, count: capacity + 8)
    sky = .allocate(capacity: 1)
    sky.initialize(to: SkyPacket())
    packets = .allocate(capacity: PacketKind.allCases.count)
    for (i, kind) in PacketKind.allCases.enumerated() {
      (packets + i).initialize(to: ScatteringPacket(kind, room))
    }
  }

  deinit {
    lanes.deallocate()
    unstarted.deallocate()
    rays.deallocate()
    left.deallocate()
    hits.deallocate()
    active.deallocate()
    ending.deallocate()
    shadowRays.deallocate()
    shadowLeft.deallocate()
    intersector.deallocate()
    candidates.deallocate()
    isBlocked.deallocate()
    for i in PacketKind.allCases.indices { packets[i].deallocate() }
    packets.deallocate()
    starts.deallocate()
    places.deallocate()
    samplerStates.deallocate()
    sky.pointee.deallocate()
    sky.deallocate()
    room.deallocate()
  }

  var isFull: Bool { count == capacity }

  /// Adds a path from a place on the film.
  ///
  /// - Parameters:
  ///   - pixel: of the tile.
  ///   - place: position in the pixel.
  @inline(__always)
  func append(_ sampler: PathSampler, at sample: CameraSample, pixel: Int = 0, place: SIMD2<Float> = .zero) {
    start(count, sampler, pixel: pixel, place: place, weight: sample.weight)
    starts[count] = SIMD4(lowHalf: sample.film, highHalf: sample.lens)
    count += 1
  }

  /// Puts a path in its place, but for where it starts.
  @inline(__always)
  func start(_ number: Int, _ sampler: PathSampler, pixel: Int, place: SIMD2<Float>, weight: Float) {
    let lane = lanes + number
    lane.initialize(from: unstarted, count: 1)
    lane.pointee.sampler = sampler
    (lane.pointee.pixel, lane.pointee.place, lane.pointee.weight) = (pixel, place, weight)
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
    if !hasLooked { CameraPacket(tracer).writeRays(starts, count: count, self.rays) }
    if tracer.maxDepth <= 0 {
      for i in 0..<count { lanes[i].path.alpha = 0 }
    } else if tracer.quantity == .radiance {
      tracePaths(tracer, areCameraRays: true, recorders, &rays)
    } else {
      findFirstSurfaces(tracer, recorders, &rays)
    }
  }

  /// Traces the first rays from the camera alone, for who asks for what they meet; `trace` goes on from there.
  func look(_ tracer: PathTracer, _ rays: inout UInt64) {
    CameraPacket(tracer).writeRays(starts, count: count, self.rays)
    intersector.intersect(self.rays, left: left, count: count, areCoherent: true, tracer.scene, hits)
    rays &+= UInt64(count)
    hasLooked = true
  }

  /// The first ray of a path, how far it went and what it met: after `look` and before `trace`.
  @inline(__always) func firstRay(_ number: Int) -> Ray { Ray(rays[number]) }

  /// Infinite where it met nothing.
  @inline(__always) func firstDistance(_ number: Int) -> Float {
    hits[number].geometry == .max ? .infinity : hits[number].t
  }

  func firstSurface(_ number: Int, _ scene: KernelScene) -> SurfaceHit? {
    scene.surface(hits[number], along: firstRay(number))
  }

  /// Ends a path whose result is not wanted before it is traced.
  func leaveOut(_ number: Int) { hits[number].geometry = .max }

  /// Adds a path that starts in the middle of the scene: as in `PathTracer.indirectRadiance`.
  ///
  /// - Parameter depth: scattering events before it.
  func append(_ sampler: PathSampler, depth: Int) {
    start(count, sampler, pixel: 0, place: .zero, weight: 1)
    lanes[count].path.startScattered(depth: depth)
    count += 1
  }

  /// Traces all paths along rays of their own, of which the first hits are known.
  func trace(
    _ tracer: PathTracer, along starts: UnsafePointer<CEmbreeRay>, to hits: UnsafePointer<CEmbreeHit>,
    _ rays: inout UInt64
  ) {
    self.rays.update(from: starts, count: count)
    self.hits.update(from: hits, count: count)
    hasLooked = true
    var unrecorded = Unrecorded()
    withUnsafeMutablePointer(to: &unrecorded) { tracePaths(tracer, areCameraRays: false, $0, &rays) }
  }

  subscript(_ number: Int) -> UnsafePointer<Lane> { UnsafePointer(lanes + number) }

  func removeAll() { (count, hasLooked) = (0, false) }

  private func findFirstSurfaces<Recorder: PathRecorder>(
    _ tracer: PathTracer, _ recorders: UnsafeMutablePointer<Recorder>, _ rayCount: inout UInt64
  ) {
    for i in 0..<count {
      let estimate = tracer.firstSurface(
        along: Ray(self.rays[i]), &recorders[Recorder.isRecording ? i : 0], &rayCount)
      (lanes[i].path.radiance, lanes[i].path.alpha) = (estimate.radiance, estimate.alpha)
    }
  }

  /// - Parameter areCameraRays: whether the first rays go the same way, and all that they meet counts.
  private func tracePaths<Recorder: PathRecorder>(
    _ tracer: PathTracer, areCameraRays: Bool, _ recorders: UnsafeMutablePointer<Recorder>, _ rayCount: inout UInt64
  ) {
    let kinds = PacketKind.allCases.count
    var going = count
    var (current, following) = (rays, rays + capacity)
    var (currentLeft, followingLeft) = (left, left + capacity)
    for i in 0..<count { (active[i], currentLeft[i]) = (i, -1) }
    var areKnown = hasLooked
    let evenSky = Recorder.isRecording ? nil : evenSky(tracer)
    var isFirst = areCameraRays
    while going > 0 {
      if !isFirst && !areKnown {
        going = endPaths(current, currentLeft, going, tracer, recorders, evenSky, &rayCount)
        if going == 0 { break }
      }
      if !areKnown {
        intersector.intersect(
          current, left: currentLeft, count: going, areCoherent: isFirst, tracer.scene, hits)
        rayCount &+= UInt64(going)
      }
      areKnown = false
      var output = ScatteringPacket.Output(
        shadowRays: shadowRays, shadowLeft: shadowLeft, candidates: candidates, active: active, rays: following,
        left: followingLeft)
      for i in 0..<going {
        let number = active[i]
        let lane = lanes + number
        let recorder = recorders + (Recorder.isRecording ? number : 0)
        if let shape = tracer.scene.shape(hits[i]), let kind = shape.pointee.packetKind,
          shape.pointee.emitter < 0 || !(tracer.hideEmitters && lane.pointee.path.isDirect)
        {
          let vertex = meet(hits[i], current[i], shape, tracer, &lane.pointee.path, &recorder.pointee)
          if lane.pointee.path.depth + 1 >= tracer.maxDepth { continue }
          scatter(kind, lane, number, current + i, hits + i, shape, vertex, tracer, Recorder.self, &output)
        } else if let shape = tracer.scene.shape(hits[i]), shape.pointee.wrapsPackets,
          shape.pointee.emitter < 0 || !(tracer.hideEmitters && lane.pointee.path.isDirect)
        {
          let vertex = meet(hits[i], current[i], shape, tracer, &lane.pointee.path, &recorder.pointee)
          if lane.pointee.path.depth + 1 >= tracer.maxDepth { continue }
          // What is recorded says how each wrapper was passed.
          if !Recorder.isRecording, let kind = shape.pointee.turnedKind, hits[i].instance == .max {
            // The number that `scatterWrapped` draws.
            _ = lane.pointee.sampler.next1D()
            scatter(kind, lane, number, current + i, hits + i, shape, vertex, tracer, Recorder.self, &output)
          } else {
            scatterWrapped(lane, number, current + i, hits + i, shape, vertex, tracer, Recorder.self, &output)
          }
        } else if hits[i].geometry == .max && tracer.scene.emitters.environment < 0 {
          if lane.pointee.path.isDirect { lane.pointee.path.alpha = 0 }
        } else if hits[i].geometry == .max, let evenSky {
          Self.add(evenSky, to: &lane.pointee.path, tracer)
        } else if hits[i].geometry == .max && SkyPacket.takes(lane.pointee.path, tracer) {
          sky.pointee.append(lane, current + i, recorder.pointee.newVertex())
          if sky.pointee.isFull { sky.pointee.add(tracer.scene.emitters) }
        } else if hits[i].geometry == .max {
          lane.pointee.path.ray = Ray(current[i])
          tracer.addSky(&lane.pointee.path, &recorder.pointee)
        } else {
          lane.pointee.path.ray = Ray(current[i])
          scatter(lane, number, hits[i], tracer, &recorder.pointee, &output)
        }
      }
      if sky.pointee.count > 0 { sky.pointee.add(tracer.scene.emitters) }
      for kind in 0..<kinds where packets[kind].count > 0 { packets[kind].scatter(tracer, Recorder.self, &output) }
      intersector.occlude(shadowRays, left: shadowLeft, count: output.shadows, tracer.scene, isBlocked)
      rayCount &+= UInt64(output.shadows)
      for i in 0..<output.shadows where isBlocked[i] == 0 {
        candidates[i].path.pointee.path.radiance += candidates[i].contribution
        if Recorder.isRecording, let vertex = candidates[i].vertex { vertex.pointee.hasLight = true }
      }
      going = output.next
      (current, following) = (following, current)
      (currentLeft, followingLeft) = (followingLeft, currentLeft)
      isFirst = false
    }
  }

  /// What comes before scattering: the surface's emission.
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

  /// Adds a path to the packet of a material's kind, and scatters that when it is full.
  @inline(__always)
  private func scatter<Recorder: PathRecorder>(
    _ kind: PacketKind, _ lane: UnsafeMutablePointer<Lane>, _ number: Int, _ ray: UnsafePointer<CEmbreeRay>,
    _ hit: UnsafePointer<CEmbreeHit>, _ shape: UnsafePointer<ShapeRecord>, _ vertex: UnsafeMutablePointer<PathVertex>?,
    _ tracer: PathTracer, _ recorder: Recorder.Type, _ output: inout ScatteringPacket.Output
  ) {
    let packet = packets + Int(kind.rawValue)
    packet.pointee.append(lane, number: number, ray, hit, shape, vertex, in: tracer.scene)
    if packet.pointee.isFull { packet.pointee.scatter(tracer, Recorder.self, &output) }
  }

  /// Resolves the wrappers around a material, as `PathTracer.scatterWrapped` does, and adds the path to the packet of what
  /// they chose.
  @inline(never)
  private func scatterWrapped<Recorder: PathRecorder>(
    _ lane: UnsafeMutablePointer<Lane>, _ number: Int, _ ray: UnsafePointer<CEmbreeRay>,
    _ hit: UnsafePointer<CEmbreeHit>, _ shape: UnsafePointer<ShapeRecord>, _ vertex: UnsafeMutablePointer<PathVertex>?,
    _ tracer: PathTracer, _ recorder: Recorder.Type, _ output: inout ScatteringPacket.Output
  ) {
    let scene = tracer.scene
    let along = Ray(ray.pointee)
    guard var surface = scene.surface(hit.pointee, along: along) else { return }
    let inputs = ValueInputs(textures: scene.textures(at: surface), uv: surface.uv)
    var choices = DrawnChoices(lane.pointee.sampler.next1D(), explores: tracer.exploresChoices)
    let wrapper = WrapperChain(scene: scene, root: shape.pointee.material).resolve(
      scene.surfacePoint(surface, frame: surface.frame), direction: Vector(along.direction), inputs, &choices)
    guard let kind = scene.materials[Int(wrapper.material)].packetKind else { return }
    let plainFrame = surface.frame
    surface.frame = wrapper.frame.value
    if let vertex {
      vertex.pointee.hit = surface
      vertex.pointee.wrapper = shape.pointee.material
      vertex.pointee.choices = choices.bits
      vertex.pointee.plainFrame = plainFrame
    }
    let packet = packets + Int(kind.rawValue)
    packet.pointee.append(lane, number: number, ray, hit, shape, vertex, surface, wrapper, in: scene)
    if packet.pointee.isFull { packet.pointee.scatter(tracer, Recorder.self, &output) }
  }

  /// One path by itself.
  @inline(never)
  private func scatter<Recorder: PathRecorder>(
    _ lane: UnsafeMutablePointer<Lane>, _ number: Int, _ hit: CEmbreeHit, _ tracer: PathTracer,
    _ recorder: inout Recorder, _ output: inout ScatteringPacket.Output
  ) {
    var light: PathTracer.LightCandidate?
    let goesOn = tracer.arrive(
      tracer.scene.surface(hit, along: lane.pointee.path.ray), &lane.pointee.path, &lane.pointee.sampler, &recorder,
      &light)
    if let light {
      output.shadowRays[output.shadows] = CEmbreeRay(light.shadow)
      output.shadowLeft[output.shadows] = -1
      output.candidates[output.shadows] = Candidate(
        path: lane, contribution: light.contribution, vertex: light.vertex)
      output.shadows += 1
    }
    if goesOn {
      output.rays[output.next] = CEmbreeRay(lane.pointee.path.ray)
      output.left[output.next] = -1
      output.active[output.next] = number
      output.next += 1
    }
  }
}

extension UnsafePointer<CEmbreeRay> {
  /// A ray's origin and near end, and its direction and far end.
  @inline(__always) var halves: UnsafePointer<SIMD4<Float>> {
    UnsafeRawPointer(self).assumingMemoryBound(to: SIMD4<Float>.self)
  }
}

extension CEmbreeRay {
  @inline(__always) init(_ ray: Ray) {
    self.init(
      ox: ray.origin.x, oy: ray.origin.y, oz: ray.origin.z, near: ray.near, dx: ray.direction.x, dy: ray.direction.y,
      dz: ray.direction.z, far: ray.far)
  }
}

extension Ray {
  @inline(__always) init(_ ray: CEmbreeRay) {
    self.init(
      origin: Vector3(ray.ox, ray.oy, ray.oz), direction: Vector3(ray.dx, ray.dy, ray.dz), near: ray.near, far: ray.far)
  }
}
