import CEmbree

/// Up to eight paths of a wave that met diffuse meshes: they scatter side by side, each in a SIMD lane, as
/// `PathTracer.arrive` would scatter it alone.
struct DiffusePacket {
  private(set) var count = 0
  /// Of each path: its place in the wave, what it met, and where it is recorded.
  let members: UnsafeMutablePointer<Member>
  private let rows: UnsafeMutablePointer<SIMD4<Float>>
  let samples: UnsafeMutablePointer<EmitterSample>
  private let seeds: UnsafeMutablePointer<SIMD8<UInt32>>

  struct Member {
    var path: UnsafeMutablePointer<PathWave.Lane>
    var number: Int
    var ray: UnsafePointer<CEmbreeRay>
    var hit: UnsafePointer<CEmbreeHit>
    var vertex: UnsafeMutablePointer<PathVertex>?
    var material: UnsafePointer<MaterialRecord>
  }

  // Blocks of eight rows.
  private static let firstLightRow = PacketTriangles.rowCount
  private static let firstOwnRow = firstLightRow + PacketLightSampler.rowCount
  private static let rowCount = firstOwnRow + 12 * 8
  private var triangles: PacketTriangles { PacketTriangles(rows) }
  func own(_ block: Int) -> PacketRows { PacketRows(base: rows + Self.firstOwnRow + 8 * block) }

  init() {
    members = .allocate(capacity: 8)
    rows = .allocate(capacity: Self.rowCount)
    rows.initialize(repeating: .zero, count: Self.rowCount)
    samples = .allocate(capacity: 8)
    samples.initialize(
      repeating: EmitterSample(
        direction: .zero, distance: 0, radiance: .zero, scale: 0, isDirac: false, emitter: 0, point: .zero,
        normal: .zero, uv: .zero), count: 8)
    seeds = .allocate(capacity: 2)
    seeds.initialize(repeating: SIMD8(repeating: 0), count: 2)
  }

  func deallocate() {
    members.deallocate()
    rows.deallocate()
    samples.deallocate()
    seeds.deallocate()
  }

  var isFull: Bool { count == 8 }

  /// The shape that was hit, if paths scatter there side by side: a diffuse mesh outside of instances.
  @inline(__always) static func shape(_ hit: CEmbreeHit, in scene: KernelScene) -> UnsafePointer<ShapeRecord>? {
    guard hit.geometry != .max, hit.instance == .max else { return nil }
    let shape = scene.shapes + Int(hit.geometry)
    return shape.pointee.isPlainDiffuse ? shape : nil
  }

  @inline(__always)
  mutating func append(
    _ path: UnsafeMutablePointer<PathWave.Lane>, number: Int, _ ray: UnsafePointer<CEmbreeRay>,
    _ hit: UnsafePointer<CEmbreeHit>, _ vertex: UnsafeMutablePointer<PathVertex>?, in scene: KernelScene
  ) {
    let shape = scene.shapes + Int(hit.pointee.geometry)
    (members + count).initialize(
      to: Member(
        path: path, number: number, ray: ray, hit: hit, vertex: vertex,
        material: scene.materials + Int(shape.pointee.material)))
    count += 1
  }

  /// What scattering leaves behind: rays towards lights, and the paths that go on.
  struct Output {
    let shadowRays: UnsafeMutablePointer<CEmbreeRay>
    let candidates: UnsafeMutablePointer<PathWave.Candidate>
    let active: UnsafeMutablePointer<Int>
    let rays: UnsafeMutablePointer<CEmbreeRay>
    var shadows = 0
    var next = 0
  }

  /// Scatters the paths and empties the packet.
  @inline(never)
  mutating func scatter<Recorder: PathRecorder>(_ tracer: PathTracer, _ recorder: Recorder.Type, _ output: inout Output)
  {
    let (directions, throughputs, reflectances) = (own(0), own(1), own(2))
    let hasNormals = gather(tracer.scene, directions, throughputs)
    var surface = triangles.surface(hasNormals: hasNormals)
    let throughput = throughputs.vectors
    var wi = surface.frame.toLocal(-directions.vectors)
    let isTurned = (throughputs.columns.w .> 0) .& (wi.z .< 0)
    readReflectances(tracer.scene, PacketBits(isTurned), reflectances)
    wi.z = wi.z.replacing(with: -wi.z, where: isTurned)
    surface.frame.n = surface.frame.n.replacing(with: -surface.frame.n, where: isTurned)
    let reflectance = reflectances.vectors
    let numbers = PacketNumbers(members[0].path.pointee.sampler.kind, seeds: seeds, seconds: seeds + 1)
    if Recorder.isRecording { record(surface, wi, places: tracer.recordsPlaces, tracer.scene) }
    if tracer.scene.hasEmitters {
      addLight(tracer, surface, wi, throughput, reflectance, numbers, recorder, &output)
    }
    addContinuation(tracer, surface, wi, throughput, reflectance, numbers, recorder, &output)
    count = 0
  }

  private static let directionOffset = 16

  /// - Parameters:
  ///   - origin: its fourth number is the ray's near end.
  ///   - direction: its fourth number is the ray's far end.
  @inline(__always)
  private static func write(
    _ ray: UnsafeMutablePointer<CEmbreeRay>, _ origin: SIMD4<Float>, _ direction: SIMD4<Float>
  ) {
    UnsafeMutableRawPointer(ray).storeBytes(of: origin, as: SIMD4<Float>.self)
    UnsafeMutableRawPointer(ray).storeBytes(of: direction, toByteOffset: directionOffset, as: SIMD4<Float>.self)
  }

  /// - Returns: whether any surface has shading normals.
  @inline(__always)
  private func gather(_ scene: KernelScene, _ directions: PacketRows, _ throughputs: PacketRows) -> Bool {
    var hasNormals = false
    for lane in 0..<8 {
      // Idle lanes repeat the first path.
      let member = members + (lane < count ? lane : 0)
      let path = member.pointee.path
      let hit = member.pointee.hit.pointee
      if triangles.gather(lane, hit, scene.shapes + Int(hit.geometry), scene.values) { hasNormals = true }
      directions[lane] = UnsafeRawPointer(member.pointee.ray).loadUnaligned(
        fromByteOffset: Self.directionOffset, as: SIMD4<Float>.self)
      throughputs[lane] = SIMD4(
        path.pointee.path.throughput, member.pointee.material.pointee.kind == .twosided ? 1 : 0)
      if lane < count {
        let key = path.pointee.sampler.nextVertexKey()
        seeds[0][lane] = key.seed
        seeds[1][lane] = key.second
      }
    }
    return hasNormals
  }

  /// Reflectances on the sides that were hit; `material` becomes that of the side.
  @inline(__always) private func readReflectances(_ scene: KernelScene, _ turned: PacketBits, _ result: PacketRows) {
    for lane in 0..<count {
      let member = members + lane
      if member.pointee.material.pointee.kind == .twosided {
        let children = member.pointee.material.pointee.children
        member.pointee.material = scene.materials + Int(turned.contains(lane) ? children[1] : children[0])
      }
      let texture = member.pointee.material.pointee.slots[0]
      if (scene.textures.records + Int(texture)).pointee.kind == .constant {
        result[vector: lane] = scene.textures.color(texture, .zero)
      } else {
        result[vector: lane] = lookUp(scene, texture, member)
      }
    }
  }

  @inline(never)
  private func lookUp(_ scene: KernelScene, _ texture: Int32, _ member: UnsafeMutablePointer<Member>) -> Spectrum {
    let hit = member.pointee.hit.pointee
    let shape = scene.shapes + Int(hit.geometry)
    let (primitive, barycentric) = (Int32(bitPattern: hit.primitive), SIMD2(hit.u, hit.v))
    var table = scene.textures
    table.place = SurfacePlace(shape: shape, primitive: primitive, barycentric: barycentric)
    let uv = shape.pointee.meshCoordinates(scene.values, primitive: primitive, barycentric: barycentric)
    return table.color(texture, uv)
  }

  /// As `PathTracer.sampleLight`.
  @inline(__always)
  private func addLight<Recorder: PathRecorder>(
    _ tracer: PathTracer, _ surface: PacketSurface, _ wi: PacketVector, _ throughput: PacketVector,
    _ reflectance: PacketVector, _ numbers: PacketNumbers, _ recorder: Recorder.Type, _ output: inout Output
  ) {
    let sampler = PacketLightSampler(tracer.scene.emitters, rows: rows + Self.firstLightRow, samples: samples)
    let light = sampler.sample(surface, numbers)
    let wo = surface.frame.toLocal(light.direction)
    let value = reflectance * (wo.z * (1 / .pi))
    let isLit = light.isFound .& (wi.z .> 0) .& (wo.z .> 0) .& (value.largest .> 0)
    let lit = PacketBits(isLit)
    if lit.isEmpty { return }
    let ratio = wo.z / .pi * light.scale
    let weighted = light.scale * (1 / (1 + ratio * ratio))
    let scale = weighted.replacing(with: light.scale, where: light.isDirac)
    let contribution = throughput * value * light.radiance * scale
    let (origins, directions, contributions) = (own(3), own(4), own(5))
    origins.store(surface.origin(towards: light.direction))
    directions.store(light.direction, light.distance * (1 - RayOffset.shadow))
    contributions.store(contribution)
    for lane in 0..<count {
      // Without a branch, which could not be predicted.
      Self.write(output.shadowRays + output.shadows, origins[lane], directions[lane])
      (output.candidates + output.shadows).initialize(
        to: PathWave.Candidate(
          path: members[lane].path, contribution: contributions[vector: lane],
          vertex: Recorder.isRecording ? members[lane].vertex : nil))
      output.shadows += lit.contains(lane) ? 1 : 0
    }
    if Recorder.isRecording {
      record(
        light, directions: directions, wo: wo, value: value, scale: scale, places: tracer.recordsPlaces, lit)
    }
  }

  /// As `PathTracer.sampleContinuation`.
  @inline(__always)
  private func addContinuation<Recorder: PathRecorder>(
    _ tracer: PathTracer, _ surface: PacketSurface, _ wi: PacketVector, _ throughput: PacketVector,
    _ reflectance: PacketVector, _ numbers: PacketNumbers, _ recorder: Recorder.Type, _ output: inout Output
  ) {
    let u = numbers.direction
    let wo = Warp.cosineHemisphere(u.0, u.1)
    let density = wo.z * (1 / .pi)
    let value = reflectance * density
    var inversePdf = 1 / density
    var goesOn = (wi.z .> 0) .& (density .> 0)
    var tested = PacketBits()
    let etaScales = own(5)
    for lane in 0..<count {
      let path = members[lane].path
      path.pointee.path.depth += 1
      path.pointee.path.isDirect = false
      if path.pointee.path.depth >= tracer.rouletteDepth {
        tested.insert(lane)
        etaScales[lane].x = path.pointee.path.etaScale
      }
    }
    if !tested.isEmpty {
      let (isTested, etaScale) = (tested.mask, etaScales.columns.x)
      let energy = (throughput * value).largest * inversePdf * etaScale * etaScale
      let survival = energy.replacing(with: 0.95, where: 0.95 .< energy)
      goesOn = goesOn .& (.!isTested .| (numbers.roulette .< survival))
      inversePdf = inversePdf.replacing(with: inversePdf / survival, where: isTested)
    }
    let next = throughput * (value * inversePdf)
    let alive = PacketBits(goesOn .& (next.largest .> 0))
    let direction = surface.frame.toWorld(wo)
    let (origins, directions, throughputs, normals) = (own(3), own(4), own(5), own(0))
    origins.store(surface.origin(towards: direction))
    directions.store(direction, Packet(repeating: .infinity))
    throughputs.store(next)
    normals.store(surface.geometricNormal, density)
    for lane in 0..<count where alive.contains(lane) {
      let path = members[lane].path
      Self.write(output.rays + output.next, origins[lane], directions[lane])
      path.pointee.path.throughput = throughputs[vector: lane]
      path.pointee.path.previousNormal = normals[vector: lane]
      path.pointee.path.previousPdf = normals[lane].w
      output.active[output.next] = members[lane].number
      output.next += 1
    }
    if Recorder.isRecording { record(wo: wo, value: value, inversePdf: inversePdf, PacketBits(goesOn)) }
  }
}
