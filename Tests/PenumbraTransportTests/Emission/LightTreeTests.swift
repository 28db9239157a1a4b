import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// Streets of small lamps above a floor.
enum ManyLights {
  /// `count` square lamps of different power that face somewhere downwards, two bulbs, and a mesh of lit triangles.
  static func scene(count: Int, sky: Bool = false) throws -> TestScene {
    var scene = TestScene()
    var sampler = testSampler(seed: 11)
    let black = try scene.diffuse([0, 0, 0])
    for _ in 0..<count {
      let p = Vector3(20 * sampler.next1D() - 10, 20 * sampler.next1D() - 10, 1 + 2 * sampler.next1D())
      let down = Vector3(sampler.next1D() - 0.5, sampler.next1D() - 0.5, -0.7)
      let radiance = exp(3 * sampler.next1D())
      let m = TestScene.lookAt(p, p + down, up: [0, 1, 0])
      let size: Float = 0.05
      let scaled = m.enumerated().map { $0.offset < 12 && $0.offset % 4 < 3 ? $0.element * size : $0.element }
      let lamp = scene.add(Geometry.rectangle, scaled, black)
      try scene.area(lamp, [radiance, radiance, radiance])
    }
    try scene.point([1, 2, 2], [0.3, 0.3, 0.3])
    try scene.point([-6, 4, 1], [0.2, 0.2, 0.2])
    try addBowl(to: &scene, black)
    if sky { try scene.sky([0.02, 0.02, 0.02]) }
    return scene
  }

  /// A fan of lit triangles on a cone that opens downwards.
  private static func addBowl(to scene: inout TestScene, _ material: MaterialID) throws {
    let sides = 12
    var positions: [Float] = [3, -3, 2.5]
    for i in 0..<sides {
      let phi = 2 * Float.pi * Float(i) / Float(sides)
      positions += [3 + 0.5 * cos(phi), -3 + 0.5 * sin(phi), 2.2]
    }
    let triangles = (0..<UInt32(sides)).map { SIMD3<UInt32>(0, 1 + ($0 + 1) % UInt32(sides), 1 + $0) }
    let mesh = Mesh(
      positions: scene.builder.addHidden(positions), vertexCount: sides + 1, triangles: triangles, normals: nil,
      texcoords: nil)
    let id = scene.builder.add(Shape(id: "bowl", geometry: .mesh(mesh), material: material))
    try scene.area(id, [3, 3, 3])
  }

  /// Points on the floor, their normal up.
  static func points(_ count: Int) -> [Vector3] {
    var sampler = testSampler(seed: 12)
    return (0..<count).map { _ in Vector3(16 * sampler.next1D() - 8, 16 * sampler.next1D() - 8, 0) }
  }
}

struct LightTreeTests {
  private let up = Vector3(0, 0, 1)

  private func withLights(
    _ count: Int, sky: Bool = false, _ rule: LightSelection = .automatic, _ body: (KernelScene) throws -> Void
  ) throws {
    var scene = try ManyLights.scene(count: count, sky: sky)
    try scene.camera(TestScene.identity)
    let renderer = try scene.renderer()
    renderer.expanded.select(rule)
    try body(renderer.expanded.kernel)
  }

  @Test("Items are chosen with the probability that walking up from their leaf finds") func choices() throws {
    try withLights(40) { scene in
      let many = try #require(scene.emitters.many)
      let itemCount = 40 + 2 + 12
      let points = ManyLights.points(6)
      for (index, p) in points.enumerated() {
        let expected = (0..<itemCount).map { Double(many.tree.probability(of: $0, from: p, normal: up)) }
        let draws = 60_000
        var (observed, sampler) = ([Double](repeating: 0, count: itemCount + 1), testSampler(seed: UInt64(20 + index)))
        for _ in 0..<draws {
          guard let chosen = many.tree.sample(from: p, normal: up, sampler.next1D()) else {
            observed[itemCount] += 1
            continue
          }
          observed[chosen.item] += 1
          #expect(abs(Double(chosen.probability) - expected[chosen.item]) <= 1e-4 * expected[chosen.item])
        }
        let sum = expected.reduce(0, +)
        #expect(sum <= 1 + 1e-5)
        let missing = max(1 - sum, 0)
        // Rounding of the sum is no draw that finds nothing.
        let cells = expected.map { $0 * Double(draws) } + [missing < 1e-5 ? 0 : missing * Double(draws)]
        let test = ChiSquared(observed: observed, expected: cells)
        #expect(test.passes(cases: points.count), "\(p): \(test)")
      }
    }
  }

  @Test("Ways that are followed together end where each ends by itself") func together() throws {
    try withLights(200) { scene in
      let tree = try #require(scene.emitters.many).tree
      let points = ManyLights.points(64)
      var sampler = testSampler(seed: 31)
      for first in stride(from: 0, to: points.count, by: 8) {
        let numbers = (0..<8).map { _ in sampler.next1D() }
        var ways = (0..<8).map { tree.way(from: points[first + $0], normal: up, numbers[$0]) }
        tree.follow(&ways, PacketBits(first: 7))
        #expect(ways[7].item < 0)
        for i in 0..<7 {
          let alone = tree.sample(from: points[first + i], normal: up, numbers[i])
          #expect(ways[i].item == alone?.item ?? -1)
          if let alone { #expect(ways[i].probability == alone.probability) }
        }
      }
    }
  }

  @Test("A light that shines on a point is never ruled out") func conservative() throws {
    try withLights(60) { scene in
      let many = try #require(scene.emitters.many)
      for p in ManyLights.points(200) {
        for item in 0..<(60 + 2) {
          let emitter = scene.emitters.records[Int(many.tree.items[item].emitter)]
          guard emitter.kind == .area else { continue }
          let shape = scene.shapes[Int(emitter.shape)]
          let lamp = EmittingPoint(rectangle: shape.rectangle, [0.5, 0.5])
          let shines = dot(lamp.normal, (p - lamp.position).normalized) > 1e-3
          #expect(!shines || many.tree.probability(of: item, from: p, normal: up) > 0)
        }
      }
    }
  }

  /// Irradiance on the floor from one light sample, a sky included.
  private func irradiance(_ scene: KernelScene, at p: Vector3, draws: Int, seed: UInt64) -> Estimate {
    var sampler = testSampler(seed: seed)
    return Estimate(count: draws) {
      guard let s = scene.emitters.sample(from: p, normal: up, choice: sampler.next1D(), u: sampler.next2D()) else {
        return 0
      }
      return Double(s.radiance.x * s.scale * max(s.direction.z, 0))
    }
  }

  @Test("Irradiance is the same however lights are chosen") func unbiased() throws {
    for (index, p) in ManyLights.points(5).enumerated() {
      var estimates: [Estimate] = []
      for rule in LightSelection.allCases {
        try withLights(40, sky: true, rule) { scene in
          #expect((scene.emitters.many != nil) == (rule == .automatic))
          estimates.append(irradiance(scene, at: p, draws: 100_000, seed: UInt64(index)))
        }
      }
      #expect(estimates[0].agrees(with: estimates[1]) && estimates[0].agrees(with: estimates[2]), "\(p): \(estimates)")
    }
  }

  @Test("Sampled points have the density that hits on them find") func densities() throws {
    try withLights(40) { scene in
      var sampler = testSampler(seed: 5)
      var found = 0
      for p in ManyLights.points(400) {
        guard let s = scene.emitters.sample(from: p, normal: up, choice: sampler.next1D(), u: sampler.next2D()),
          s.pdf > 0,
          let hit = scene.intersect(Ray(origin: p, direction: s.direction)),
          scene.shapes[Int(hit.shape)].emitter == s.emitter, abs(hit.distance / s.distance - 1) < 1e-3
        else { continue }
        let traced = scene.emitters.areaDensity(s.emitter, hit: hit, from: p, normal: up)
        found += 1
        #expect(abs(traced - s.pdf) <= 2e-3 * s.pdf, "\(traced) traced, \(s.pdf) drawn")
      }
      #expect(found > 200)
    }
  }

  @Test("A thousand lamps at equal samples: the tree has at most half the variance of a uniform choice") func variance()
    throws
  {
    var variances: [LightSelection: Double] = [:]
    for rule in [LightSelection.automatic, .uniform] {
      try withLights(1000, rule) { scene in
        let points = ManyLights.points(100)
        // Relative, so that points under a lamp do not decide alone.
        let sum = points.enumerated().map { index, p -> Double in
          let estimate = irradiance(scene, at: p, draws: 4000, seed: UInt64(index))
          return estimate.variance / (estimate.mean * estimate.mean)
        }
        variances[rule] = sum.reduce(0, +) / Double(points.count)
      }
    }
    let ratio = try #require(variances[.uniform]) / #require(variances[.automatic])
    print("variance of a uniform choice over that of the tree: \(ratio)")
    #expect(ratio > 2)
  }

  @Test("Lights that move take their bounds along") func refit() throws {
    var scene = try ManyLights.scene(count: 40)
    try scene.point([2, 2, 2], [1, 1, 1], key: "bulb")
    try scene.camera(TestScene.identity)
    let built = try scene.builder.build()
    let renderer = try Renderer(built)
    var theta = built.theta
    let offset = try built.structure.parameters.resolve("bulb.position").range.lowerBound
    theta[offset] = -7
    theta[offset + 1] = -7
    theta[offset + 2] = 0.5
    try renderer.update(theta: theta)
    let kernel = renderer.expanded.kernel
    let many = try #require(kernel.emitters.many)
    let index = Int(kernel.emitters.records[built.structure.emitters.count - 1].firstItem)
    let near = many.tree.probability(of: index, from: [-7, -7, 0.2], normal: up)
    let far = many.tree.probability(of: index, from: [2, 2, 1.7], normal: up)
    #expect(near > 20 * far, "\(near) beside the light, \(far) where it was")
  }
}
