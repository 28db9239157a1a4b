import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// A light alone in a scene, with the irradiance it causes on a horizontal surface at the origin.
struct LightCase: Sendable, CustomStringConvertible {
  enum Kind: String, CaseIterable, Sendable {
    case rectangle, mesh, disk, cylinder, sphere, largeSphere, insideSphere, point, spot, projector, directional
    case constant, environment
  }
  let kind: Kind
  var description: String { kind.rawValue }
  static let all = Kind.allCases.map { LightCase(kind: $0) }
  static let continuous = all.filter { ![.point, .spot, .projector, .directional].contains($0.kind) }

  func add(to scene: inout TestScene) throws {
    let black = try scene.diffuse([0, 0, 0])
    /// [−1, 1]² · s facing down at `p`.
    func facingDown(_ p: Vector3, _ s: Float) -> [Float] {
      [s, 0, 0, p.x, 0, -s, 0, p.y, 0, 0, -s, p.z, 0, 0, 0, 1]
    }
    switch kind {
    case .rectangle: try scene.area(scene.add(Geometry.rectangle, facingDown([0, 0, 2], 1), black), [3, 3, 3])
    case .mesh:
      // The same square from two triangles of unequal size and one that is turned away.
      let positions: [Float] = [-1, -1, 2, 1, -1, 2, 1, 1, 2, -1, 1, 2, -1, 0, 2]
      let offset = scene.builder.addHidden(positions)
      let mesh = Mesh(
        positions: offset, vertexCount: 5, triangles: [[0, 2, 1], [0, 4, 2], [4, 3, 2]], normals: nil, texcoords: nil)
      let id = scene.builder.add(Shape(id: "mesh", geometry: .mesh(mesh), material: black))
      try scene.area(id, [3, 3, 3])
    case .disk: try scene.area(scene.add(Geometry.disk, facingDown([0, 0, 2], 1), black), [3, 3, 3])
    case .cylinder:
      // Lies along x above the origin.
      try scene.area(
        scene.add(Geometry.cylinder, [0, 0, 2, -1, 0, 0.5, 0, 0, -0.5, 0, 0, 2, 0, 0, 0, 1], black), [3, 3, 3])
    case .sphere:
      try scene.area(scene.add(Geometry.sphere, TestScene.placed(at: [0.3, 0.4, 3], scale: 0.5), black), [3, 3, 3])
    case .largeSphere:
      try scene.area(scene.add(Geometry.sphere, TestScene.placed(at: [0, 0, 2.5], scale: 2.4), black), [3, 3, 3])
    case .insideSphere:
      let sphere = scene.add(
        Geometry.sphere, TestScene.placed(at: [0.2, 0, 0.5], scale: 3), black, flipNormals: true)
      try scene.area(sphere, [3, 3, 3])
    case .point: try scene.point([1, 0, 2], [3, 3, 3])
    case .spot:
      // The origin lies 20° off the axis: half way between full and none.
      let tilt = Float.pi / 9
      let axis = Vector3(-sin(tilt), 0, -cos(tilt))
      try scene.spot(TestScene.lookAt([0, 0, 2], [0, 0, 2] + axis), [3, 3, 3], key: "spot", cutoff: 30, beam: 10)
    case .projector:
      let grey = try scene.constant([1.5])
      try scene.projector(TestScene.lookAt([1, 0, 2], .zero), key: "projector", aspect: 1.5, picture: grey)
    case .directional: try scene.directional([0.6, 0, -0.8], [3, 3, 3])
    case .constant: try scene.sky([3, 3, 3])
    case .environment: try scene.environment(matrix: TestScene.lookAt(.zero, [0.3, -0.8, 0.5]))
    }
  }

  /// Closed forms: L · projected solid angle, I cos θ / d², E cos θ; `nil` for the map.
  var irradiance: Double? {
    switch kind {
    case .rectangle, .mesh:
      // Form factor of a square of half side 1 at height 2.
      return 3 * .pi * 4 / (2 * .pi) * 2 * (0.5 / 1.25.squareRoot()) * atan(0.5 / 1.25.squareRoot())
    case .disk: return 3 * .pi / 5
    case .sphere:
      let d2 = 0.3 * 0.3 + 0.4 * 0.4 + 9
      return 3 * .pi * 0.25 / d2 * 3 / d2.squareRoot()
    case .largeSphere: return 3 * .pi * pow(2.4 / 2.5, 2)
    case .insideSphere: return 3 * .pi
    case .point: return 3 / 5 * 2 / 5.0.squareRoot()
    case .spot: return 0.5 * 3 / 4
    case .projector: return .pi * 2 * 1.5 / 5 * 2 / 5.0.squareRoot()
    case .directional: return 3 * 0.8
    case .constant: return 3 * .pi
    case .cylinder, .environment: return nil
    }
  }
}

struct EmitterTests {
  private func withEmitters(_ cases: [LightCase], _ body: (KernelScene) throws -> Void) throws {
    var scene = TestScene()
    for c in cases { try c.add(to: &scene) }
    try scene.camera(TestScene.identity)
    let renderer = try scene.renderer()
    try body(renderer.expanded.kernel)
  }

  /// Density of sampling a direction from the origin, by tracing it.
  private func density(_ scene: KernelScene, _ direction: Vector3) -> Float {
    guard let hit = scene.intersect(Ray(origin: .zero, direction: direction)) else {
      return scene.emitters.environment >= 0 ? scene.emitters.environmentDensity(direction) : 0
    }
    let emitter = scene.shapes[Int(hit.shape)].emitter
    guard emitter >= 0, dot(hit.geometricNormal, direction) < 0 else { return 0 }
    return scene.emitters.areaDensity(emitter, hit: hit, from: .zero)
  }

  @Test("A sampled direction has the density that tracing it finds", arguments: LightCase.continuous)
  func densitiesAgree(_ c: LightCase) throws {
    try withEmitters([c]) { scene in
      var sampler = testSampler()
      var drawn = 0
      for _ in 0..<2000 {
        guard let s = scene.emitters.sample(from: .zero, choice: sampler.next1D(), u: sampler.next2D()) else {
          continue
        }
        drawn += 1
        let traced = density(scene, s.direction)
        // At the very border of a light the ray may miss it.
        if traced == 0 && s.pdf > 0 { continue }
        // On a curved surface an error ε of the ray moves the point by ε / cos θ, and the density by ε / (r cos² θ).
        let cosine = dot(s.normal, s.direction)
        let grazing = c.kind == .cylinder ? 1e-6 / (cosine * cosine) : 0
        #expect(abs(traced - s.pdf) <= (2e-3 + grazing) * s.pdf, "\(s.direction): \(s.pdf) drawn, \(traced) traced")
        #expect(abs(s.scale * s.pdf - 1) < 1e-5)
      }
      #expect(drawn > 500)
    }
  }

  @Test("Directions follow their density, which integrates to at most 1", arguments: LightCase.continuous)
  func directionsFollowDensity(_ c: LightCase) throws {
    try withEmitters([c]) { scene in
      var sampler = testSampler(seed: 2)
      var histogram = SphereHistogram(rows: 24, columns: 16)
      for _ in 0..<100_000 {
        let s = scene.emitters.sample(from: .zero, choice: sampler.next1D(), u: sampler.next2D())
        histogram.add(s?.direction)
      }
      let (chi, mass) = histogram.test { density(scene, $0) }
      #expect(mass < 1.002, "∫ p = \(mass)")
      #expect(chi.passes(cases: LightCase.continuous.count), "∫ p = \(mass): \(chi)")
    }
  }

  private func irradiance(_ scene: KernelScene, draws: Int) -> Estimate {
    var sampler = testSampler(seed: 3)
    return Estimate(count: draws) {
      guard let s = scene.emitters.sample(from: .zero, choice: sampler.next1D(), u: sampler.next2D()) else { return 0 }
      return Double(s.radiance.x * s.scale * max(s.direction.z, 0))
    }
  }

  @Test("Irradiance at a point is that of the closed form", arguments: LightCase.all.filter { $0.irradiance != nil })
  func irradiance(_ c: LightCase) throws {
    try withEmitters([c]) { scene in
      let estimate = irradiance(scene, draws: 50_000)
      let expected = try #require(c.irradiance)
      #expect(estimate.agrees(with: expected, rounding: 2e-5 * expected), "\(estimate), expected \(expected)")
    }
  }

  @Test("Several lights add up, whichever is chosen") func sum() throws {
    let kinds: [LightCase.Kind] = [.rectangle, .sphere, .point, .directional, .constant]
    try withEmitters(kinds.map { LightCase(kind: $0) }) { scene in
      let estimate = irradiance(scene, draws: 100_000)
      let expected = kinds.compactMap { LightCase(kind: $0).irradiance }.reduce(0, +)
      #expect(estimate.agrees(with: expected), "\(estimate), expected \(expected)")
    }
  }

  @Test("An environment's irradiance by sampling is that by quadrature of its radiance") func environment() throws {
    try withEmitters([LightCase(kind: .environment)]) { scene in
      let estimate = irradiance(scene, draws: 50_000)
      let quadrature = SphereQuadrature { scene.emitters.environmentRadiance($0).x * max($0.z, 0) }
      let expected = quadrature.integral(z: (0, 1), phi: (0, 2 * .pi), minimumDepth: 4, tolerance: 1e-5)
      #expect(estimate.agrees(with: expected, rounding: 1e-4), "\(estimate), expected \(expected)")
    }
  }

  @Test("A sampled environment direction carries the radiance that a ray along it finds") func radiance() throws {
    try withEmitters([LightCase(kind: .environment)]) { scene in
      var sampler = testSampler(seed: 4)
      for _ in 0..<1000 {
        guard let s = scene.emitters.sample(from: .zero, choice: sampler.next1D(), u: sampler.next2D()) else {
          continue
        }
        let seen = scene.emitters.environmentRadiance(s.direction)
        #expect((seen - s.radiance).length <= 1e-3 * seen.length)
      }
    }
  }

  @Test("In the map's frame +z is the picture's centre, +x a quarter, and the top row is +y") func orientation() {
    let map = EnvironmentMap(data: 0, scale: 0, matrix: 0, width: 4, height: 4)
    func coordinates(_ d: Vector3) -> SIMD2<Float> { map.coordinates(Vector<Float>(d)).components }
    #expect(abs(coordinates([0, 0, 1]).x - 0.5) < 1e-6)
    #expect(abs(coordinates([1, 0, 0]).x - 0.25) < 1e-6)
    #expect(abs(coordinates([-1, 0, 0]).x - 0.75) < 1e-6)
    #expect(abs(coordinates([0, 1, 1e-6]).y) < 1e-5)
    #expect(abs(coordinates([0, -1, 1e-6]).y - 1) < 1e-5)
    #expect(abs(coordinates([0, 0, 1]).y - 0.5) < 1e-6)
  }
}
