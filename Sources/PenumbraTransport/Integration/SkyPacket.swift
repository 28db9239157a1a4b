import CEmbree

/// Up to eight paths of a wave that left a scene with an environment map: what `PathTracer.addSky` adds to one.
struct SkyPacket {
  private(set) var count = 0
  private let members: UnsafeMutablePointer<Member>
  private let rows: UnsafeMutablePointer<SIMD4<Float>>

  private struct Member {
    var path: UnsafeMutablePointer<PathWave.Lane>
    var ray: UnsafePointer<CEmbreeRay>
    var vertex: UnsafeMutablePointer<PathVertex>?
  }

  private static let rowCount = PacketSky.rowCount + 16

  init() {
    members = .allocate(capacity: 8)
    rows = .allocate(capacity: Self.rowCount)
    rows.initialize(repeating: .zero, count: Self.rowCount)
  }

  func deallocate() {
    members.deallocate()
    rows.deallocate()
  }

  var isFull: Bool { count == 8 }

  /// Whether a path that left the scene is added here.
  @inline(__always) static func takes(_ path: PathState, _ tracer: PathTracer) -> Bool {
    tracer.scene.emitters.hasMap && path.previousPdf >= 0 && !(tracer.hideEmitters && path.isDirect)
  }

  @inline(__always)
  mutating func append(
    _ path: UnsafeMutablePointer<PathWave.Lane>, _ ray: UnsafePointer<CEmbreeRay>,
    _ vertex: UnsafeMutablePointer<PathVertex>?
  ) {
    (members + count).initialize(to: Member(path: path, ray: ray, vertex: vertex))
    count += 1
  }

  /// Adds the light that the paths meet and empties the packet.
  @inline(never) mutating func add(_ emitters: EmitterTable) {
    let (directions, radiances) = (PacketRows(base: rows), PacketRows(base: rows + 8))
    let all = PacketBits(first: count)
    for lane in 0..<count {
      let ray = members[lane].ray.pointee
      directions[lane] = SIMD4(ray.dx, ray.dy, ray.dz, members[lane].path.pointee.path.previousPdf)
    }
    let columns = directions.columns
    let record = emitters.records + Int(emitters.environment)
    let sky = PacketSky(map: record.pointee.environment, values: emitters.values, rows: rows + 16)
    let (u, v, sine) = sky.coordinates(columns.vector)
    sky.radiances(u, v, all, into: radiances)
    var weight = Packet(repeating: 1)
    let isShared = columns.w .> 0
    let shared = PacketBits(isShared).intersection(all)
    if !shared.isEmpty, let distribution = record.pointee.distribution {
      let perArea = sky.densities(distribution, u, v, shared)
      let density = (perArea * (record.pointee.selection / (2 * .pi * .pi)) / sine).kept(where: sine .> 0)
      let ratio = density / columns.w
      weight = weight.replacing(with: 1 / (1 + ratio * ratio), where: isShared)
    }
    directions.store(columns.vector, weight)
    for lane in 0..<count {
      let path = members[lane].path
      let emitted = radiances[vector: lane]
      let weight = directions[lane].w
      let throughput = path.pointee.path.throughput
      path.pointee.path.radiance += throughput * emitted * weight
      guard let vertex = members[lane].vertex else { continue }
      vertex.pointee.begin(.escape, throughput: throughput, direction: directions[vector: lane])
      vertex.pointee.emitter = emitters.environment
      vertex.pointee.emitterWeight = weight
      vertex.pointee.emitted = emitted
    }
    count = 0
  }
}
