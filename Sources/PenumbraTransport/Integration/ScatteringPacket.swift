import CEmbree

/// Up to eight paths of a wave that met surfaces with materials of one kind: they scatter side by side, each in a SIMD
/// lane, as `PathTracer.arrive` would scatter it alone.
struct ScatteringPacket {
  let kind: PacketKind
  private(set) var count = 0
  /// Of each path: its place in the wave, what it met, and where it is recorded.
  let members: UnsafeMutablePointer<Member>
  /// Surfaces that are computed one by one, and which they are.
  private let givenRows: UnsafeMutablePointer<SIMD4<Float>>
  private var given = PacketBits()
  private let wrappers: PacketWrappers
  private var wrapped = PacketBits()
  var isWrapped: Bool { !wrapped.isEmpty }
  /// Shared with the other packets of the wave.
  let room: PacketRoom

  struct Member {
    var path: UnsafeMutablePointer<PathWave.Lane>
    var number: Int
    var ray: UnsafePointer<CEmbreeRay>
    var hit: UnsafePointer<CEmbreeHit>
    var shape: UnsafePointer<ShapeRecord>
    var vertex: UnsafeMutablePointer<PathVertex>?
    var material: UnsafePointer<MaterialRecord>
    /// Where textures are looked up, once it is known.
    var uv: SIMD2<Float>?
  }

  init(_ kind: PacketKind, _ room: PacketRoom) {
    self.kind = kind
    self.room = room
    members = .allocate(capacity: 8)
    givenRows = .allocate(capacity: PacketSurface.givenRowCount + PacketWrappers.rowCount)
    givenRows.initialize(repeating: .zero, count: PacketSurface.givenRowCount + PacketWrappers.rowCount)
    wrappers = PacketWrappers(rows: givenRows + PacketSurface.givenRowCount)
  }

  func deallocate() {
    members.deallocate()
    givenRows.deallocate()
  }

  var isFull: Bool { count == 8 }

  @inline(__always)
  mutating func append(
    _ path: UnsafeMutablePointer<PathWave.Lane>, number: Int, _ ray: UnsafePointer<CEmbreeRay>,
    _ hit: UnsafePointer<CEmbreeHit>, _ shape: UnsafePointer<ShapeRecord>, _ vertex: UnsafeMutablePointer<PathVertex>?,
    in scene: KernelScene
  ) {
    (members + count).initialize(
      to: Member(
        path: path, number: number, ray: ray, hit: hit, shape: shape, vertex: vertex,
        material: scene.materials + Int(shape.pointee.material), uv: nil))
    count += 1
  }

  /// A surface as its wrappers show it.
  ///
  /// - Parameter hit: with the frame that they turned.
  @inline(__always)
  mutating func append(
    _ path: UnsafeMutablePointer<PathWave.Lane>, number: Int, _ ray: UnsafePointer<CEmbreeRay>,
    _ hit: UnsafePointer<CEmbreeHit>, _ shape: UnsafePointer<ShapeRecord>, _ vertex: UnsafeMutablePointer<PathVertex>?,
    _ surface: SurfaceHit, _ wrapper: WrappedSurface<Float>, in scene: KernelScene
  ) {
    PacketSurface.write(surface, count, givenRows)
    wrappers.write(wrapper, count)
    given.insert(count)
    wrapped.insert(count)
    (members + count).initialize(
      to: Member(
        path: path, number: number, ray: ray, hit: hit, shape: shape, vertex: vertex,
        material: scene.materials + Int(wrapper.material), uv: surface.uv))
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
    meet(tracer.scene)
    if Recorder.isRecording {
      record(room.vertex.pointee.surface, room.vertex.pointee.wi, places: tracer.recordsPlaces, tracer.scene)
    }
    let samplesLights = tracer.scene.hasEmitters && !kind.isDirac
    if samplesLights { sampleLights(tracer.scene.emitters) }
    respond(samplesLights)
    if isWrapped {
      wrappers.apply(
        to: &room.vertex.pointee.towardsLight, from: room.vertex.pointee.lightWo, &room.vertex.pointee.sample,
        where: wrapped.mask)
    }
    if samplesLights { addLight(tracer, recorder, &output) }
    addContinuation(tracer, recorder, &output)
    count = 0
    (given, wrapped) = (PacketBits(), PacketBits())
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

  /// The surfaces, the directions in which they were met, and their materials' inputs.
  @inline(__always) private mutating func meet(_ scene: KernelScene) {
    let (directions, throughputs) = (room.own(0), room.own(1))
    let properties = gather(scene, directions, throughputs)
    var surface = room.triangles.surface(properties)
    if !given.isEmpty { surface.replace(where: given.mask, givenRows) }
    let columns = throughputs.columns
    var wi = surface.frame.toLocal(-directions.vectors)
    let isTurned = (columns.w .> 0) .& (wi.z .< 0)
    gatherInputs(scene, PacketBits(isTurned))
    wi.z = wi.z.replacing(with: -wi.z, where: isTurned)
    surface.frame.n = surface.frame.n.replacing(with: -surface.frame.n, where: isTurned)
    // Piece by piece here and below: what is assigned as a whole is copied through memory.
    room.vertex.pointee.surface.position = surface.position
    room.vertex.pointee.surface.geometricNormal = surface.geometricNormal
    room.vertex.pointee.surface.frame.s = surface.frame.s
    room.vertex.pointee.surface.frame.t = surface.frame.t
    room.vertex.pointee.surface.frame.n = surface.frame.n
    room.vertex.pointee.wi = wi
    room.vertex.pointee.throughput = columns.vector
    room.vertex.pointee.numbers = PacketNumbers(
      members[0].path.pointee.sampler.kind, seeds: room.seeds, seconds: room.seeds + 1)
  }

  /// - Returns: what some of the triangles have.
  @inline(__always)
  private mutating func gather(_ scene: KernelScene, _ directions: PacketRows, _ throughputs: PacketRows)
    -> PacketTriangles.Properties
  {
    var properties = PacketTriangles.Properties()
    for lane in 0..<8 {
      // Idle lanes repeat the first path.
      let member = members + (lane < count ? lane : 0)
      let path = member.pointee.path
      if given.contains(lane) {
        // It came with its surface.
      } else if member.pointee.shape.pointee.kind == .mesh && member.pointee.hit.pointee.instance == .max {
        room.triangles.gather(lane, member.pointee.hit.pointee, member.pointee.shape, scene.values, &properties)
      } else if lane < count {
        given.insert(lane)
        giveSurface(lane, member, scene)
      }
      directions[lane] = UnsafeRawPointer(member.pointee.ray).loadUnaligned(
        fromByteOffset: Self.directionOffset, as: SIMD4<Float>.self)
      throughputs[lane] = SIMD4(
        path.pointee.path.throughput, member.pointee.material.pointee.kind == .twosided ? 1 : 0)
      if lane < count {
        let key = path.pointee.sampler.nextVertexKey()
        room.seeds[0][lane] = key.seed
        room.seeds[1][lane] = key.second
      }
    }
    return properties
  }

  @inline(never)
  private func giveSurface(_ lane: Int, _ member: UnsafeMutablePointer<Member>, _ scene: KernelScene) {
    guard let surface = scene.surface(member.pointee.hit.pointee, along: Ray(member.pointee.ray.pointee)) else {
      return
    }
    PacketSurface.write(surface, lane, givenRows)
    member.pointee.uv = surface.uv
    if let vertex = member.pointee.vertex { vertex.pointee.hit = surface }
  }

  /// Inputs on the sides that were hit; `material` becomes that of the side.
  @inline(__always) private func gatherInputs(_ scene: KernelScene, _ turned: PacketBits) {
    var textured: UInt32 = 0
    for lane in 0..<count {
      let member = members + lane
      if member.pointee.material.pointee.kind == .twosided {
        let children = member.pointee.material.pointee.children
        member.pointee.material = scene.materials + Int(turned.contains(lane) ? children[1] : children[0])
      }
      if kind == .diffuse {
        room.inputs.gatherDiffuse(lane, member.pointee.material, scene.textures) { place(member, scene) }
      } else {
        room.inputs.gather(lane, member.pointee.material, textured: &textured, scene.textures) { place(member, scene) }
      }
    }
    if kind != .diffuse { room.inputs.fill(from: count) }
  }

  /// Where a path's textures are looked up.
  @inline(never)
  private func place(_ member: UnsafeMutablePointer<Member>, _ scene: KernelScene) -> (TextureTable, SIMD2<Float>) {
    let hit = member.pointee.hit.pointee
    let shape = member.pointee.shape
    let (primitive, barycentric) = (Int32(bitPattern: hit.primitive), SIMD2(hit.u, hit.v))
    var table = scene.textures
    table.place = SurfacePlace(shape: shape, primitive: primitive, barycentric: barycentric)
    let uv =
      member.pointee.uv
      ?? shape.pointee.meshCoordinates(scene.values, primitive: primitive, barycentric: barycentric)
    return (table, uv)
  }

  @inline(__always) private func sampleLights(_ emitters: EmitterTable) {
    let vertex = room.vertex
    let sampler = PacketLightSampler(emitters, rows: room.lightRows, samples: room.samples)
    let (position, normal) = (vertex.pointee.surface.position, vertex.pointee.surface.geometricNormal)
    sampler.sample(position, normal: normal, vertex.pointee.numbers, &vertex.pointee.light)
    vertex.pointee.lightWo = vertex.pointee.surface.frame.toLocal(vertex.pointee.light.direction)
  }

  /// What the materials make of the lights, and the directions that they choose.
  private func respond(_ samplesLights: Bool) {
    switch kind {
    case .diffuse: respond(PacketDiffuse.self, samplesLights)
    case .conductor: respond(PacketConductor.self, samplesLights)
    case .beckmannConductor: respond(PacketRoughConductor<PacketBeckmann>.self, samplesLights)
    case .ggxConductor: respond(PacketRoughConductor<PacketGGX>.self, samplesLights)
    case .dielectric: respond(PacketDielectric.self, samplesLights)
    case .beckmannDielectric: respond(PacketRoughDielectric<PacketBeckmann>.self, samplesLights)
    case .ggxDielectric: respond(PacketRoughDielectric<PacketGGX>.self, samplesLights)
    case .plastic: respond(PacketPlastic.self, samplesLights)
    case .beckmannPlastic: respond(PacketRoughPlastic<PacketBeckmann>.self, samplesLights)
    case .ggxPlastic: respond(PacketRoughPlastic<PacketGGX>.self, samplesLights)
    case .principled: respond(PacketPrincipled.self, samplesLights)
    }
  }

  @inline(never) private func respond<Surface: PacketBSDF>(_ type: Surface.Type, _ samplesLights: Bool) {
    let vertex = room.vertex
    let bsdf = Surface(room.inputs)
    let wi = vertex.pointee.wi
    if samplesLights { vertex.pointee.towardsLight = bsdf.evaluate(wi: wi, wo: vertex.pointee.lightWo) }
    let numbers = vertex.pointee.numbers
    let sample = bsdf.sample(wi: wi, lobe: numbers.lobe, u: numbers.direction)
    vertex.pointee.sample.wo = sample.wo
    vertex.pointee.sample.value = sample.value
    vertex.pointee.sample.pdf = sample.pdf
    vertex.pointee.sample.eta = sample.eta
    vertex.pointee.sample.isDirac = sample.isDirac
    vertex.pointee.sample.isFound = sample.isFound
  }

  /// As `PathTracer.sampleLight`.
  @inline(__always)
  private func addLight<Recorder: PathRecorder>(
    _ tracer: PathTracer, _ recorder: Recorder.Type, _ output: inout Output
  ) {
    let vertex = room.vertex
    let value = vertex.pointee.towardsLight.value
    let lit = PacketBits(vertex.pointee.light.isFound .& (value.largest .> 0))
    if lit.isEmpty { return }
    let sampled = vertex.pointee.light.scale
    let ratio = vertex.pointee.towardsLight.pdf * sampled
    let weighted = sampled * (1 / (1 + ratio * ratio))
    let scale = weighted.replacing(with: sampled, where: vertex.pointee.light.isDirac)
    let contribution = vertex.pointee.throughput * value * vertex.pointee.light.radiance * scale
    let direction = vertex.pointee.light.direction
    let (origins, directions, contributions) = (room.own(3), room.own(4), room.own(5))
    let (position, normal) = (vertex.pointee.surface.position, vertex.pointee.surface.geometricNormal)
    origins.store(PacketSurface.origin(position, normal: normal, towards: direction))
    directions.store(direction, vertex.pointee.light.distance * (1 - RayOffset.shadow))
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
        vertex.pointee.light, directions: directions, wo: vertex.pointee.lightWo, value: value, scale: scale,
        places: tracer.recordsPlaces, lit)
    }
  }

  /// As `PathTracer.sampleContinuation`.
  @inline(__always)
  private func addContinuation<Recorder: PathRecorder>(
    _ tracer: PathTracer, _ recorder: Recorder.Type, _ output: inout Output
  ) {
    let vertex = room.vertex
    let (throughput, value, pdf) = (vertex.pointee.throughput, vertex.pointee.sample.value, vertex.pointee.sample.pdf)
    var inversePdf = 1 / pdf
    var goesOn = vertex.pointee.sample.isFound
    var tested = PacketBits()
    let etaScales = room.own(5)
    etaScales.store(PacketVector(vertex.pointee.sample.eta))
    for lane in 0..<count {
      let path = members[lane].path
      path.pointee.path.depth += 1
      path.pointee.path.isDirect = false
      path.pointee.path.etaScale *= etaScales[lane].x
      if path.pointee.path.depth >= tracer.rouletteDepth {
        tested.insert(lane)
        etaScales[lane].x = path.pointee.path.etaScale
      }
    }
    if !tested.isEmpty {
      let (isTested, etaScale) = (tested.mask, etaScales.columns.x)
      let energy = (throughput * value).largest * inversePdf * etaScale * etaScale
      let survival = energy.replacing(with: 0.95, where: 0.95 .< energy)
      goesOn = goesOn .& (.!isTested .| (vertex.pointee.numbers.roulette .< survival))
      inversePdf = inversePdf.replacing(with: inversePdf / survival, where: isTested)
    }
    let next = throughput * (value * inversePdf)
    let alive = PacketBits(goesOn .& (next.largest .> 0))
    let direction = vertex.pointee.surface.frame.toWorld(vertex.pointee.sample.wo)
    let (origins, directions, throughputs, normals) = (room.own(3), room.own(4), room.own(5), room.own(0))
    let (position, normal) = (vertex.pointee.surface.position, vertex.pointee.surface.geometricNormal)
    origins.store(PacketSurface.origin(position, normal: normal, towards: direction))
    directions.store(direction, Packet(repeating: .infinity))
    throughputs.store(next)
    normals.store(normal, pdf.replacing(with: 0, where: vertex.pointee.sample.isDirac))
    for lane in 0..<count where alive.contains(lane) {
      let path = members[lane].path
      Self.write(output.rays + output.next, origins[lane], directions[lane])
      path.pointee.path.throughput = throughputs[vector: lane]
      path.pointee.path.previousNormal = normals[vector: lane]
      path.pointee.path.previousPdf = normals[lane].w
      output.active[output.next] = members[lane].number
      output.next += 1
    }
    if Recorder.isRecording { record(vertex.pointee.sample, inversePdf: inversePdf, PacketBits(goesOn)) }
  }
}
