import CEmbree

/// Camera paths that are traced side by side, bounce by bounce: Embree takes their rays in packets, and the arithmetic of one
/// path overlaps with that of the next. Nothing is recorded. What a path finds does not depend on its neighbours beyond
/// the rounding of Embree's packets, and the paths of a wave depend on the film alone.
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

  private(set) var count = 0
  private let lanes = UnsafeMutablePointer<Lane>.allocate(capacity: capacity)
  private let rays = UnsafeMutablePointer<CEmbreeRay>.allocate(capacity: capacity)
  private let hits = UnsafeMutablePointer<CEmbreeHit>.allocate(capacity: capacity)
  /// Lanes that go on.
  private let active = UnsafeMutablePointer<Int>.allocate(capacity: capacity)
  private let shadowRays = UnsafeMutablePointer<CEmbreeRay>.allocate(capacity: capacity)
  private let shadowLanes = UnsafeMutablePointer<Int>.allocate(capacity: capacity)
  private let contributions = UnsafeMutablePointer<Spectrum>.allocate(capacity: capacity)
  private let isBlocked = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)

  deinit {
    lanes.deallocate()
    rays.deallocate()
    hits.deallocate()
    active.deallocate()
    shadowRays.deallocate()
    shadowLanes.deallocate()
    contributions.deallocate()
    isBlocked.deallocate()
  }

  var isFull: Bool { count == Self.capacity }

  @inline(__always) func append(_ lane: Lane) {
    (lanes + count).initialize(to: lane)
    count += 1
  }

  /// Traces all paths, hands each to `body` in the order in which they were added, and empties the wave.
  @inline(__always)
  func finish(_ tracer: PathTracer, _ statistics: inout RenderStatistics, _ body: (UnsafePointer<Lane>) -> Void) {
    if tracer.maxDepth <= 0 {
      for i in 0..<count { lanes[i].path.alpha = 0 }
    } else if tracer.quantity == .radiance {
      trace(tracer, &statistics.rays)
    } else {
      findFirstSurfaces(tracer, &statistics.rays)
    }
    for i in 0..<count {
      if lanes[i].path.radiance.isFinite { body(lanes + i) } else { statistics.rejectedNonFinite += 1 }
    }
    count = 0
  }

  private func findFirstSurfaces(_ tracer: PathTracer, _ rayCount: inout UInt64) {
    var recorder = Unrecorded()
    for i in 0..<count {
      let estimate = tracer.firstSurface(along: lanes[i].path.ray, &recorder, &rayCount)
      (lanes[i].path.radiance, lanes[i].path.alpha) = (estimate.radiance, estimate.alpha)
    }
  }

  private func trace(_ tracer: PathTracer, _ rayCount: inout UInt64) {
    var recorder = Unrecorded()
    var going = count
    for i in 0..<count { active[i] = i }
    var isFirst = true
    while going > 0 {
      for i in 0..<going { rays[i] = CEmbreeRay(lanes[active[i]].path.ray) }
      cembree_intersect_many(tracer.scene.embree, rays, Int32(going), isFirst ? 1 : 0, hits)
      isFirst = false
      rayCount &+= UInt64(going)
      var (next, shadows) = (0, 0)
      for i in 0..<going {
        let number = active[i]
        let lane = lanes + number
        var light: PathTracer.LightCandidate?
        let goesOn = tracer.arrive(
          tracer.scene.surface(hits[i], along: lane.pointee.path.ray), &lane.pointee.path, &lane.pointee.sampler,
          &recorder, &light)
        if let light {
          shadowRays[shadows] = CEmbreeRay(light.shadow)
          shadowLanes[shadows] = number
          contributions[shadows] = light.contribution
          shadows += 1
        }
        if goesOn {
          active[next] = number
          next += 1
        }
      }
      cembree_occluded_many(tracer.scene.embree, shadowRays, Int32(shadows), isBlocked)
      rayCount &+= UInt64(shadows)
      for i in 0..<shadows where isBlocked[i] == 0 { lanes[shadowLanes[i]].path.radiance += contributions[i] }
      going = next
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
