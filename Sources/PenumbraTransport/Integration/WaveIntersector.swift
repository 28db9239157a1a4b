import CEmbree

/// What the rays of a wave meet: the sieve has the first word, and Embree the rest.
struct WaveIntersector {
  // Origins and near ends, directions and far ends, hits; eight rows each.
  private let rows: UnsafeMutablePointer<SIMD4<Float>>
  /// Rays that are Embree's, and their places among all.
  private let passed: UnsafeMutablePointer<CEmbreeRay>
  private let places: UnsafeMutablePointer<Int>
  private let hits: UnsafeMutablePointer<CEmbreeHit>
  private let isBlocked: UnsafeMutablePointer<UInt8>
  /// For rays that leave no shape: −1 each.
  private let none: UnsafeMutablePointer<Float>

  /// - Parameter capacity: the most rays that are traced at once.
  init(capacity: Int) {
    rows = .allocate(capacity: 24)
    rows.initialize(repeating: .zero, count: 24)
    passed = .allocate(capacity: capacity)
    places = .allocate(capacity: capacity)
    hits = .allocate(capacity: capacity)
    isBlocked = .allocate(capacity: capacity)
    none = .allocate(capacity: capacity + 8)
    none.initialize(repeating: -1, count: capacity + 8)
  }

  func deallocate() {
    rows.deallocate()
    passed.deallocate()
    places.deallocate()
    hits.deallocate()
    isBlocked.deallocate()
    none.deallocate()
  }

  /// Eight rays from memory; those behind the last repeat it.
  @inline(__always) private func load(_ rays: UnsafePointer<CEmbreeRay>, _ count: Int) -> PacketRays {
    for lane in 0..<8 {
      let ray = (rays + min(lane, count - 1)).halves
      rows[lane] = ray[0]
      rows[8 + lane] = ray[1]
    }
    let (origins, directions) = (PacketRows(base: rows).columns, PacketRows(base: rows + 8).columns)
    return PacketRays(
      origin: origins.vector, direction: directions.vector, near: origins.w, far: directions.w)
  }

  /// Nearest hits.
  ///
  /// - Parameters:
  ///   - left: per ray, the shape that it cannot meet again, −1 for none; readable to a multiple of eight.
  ///   - areCoherent: whether the rays start together and go the same way.
  @inline(never)
  func intersect(
    _ rays: UnsafePointer<CEmbreeRay>, left: UnsafePointer<Float>, count: Int, areCoherent: Bool, _ scene: KernelScene,
    _ result: UnsafeMutablePointer<CEmbreeHit>
  ) {
    // Rays that go the same way share their way through the hierarchy: nothing is faster.
    guard let sieve = scene.sieve, !areCoherent else {
      return cembree_intersect_many(scene.embree, rays, Int32(count), areCoherent ? 1 : 0, result)
    }
    let found = PacketRows(base: rows + 16)
    var passing = 0
    for first in stride(from: 0, to: count, by: 8) {
      let n = min(8, count - first)
      let packet = load(rays + first, n)
      let met = sieve.pointee.triangles.firstHits(packet)
      found.store(PacketVector(met.distance, met.b1, met.b2), met.number)
      for lane in 0..<n {
        let row = found[lane]
        guard row.w >= 0 else {
          result[first + lane].geometry = .max
          continue
        }
        let triangle = sieve.pointee.triangles.triangles + Int(row.w)
        result[first + lane] = CEmbreeHit(
          t: row.x, u: row.y, v: row.z, geometry: triangle.pointee.geometry, primitive: triangle.pointee.primitive,
          instance: .max)
      }
      if sieve.pointee.bodies.count == 0 { continue }
      let passes = PacketBits(
        sieve.pointee.bodies.mayMeet(packet, before: met.distance, left: (left + first).eight))
      for lane in 0..<n where passes.contains(lane) {
        passed[passing] = rays[first + lane]
        places[passing] = first + lane
        passing += 1
      }
    }
    guard passing > 0 else { return }
    cembree_intersect_many(scene.embree, passed, Int32(passing), 0, hits)
    for i in 0..<passing { result[places[i]] = hits[i] }
  }

  /// Nearest hits of rays that leave no shape and go all ways.
  @inline(__always)
  func intersect(
    _ rays: UnsafePointer<CEmbreeRay>, count: Int, _ scene: KernelScene, _ result: UnsafeMutablePointer<CEmbreeHit>
  ) {
    intersect(rays, left: none, count: count, areCoherent: false, scene, result)
  }

  /// Whether each of the rays is blocked, which leave no shape.
  @inline(__always)
  func occlude(
    _ rays: UnsafePointer<CEmbreeRay>, count: Int, _ scene: KernelScene, _ result: UnsafeMutablePointer<UInt8>
  ) {
    occlude(rays, left: none, count: count, scene, result)
  }

  /// Whether each ray is blocked.
  @inline(never)
  func occlude(
    _ rays: UnsafePointer<CEmbreeRay>, left: UnsafePointer<Float>, count: Int, _ scene: KernelScene,
    _ result: UnsafeMutablePointer<UInt8>
  ) {
    guard let sieve = scene.sieve else {
      return cembree_occluded_many(scene.embree, rays, Int32(count), result)
    }
    var passing = 0
    for first in stride(from: 0, to: count, by: 8) {
      let n = min(8, count - first)
      let packet = load(rays + first, n)
      let blocked = sieve.pointee.triangles.blocks(packet, PacketBits(first: n))
      for lane in 0..<n { result[first + lane] = blocked.contains(lane) ? 1 : 0 }
      if sieve.pointee.bodies.count == 0 { continue }
      let passes = PacketBits(
        sieve.pointee.bodies.mayMeet(packet, before: packet.far, left: (left + first).eight))
      for lane in 0..<n where passes.contains(lane) && !blocked.contains(lane) {
        passed[passing] = rays[first + lane]
        places[passing] = first + lane
        passing += 1
      }
    }
    guard passing > 0 else { return }
    cembree_occluded_many(scene.embree, passed, Int32(passing), isBlocked)
    for i in 0..<passing { result[places[i]] = isBlocked[i] }
  }

  /// Which rays may meet one of the boxes.
  ///
  /// - Parameter left: per ray, the shape that it cannot meet again, −1 for none; readable to a multiple of eight.
  @inline(never)
  func find(
    _ boxes: BodyBoxes, _ rays: UnsafePointer<CEmbreeRay>, left: UnsafePointer<Float>, count: Int,
    _ result: UnsafeMutablePointer<UInt8>
  ) {
    for first in stride(from: 0, to: count, by: 8) {
      let n = min(8, count - first)
      let packet = load(rays + first, n)
      let meets = PacketBits(boxes.mayMeet(packet, before: packet.far, left: (left + first).eight))
      for lane in 0..<n { result[first + lane] = meets.contains(lane) ? 1 : 0 }
    }
  }
}
