import Testing

@testable import PenumbraTransport

struct PacketTests {
  // MARK: Pieces

  @Test(
    "The numbers of eight vertices are those of one", arguments: [SamplerSettings.Kind.independent, .sobol], [0, 5, 8])
  func numbers(_ kind: SamplerSettings.Kind, _ joined: Int) {
    // As many join what is drawn for their first surface with their place on the film.
    var samplers = (0..<8).map {
      PathSampler(
        kind: kind, pixelSeed: PathSampler.pixelSeed(seed: 3, pixel: 5 + $0), sample: 77 * $0, joins: $0 < joined)
    }
    for i in 0..<8 { _ = samplers[i].next2D() }
    for _ in 0..<20 {
      var keys = [SIMD8<UInt32>](repeating: SIMD8(repeating: 0), count: 3)
      var single: [VertexNumbers] = []
      for i in 0..<8 {
        var copy = samplers[i]
        single.append(copy.nextVertex())
        let key = samplers[i].nextVertexKey()
        (keys[0][i], keys[1][i], keys[2][i]) = (key.seed, key.second, key.joined)
      }
      let packet = PacketNumbers(kind, keys: &keys)
      for i in 0..<8 {
        #expect(SIMD2(packet.light.0[i], packet.light.1[i]) == single[i].light)
        #expect(SIMD2(packet.direction.0[i], packet.direction.1[i]) == single[i].direction)
        #expect(packet.emitter[i] == single[i].emitter)
        #expect(packet.roulette[i] == single[i].roulette)
      }
    }
  }

  @Test(
    "Eight samplers of a pixel draw what one by one they draw", arguments: [SamplerSettings.Kind.independent, .sobol],
    [false, true])
  func samplers(_ kind: SamplerSettings.Kind, _ joins: Bool) {
    let states = UnsafeMutableRawPointer.allocate(byteCount: 8 * SamplerPacket.stateCount, alignment: 32)
      .bindMemory(to: UInt64.self, capacity: SamplerPacket.stateCount)
    defer { states.deallocate() }
    for (pixel, first) in [0, 3, 8, 1021].enumerated() {
      let seed = PathSampler.pixelSeed(seed: 9, pixel: pixel)
      let packet = SamplerPacket(kind: kind, pixelSeed: seed, first: first, joins: joins, states: states)
      for i in 0..<8 {
        var single = PathSampler(kind: kind, pixelSeed: seed, sample: first + i, joins: joins)
        #expect(SIMD2(packet.film.0[i], packet.film.1[i]) == single.next2D())
        var other = packet.sampler(i)
        for _ in 0..<3 {
          let (a, b) = (single.nextVertex(), other.nextVertex())
          #expect(a.light == b.light && a.direction == b.direction && a.roulette == b.roulette)
          #expect(single.next2D() == other.next2D())
        }
      }
    }
  }

  @Test("Eight cosine-weighted directions are those of one") func warp() {
    var sampler = testSampler()
    for _ in 0..<500 {
      let points = (0..<8).map { _ in sampler.next2D() }
      let directions = Warp.cosineHemisphere(Packet(points.map(\.x)), Packet(points.map(\.y)))
      for i in 0..<8 {
        let one = Warp.cosineHemisphere(points[i])
        #expect(directions.x[i] == one.x && directions.y[i] == one.y && directions.z[i] == one.z)
      }
    }
    // The centre of the square, where the map divides 0 by 0.
    let centre = Warp.cosineHemisphere(Packet(repeating: 0.5), Packet(repeating: 0.5))
    #expect(centre.x == .zero && centre.y == .zero && centre.z == Packet(repeating: 1))
  }

  @Test("Rows become columns and back") func transposition() {
    let rows = PacketRows(base: .allocate(capacity: 8))
    defer { rows.base.deallocate() }
    for lane in 0..<8 { rows[lane] = SIMD4(0, 1, 2, 3) + Float(10 * lane) }
    let columns = rows.columns
    for (number, column) in [columns.x, columns.y, columns.z, columns.w].enumerated() {
      for lane in 0..<8 { #expect(column[lane] == Float(10 * lane + number)) }
    }
    for lane in 0..<8 { rows[lane] = .zero }
    rows.store(columns.vector, columns.w)
    for lane in 0..<8 { #expect(rows[lane] == SIMD4(0, 1, 2, 3) + Float(10 * lane)) }
  }

  @Test("Masks and bits tell the same") func masks() {
    for bits in 0..<256 {
      var set = PacketBits()
      for lane in 0..<8 where bits >> lane & 1 == 1 { set.insert(lane) }
      let mask = set.mask
      for lane in 0..<8 {
        #expect(mask[lane] == (bits >> lane & 1 == 1))
        #expect(PacketBits(mask).contains(lane) == mask[lane])
      }
    }
  }

  // MARK: Paths

  /// Diffuse meshes of every kind among surfaces that scatter alone.
  enum Case: CaseIterable {
    case lamps, meshLamp, smooth, twosided, textured, bumped, sky, evenSky, bulb, lightsOfEveryKind, hiddenEmitters,
      mixed

    func build() throws -> Scene {
      var scene = TestScene()
      let grey = try scene.diffuse([0.7, 0.6, 0.5])
      var floor = grey
      switch self {
      case .twosided:
        let red = try scene.diffuse([0.9, 0.2, 0.1])
        floor = scene.builder.add(Material.twosided(front: grey, back: red))
      case .textured:
        let texture = try scene.smoothBitmap(key: "floor.data")
        floor = scene.builder.add(Material.diffuse(reflectance: texture))
      case .bumped:
        // Of the floor, the ceiling and a tent without texture coordinates; steep enough to turn normals away from the viewer.
        let heights = try scene.smoothBitmap(key: "heights", channels: 1)
        let bumped = scene.builder.add(
          Material.bumpMap(heights: heights, scale: try scene.number(4, key: "scale"), nested: grey, options: .init()))
        let mapped = scene.builder.add(
          Material.normalMap(
            normals: try scene.smoothBitmap(key: "normals", low: 0.2, high: 0.9), nested: grey,
            options: .init(flipsInvalidNormals: false, isShadowed: false)))
        floor = scene.builder.add(Material.twosided(front: bumped, back: mapped))
      default: break
      }
      scene.floor(floor, size: 3)
      // Seen from behind, too: its outside is turned down.
      scene.add(
        Geometry.rectangle, [3, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1, 2.5, 0, 0, 0, 1], floor, id: "ceiling",
        flipNormals: self != .twosided)
      let tent: [Vector3] = [[-1, -1, 0.1], [1, -1, 0.2], [0.9, 1, 0.1], [-1, 0.8, 0.3], [0, 0, 1.1]]
      let normals = tent.map { ($0 - Vector3(0, 0, -1)).normalized }
      let mesh = try scene.mesh(
        key: "tent", tent, normals: self == .smooth ? normals : nil,
        triangles: [[0, 1, 4], [1, 2, 4], [2, 3, 4], [3, 0, 4]])
      _ = scene.builder.add(Shape(id: "tent", geometry: mesh, material: floor))
      if self == .meshLamp {
        // The only light: what would choose a light chooses one of its triangles, which are not alike.
        let corners: [Vector3] = [[-1.5, -0.5, 2.3], [-0.5, -0.5, 2.3], [-0.5, 0.5, 2.2], [-2.5, 1.5, 1.9]]
        let triangles = try scene.mesh(key: "lamp", corners, normals: nil, triangles: [[0, 2, 1], [0, 3, 2]])
        try scene.area(scene.builder.add(Shape(id: "lamp", geometry: triangles, material: grey)), [9, 8, 7])
      } else if self == .bulb {
        try scene.point([1, -1.5, 1.7], [1, 2, 3])
      } else {
        let lamp = scene.add(
          Geometry.rectangle, [0.5, 0, 0, -1, 0, -0.5, 0, 0, 0, 0, -1, 2.3, 0, 0, 0, 1], grey, id: "lamp")
        try scene.area(lamp, [9, 8, 7])
      }
      if self == .lamps || self == .lightsOfEveryKind || self == .hiddenEmitters {
        let prism: [Vector3] = [[1, 1, 2], [1.6, 1, 2.1], [1.2, 1.5, 1.8]]
        let triangle = try scene.mesh(key: "prism", prism, normals: nil, triangles: [[0, 2, 1]])
        let second = scene.builder.add(Shape(id: "prism", geometry: triangle, material: grey))
        try scene.area(second, [3, 9, 20])
      }
      if self == .lightsOfEveryKind {
        let ball = scene.add(Geometry.sphere, TestScene.placed(at: [-1.5, 1, 1.5], scale: 0.2), grey, id: "ball")
        try scene.area(ball, [20, 3, 9])
        try scene.point([1, -1.5, 1.7], [1, 2, 3])
        try scene.directional([0.9, 0.1, -1], [0.5, 0.5, 1])
      }
      if self == .sky || self == .lightsOfEveryKind { try scene.environment() }
      if self == .evenSky { try scene.sky([0.4, 0.5, 0.6]) }
      if self == .mixed {
        let white = try scene.constant([0.9, 0.9, 0.9])
        let alpha = try scene.constant([0.3])
        let (eta, k) = (try scene.constant([0.2, 0.9, 1.1]), try scene.constant([3, 2.5, 2]))
        let metal = scene.builder.add(
          Material.roughConductor(
            distribution: .ggx, alphaU: alpha, alphaV: alpha, eta: eta, k: k, specularReflectance: white))
        scene.add(Geometry.sphere, TestScene.placed(at: [1.4, -0.6, 0.6], scale: 0.5), metal, id: "metal")
      }
      try scene.camera(TestScene.lookAt([0.3, -2.7, 1.6], [0, 0, 0.6], up: [0, 0, 1]), fov: 60)
      scene.builder.integrator = IntegratorSettings(
        maxDepth: 6, rouletteDepth: self == .lamps ? 2 : 100, hideEmitters: self == .hiddenEmitters)
      return try scene.builder.build()
    }
  }

  /// Embree's packets and its single rays may round a hit differently, and every further bounce of a path magnifies that; a
  /// path that passes an edge may then end elsewhere. With the roundings of a dozen operations per bounce and magnification
  /// below 10, paths agree to 10⁻³ unless they pass within that distance of one of the few edges.
  @Test(
    "A path finds beside others in a packet what it finds alone", arguments: Case.allCases,
    [SamplerSettings.Kind.independent, .sobol])
  func paths(_ name: Case, _ kind: SamplerSettings.Kind) throws { try expectSame(name.build(), kind) }

  @Test("So does a path of one bounce, whose last ray need not find what it meets", arguments: Case.allCases)
  func lastRays(_ name: Case) throws { try expectSame(name.build(), .independent, maxDepth: 2) }

  /// Rough lobes magnify more than diffuse ones, by 1 / α at most, and textures have borders of their own.
  @Test("So it does among materials of every kind, wrapped or not", arguments: NamedScene.allCases)
  func materials(_ name: NamedScene) throws { try expectSame(name.build(), .independent) }

  /// Paths are followed beside others twice, recorded and not: only the latter leave out what a picture does not need.
  private func expectSame(_ scene: Scene, _ kind: SamplerSettings.Kind, maxDepth: Int? = nil) throws {
    let renderer = try Renderer(scene)
    let plan = try RenderPlan(
      .test(spp: 1, maxDepth: maxDepth), structure: renderer.structure, expanded: renderer.expanded)
    var (different, lit, count) = (0, 0, 0)
    let (wave, unrecordedWave) = (PathWave(), PathWave())
    var unrecorded = Unrecorded()
    let packed = (0..<PathWave.capacity).map { _ in PathArena(capacity: 0) }
    let arenas = OwnedBuffer(packed)
    var alone = PathArena()
    defer {
      alone.deallocate()
      for arena in arenas.buffer { arena.deallocate() }
    }
    var rays: UInt64 = 0
    for batch in 0..<60 {
      var starts: [(PathSampler, CameraSample)] = []
      for i in 0..<(batch % 3 == 0 ? 37 : PathWave.capacity) {
        var sampler = PathSampler(kind: kind, seed: 9, pixel: batch, sample: i)
        let p = CameraSample(film: sampler.next2D())
        starts.append((sampler, p))
        arenas.base[i].removeAll()
        wave.append(sampler, at: p)
        unrecordedWave.append(sampler, at: p)
      }
      wave.trace(plan.tracer, arenas.base, &rays)
      unrecordedWave.trace(plan.tracer, &unrecorded, &rays)
      for i in starts.indices {
        var sampler = starts[i].0
        alone.removeAll()
        let estimate = plan.tracer.radiance(at: starts[i].1, sampler: &sampler, recorder: &alone, rays: &rays)
        let found = wave[i].pointee.path
        count += 1
        if estimate.radiance.largest > 0 { lit += 1 }
        let isSame = [found, unrecordedWave[i].pointee.path].allSatisfy {
          (estimate.radiance - $0.radiance).largestMagnitude <= 1e-3 * estimate.radiance.largest
            && estimate.alpha == $0.alpha
        }
        if !isSame || !isSameRecord(arenas.base[i], alone) { different += 1 }
      }
      wave.removeAll()
      unrecordedWave.removeAll()
    }
    // Dark paths would agree whatever happened to them.
    #expect(lit > count / 3)
    // About six vertices and shadow rays a path, scene 5 wide with some 30 m of edges: 6 · 30 · 10⁻³ / 5² < 1 %.
    #expect(different * 100 < count, "\(different) of \(count)")
  }

  /// Whether two records say the same up to the last vertex: where that emits nothing, it may be left out.
  private func isSameRecord(_ a: PathArena, _ b: PathArena) -> Bool {
    func length(_ arena: PathArena) -> Int {
      guard arena.count > 0 else { return 0 }
      let last = arena.base[arena.count - 1]
      return last.kind == .end && last.emitter < 0 ? arena.count - 1 : arena.count
    }
    let count = length(a)
    guard count == length(b) else { return false }
    func near(_ x: Vector3, _ y: Vector3) -> Bool {
      (x - y).largestMagnitude <= 2e-3 * max(1, y.largestMagnitude)
    }
    func near(_ x: Float, _ y: Float) -> Bool { abs(x - y) <= 2e-3 * max(1, abs(y)) }
    return (0..<count).allSatisfy { i in
      let (x, y) = (a.base[i], b.base[i])
      guard
        x.kind == y.kind, x.emitter == y.emitter, x.hasLight == y.hasLight, near(x.throughput, y.throughput),
        near(x.direction, y.direction), near(x.emitterWeight, y.emitterWeight), near(x.inversePdf, y.inversePdf)
      else { return false }
      if x.kind == .escape { return true }
      guard
        x.hit.shape == y.hit.shape, x.hit.primitive == y.hit.primitive, near(x.hit.position, y.hit.position),
        near(x.hit.geometricNormal, y.hit.geometricNormal), near(x.hit.frame.s, y.hit.frame.s),
        near(x.hit.frame.t, y.hit.frame.t), near(x.hit.frame.n, y.hit.frame.n), near(x.hit.distance, y.hit.distance),
        near(x.hit.uv.x, y.hit.uv.x), near(x.hit.uv.y, y.hit.uv.y), x.hit.instance == y.hit.instance
      else { return false }
      if x.kind == .end { return true }
      guard x.material == y.material, x.wrapper == y.wrapper, x.isDirac == y.isDirac, near(x.wi, y.wi) else {
        return false
      }
      if x.hasLight {
        guard
          x.light.emitter == y.light.emitter, x.light.isDirac == y.light.isDirac, near(x.lightWo, y.lightWo),
          near(x.lightValue, y.lightValue), near(x.lightScale, y.lightScale), near(x.light.point, y.light.point),
          near(x.light.normal, y.light.normal), near(x.light.direction, y.light.direction),
          x.light.primitive == y.light.primitive, near(x.light.radiance, y.light.radiance)
        else { return false }
      }
      return y.inversePdf == 0 || (near(x.wo, y.wo) && near(x.value, y.value) && x.isReflection == y.isReflection)
    }
  }
}
