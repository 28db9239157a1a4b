import CEmbree

/// Up to eight paths of a wave that met surfaces with materials of one kind: they scatter side by side, each in a SIMD
/// lane, as `PathTracer.arrive` would scatter it alone.
struct ScatteringPacket {
  let kind: PacketKind
  private(set) var count = 0
  /// Of each path: its place in the wave, what it met, and where it is recorded.
  let members: UnsafeMutablePointer<Member>
  /// Surfaces that are computed one by one, and which they are.
  let givenRows: UnsafeMutablePointer<SIMD4<Float>>
  var given = PacketBits()
  let wrappers: PacketWrappers
  var wrapped = PacketBits()
  /// Bump and normal maps that are followed side by side.
  var turns: PacketTurns
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

    /// The shape that a ray from here cannot meet again.
    @inline(__always) func left(isBehind: Bool) -> Float {
      isBehind ? shape.pointee.leftBehind : shape.pointee.leftInFront
    }
  }

  init(_ kind: PacketKind, _ room: PacketRoom) {
    self.kind = kind
    self.room = room
    members = .allocate(capacity: 8)
    let firstTurn = PacketSurface.givenRowCount + PacketWrappers.rowCount
    givenRows = .allocate(capacity: firstTurn + PacketTurns.rowCount)
    givenRows.initialize(repeating: .zero, count: firstTurn + PacketTurns.rowCount)
    wrappers = PacketWrappers(rows: givenRows + PacketSurface.givenRowCount)
    turns = PacketTurns(rows: givenRows + firstTurn)
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
    /// The shape that each ray cannot meet again, −1 for none.
    let shadowLeft: UnsafeMutablePointer<Float>
    let candidates: UnsafeMutablePointer<PathWave.Candidate>
    let active: UnsafeMutablePointer<Int>
    let rays: UnsafeMutablePointer<CEmbreeRay>
    let left: UnsafeMutablePointer<Float>
    var shadows = 0
    var next = 0
  }

  /// Scatters the paths and empties the packet.
  @inline(never)
  mutating func scatter<Recorder: PathRecorder>(_ tracer: PathTracer, _ recorder: Recorder.Type, _ output: inout Output)
  {
    meet(tracer.scene)
    if Recorder.isRecording { recordSurfaces(places: tracer.recordsPlaces, tracer.scene) }
    let samplesLights = tracer.scene.nextEvent.isNeeded && !kind.isDirac
    if samplesLights { sampleLights(tracer.scene) }
    let isLast = !Recorder.isRecording && tracer.scene.hasDiracLightsOnly && isLast(tracer)
    respond(samplesLights, goesOn: !isLast, spreadsDiffuse: tracer.spreadsDiffuse)
    if isWrapped {
      wrappers.apply(
        to: &room.vertex.pointee.towardsLight, from: room.vertex.pointee.lightWo, &room.vertex.pointee.sample,
        where: wrapped.mask)
    }
    if samplesLights { addLight(tracer, recorder, &output) }
    if !isLast { addContinuation(tracer, recorder, &output) }
    count = 0
    (given, wrapped) = (PacketBits(), PacketBits())
    turns.removeAll()
  }

  /// Whether one ray more is all that is left of the paths.
  @inline(__always) private func isLast(_ tracer: PathTracer) -> Bool {
    for lane in 0..<count where members[lane].path.pointee.path.depth + 2 < tracer.maxDepth { return false }
    return true
  }

  /// - Parameters:
  ///   - origin: its fourth number is the ray's near end.
  ///   - direction: its fourth number is the ray's far end.
  @inline(__always)
  private static func write(
    _ ray: UnsafeMutablePointer<CEmbreeRay>, _ origin: SIMD4<Float>, _ direction: SIMD4<Float>
  ) {
    let halves = UnsafeMutableRawPointer(ray).assumingMemoryBound(to: SIMD4<Float>.self)
    (halves[0], halves[1]) = (origin, direction)
  }

  @inline(__always) private func sampleLights(_ scene: KernelScene) {
    let vertex = room.vertex
    let sampler = PacketLightSampler(scene.emitters, scene.nextEvent, rows: room.lightRows, samples: room.samples)
    let (position, normal) = (vertex.pointee.surface.position, vertex.pointee.surface.geometricNormal)
    sampler.sample(position, normal: normal, vertex.pointee.numbers, &vertex.pointee.light)
    vertex.pointee.lightWo = vertex.pointee.surface.frame.toLocal(vertex.pointee.light.direction)
  }

  /// What the materials make of the lights, and the directions that they choose if paths go on.
  private func respond(_ samplesLights: Bool, goesOn: Bool, spreadsDiffuse: Bool) {
    switch kind {
    case .diffuse where spreadsDiffuse: respond(PacketSpreadDiffuse.self, samplesLights, goesOn)
    case .diffuse: respond(PacketDiffuse.self, samplesLights, goesOn)
    case .conductor: respond(PacketConductor.self, samplesLights, goesOn)
    case .beckmannConductor: respond(PacketRoughConductor<PacketBeckmann>.self, samplesLights, goesOn)
    case .ggxConductor: respond(PacketRoughConductor<PacketGGX>.self, samplesLights, goesOn)
    case .dielectric: respond(PacketDielectric.self, samplesLights, goesOn)
    case .beckmannDielectric: respond(PacketRoughDielectric<PacketBeckmann>.self, samplesLights, goesOn)
    case .ggxDielectric: respond(PacketRoughDielectric<PacketGGX>.self, samplesLights, goesOn)
    case .plastic: respond(PacketPlastic.self, samplesLights, goesOn)
    case .beckmannPlastic: respond(PacketRoughPlastic<PacketBeckmann>.self, samplesLights, goesOn)
    case .ggxPlastic: respond(PacketRoughPlastic<PacketGGX>.self, samplesLights, goesOn)
    case .principled: respond(PacketPrincipled.self, samplesLights, goesOn)
    }
  }

  @inline(never)
  private func respond<Surface: PacketBSDF>(_ type: Surface.Type, _ samplesLights: Bool, _ goesOn: Bool) {
    let vertex = room.vertex
    let bsdf = Surface(room.inputs)
    let wi = vertex.pointee.wi
    if samplesLights { vertex.pointee.towardsLight = bsdf.evaluate(wi: wi, wo: vertex.pointee.lightWo) }
    if !goesOn { return }
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
    // As `RayOffset.shadowRay`.
    let start = PacketSurface.origin(position, normal: normal, towards: direction)
    let distance = vertex.pointee.light.distance
    origins.store(start)
    directions.store(direction - (start - position) * (1 / distance), distance * (1 - RayOffset.shadow))
    contributions.store(contribution)
    let isBehind = PacketBits(dot(normal, direction) .< 0)
    for lane in 0..<count {
      // Without a branch, which could not be predicted.
      Self.write(output.shadowRays + output.shadows, origins[lane], directions[lane])
      output.shadowLeft[output.shadows] = members[lane].left(isBehind: isBehind.contains(lane))
      (output.candidates + output.shadows).initialize(
        to: PathWave.Candidate(
          path: members[lane].path, contribution: contributions[vector: lane],
          vertex: Recorder.isRecording ? members[lane].vertex : nil))
      output.shadows += lit.contains(lane) ? 1 : 0
    }
    if Recorder.isRecording {
      recordLights(directions: directions, scale: scale, places: tracer.recordsPlaces, lit)
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
    let isBehind = PacketBits(dot(normal, direction) .< 0)
    for lane in 0..<count where alive.contains(lane) {
      let path = members[lane].path
      Self.write(output.rays + output.next, origins[lane], directions[lane])
      output.left[output.next] = members[lane].left(isBehind: isBehind.contains(lane))
      path.pointee.path.throughput = throughputs[vector: lane]
      path.pointee.path.previousNormal = normals[vector: lane]
      path.pointee.path.previousPdf = normals[lane].w
      output.active[output.next] = members[lane].number
      output.next += 1
    }
    if Recorder.isRecording { recordContinuations(inversePdf: inversePdf, PacketBits(goesOn)) }
  }
}
