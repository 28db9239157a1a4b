import CEmbree
import Foundation
import Testing

@testable import PenumbraTransport

@Suite("Rays that need no hierarchy") struct RaySieveTests {
  private struct Random {
    private var state: UInt64 = 1
    mutating func number() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 23) - 1
    }
    mutating func point(_ size: Float) -> Vector3 { size * Vector3(number(), number(), number()) }
  }

  // MARK: Convexity

  private func sides(_ positions: [Vector3], _ triangles: [SIMD3<UInt32>]) -> ConvexSides {
    ConvexSides(
      positions: positions.flatMap { [$0.x, $0.y, $0.z] }, vertexCount: positions.count,
      triangles: triangles.flatMap { [$0.x, $0.y, $0.z] }, triangleCount: triangles.count)
  }

  /// A grid of n² squares over (s, t) in [0, 1]².
  private func grid(_ n: Int, _ place: (Float, Float) -> Vector3) -> ([Vector3], [SIMD3<UInt32>]) {
    var (positions, triangles) = ([Vector3](), [SIMD3<UInt32>]())
    for j in 0...n { for i in 0...n { positions.append(place(Float(i) / Float(n), Float(j) / Float(n))) } }
    for j in 0..<n {
      for i in 0..<n {
        let a = UInt32(j * (n + 1) + i)
        let c = a + UInt32(n + 1)
        triangles += [[a, a + 1, c + 1], [a, c + 1, c]]
      }
    }
    return (positions, triangles)
  }

  private static func onSphere(_ s: Float, _ t: Float) -> Vector3 {
    let (phi, theta) = (2 * Float.pi * s, Float.pi * t)
    return Vector3(sin(theta) * sin(phi), cos(theta), sin(theta) * cos(phi))
  }

  @Test("Spheres are convex outside, planes on both sides, tori and pairs of spheres nowhere")
  func convexity() {
    // Down and around: corners are counter-clockwise from outside.
    let (sphere, triangles) = grid(24) { Self.onSphere(-$0, $1) }
    let outside = sides(sphere, triangles)
    let inside = sides(sphere, triangles.map { [$0.x, $0.z, $0.y] })
    #expect(outside.front != inside.front && outside.back != inside.back && outside.front != outside.back)
    let (plane, squares) = grid(9) { Vector3(3 * $0, 2 * $1, $0 - $1) }
    let flat = sides(plane, squares)
    #expect(flat.front && flat.back)
    let (torus, rings) = grid(24) { s, t in
      let r = 1 + 0.3 * cos(2 * .pi * t)
      return Vector3(r * cos(2 * .pi * s), 0.3 * sin(2 * .pi * t), r * sin(2 * .pi * s))
    }
    let ring = sides(torus, rings)
    #expect(!ring.front && !ring.back)
    let two = sides(
      sphere + sphere.map { $0 + Vector3(3, 0, 0) }, triangles + triangles.map { $0 &+ UInt32(sphere.count) })
    #expect(!two.front && !two.back)
    // One vertex stands out by a hundredth, or is pushed in by as much.
    for factor: Float in [0.99, 1.01] {
      var dented = sphere
      dented[12 * 25 + 5] *= factor
      let result = sides(dented, triangles)
      #expect(!result.front && !result.back)
    }
  }

  // MARK: Rays

  /// A scene whose mesh has some loose triangles.
  private func scattered(_ count: Int, _ random: inout Random) throws -> TestScene {
    var scene = TestScene()
    let grey = try scene.diffuse([0.5, 0.5, 0.5])
    var positions: [Vector3] = []
    for _ in 0..<count {
      let center = random.point(1)
      for _ in 0..<3 { positions.append(center + random.point(0.4)) }
    }
    let triangles = (0..<UInt32(count)).map { SIMD3<UInt32>(3 * $0, 3 * $0 + 1, 3 * $0 + 2) }
    let geometry = try scene.mesh(key: "loose", positions, normals: nil, triangles: triangles)
    _ = scene.builder.add(Shape(id: "loose", geometry: geometry, material: grey))
    return scene
  }

  private func camera(_ scene: inout TestScene) throws { try scene.camera(TestScene.lookAt([0, 0, 5], .zero)) }

  /// Compares waves of rays with the same rays one by one.
  ///
  /// - Returns: numbers of rays that met something and of those that met something else.
  private func compare(_ scene: KernelScene, _ rays: [CEmbreeRay], left: [Float]) -> (met: Int, different: Int) {
    let intersector = WaveIntersector(capacity: 64)
    defer { intersector.deallocate() }
    var (met, different) = (0, 0)
    var hits = [CEmbreeHit](repeating: CEmbreeHit(), count: 64)
    var isBlocked = [UInt8](repeating: 0, count: 64)
    for first in stride(from: 0, to: rays.count, by: 61) {
      let wave = Array(rays[first..<min(first + 61, rays.count)])
      let leaving = Array(left[first..<(first + wave.count)]) + [Float](repeating: -1, count: 8)
      intersector.intersect(wave, left: leaving, count: wave.count, areCoherent: false, scene, &hits)
      intersector.occlude(wave, left: leaving, count: wave.count, scene, &isBlocked)
      for (i, ray) in wave.enumerated() {
        var one = CEmbreeHit()
        cembree_intersect(
          scene.embree, ray.ox, ray.oy, ray.oz, ray.near, ray.dx, ray.dy, ray.dz, ray.far, &one)
        if one.geometry != .max { met += 1 }
        let isSame =
          hits[i].geometry == one.geometry && (one.geometry == .max || hits[i].primitive == one.primitive)
          && (isBlocked[i] != 0) == (one.geometry != .max)
        guard isSame else {
          different += 1
          continue
        }
        guard one.geometry != .max else { continue }
        // The same products in the same order, but for Embree's approximate reciprocal: some units in the last place.
        #expect(abs(hits[i].t - one.t) <= 1e-6 * one.t)
        #expect(abs(hits[i].u - one.u) < 2e-6 && abs(hits[i].v - one.v) < 2e-6)
        #expect(hits[i].instance == .max)
      }
    }
    return (met, different)
  }

  private func rays(_ count: Int, _ random: inout Random, size: Float) -> [CEmbreeRay] {
    (0..<count).map { i in
      // Some end before what they would meet.
      let far = i % 3 == 0 ? abs(random.number()) * 2 : .infinity
      return CEmbreeRay(Ray(origin: random.point(size), direction: random.point(1).normalized, far: far))
    }
  }

  @Test("A small scene's triangles are met as by Embree's hierarchy, near and far ends included")
  func list() throws {
    var random = Random()
    var scene = try scattered(60, &random)
    try camera(&scene)
    let expanded = try ExpandedScene(scene.builder.build())
    let kernel = expanded.kernel
    let sieve = try #require(kernel.sieve)
    #expect(sieve.pointee.triangles.count == 60 && sieve.pointee.bodies.count == 0)
    let rays = rays(20_000, &random, size: 1.5)
    let (met, different) = withExtendedLifetime(expanded) {
      compare(kernel, rays, left: rays.map { _ in -1 })
    }
    #expect(met > 2000)
    // Rays within rounding of an edge may go either way: 180 edges, each as wide as some 10⁻⁶ of the picture.
    #expect(different <= 4)
  }

  @Test("Rays meet the same with the sieve as without, also those that leave convex shapes")
  func bodies() throws {
    var random = Random()
    var scene = try scattered(10, &random)
    let grey = try scene.diffuse([0.5, 0.5, 0.5])
    let ball = try GeometryScene.ball(&scene, key: "ball", center: [2, 0, 0], radius: 0.8)
    _ = scene.builder.add(Shape(id: "ball", geometry: ball, material: grey))
    scene.add(Geometry.sphere, TestScene.placed(at: [-2, 0, 0], scale: 0.7), grey)
    scene.floor(grey, z: -2)
    try camera(&scene)
    let expanded = try ExpandedScene(scene.builder.build())
    let kernel = expanded.kernel
    let sieve = try #require(kernel.sieve)
    #expect(sieve.pointee.triangles.count == 12 && sieve.pointee.bodies.count == 2)
    #expect(kernel.shapes[1].leftInFront == 1 && kernel.shapes[1].leftBehind == -1)
    #expect(kernel.shapes[2].leftInFront == 2 && kernel.shapes[2].leftBehind == -1)
    var (all, left) = (rays(5000, &random, size: 3), [Float](repeating: -1, count: 5000))
    // What rays from all of these meet, they leave in all directions.
    for ray in rays(60_000, &random, size: 3) {
      guard let hit = kernel.intersect(Ray(ray)) else { continue }
      let direction = random.point(1).normalized
      all.append(
        CEmbreeRay(
          Ray(
            origin: RayOffset.origin(hit.position, normal: hit.geometricNormal, direction: direction),
            direction: direction)))
      let shape = kernel.shapes[Int(hit.shape)]
      left.append(dot(hit.geometricNormal, direction) < 0 ? shape.leftBehind : shape.leftInFront)
    }
    let (met, different) = withExtendedLifetime(expanded) { compare(kernel, all, left: left) }
    #expect(left.count { $0 >= 0 } > 500 && met > 2000)
    #expect(different <= 4)
  }

  @Test("A moved shape is met where it is now")
  func changes() throws {
    var scene = TestScene()
    let grey = try scene.diffuse([0.5, 0.5, 0.5])
    _ = scene.builder.add(
      Shape(
        id: "quad", geometry: Geometry.rectangle(toWorld: scene.matrix(TestScene.identity)), material: grey,
        pose: try scene.shapePose("quad")))
    try camera(&scene)
    let built = try scene.builder.build()
    let expanded = try ExpandedScene(built)
    let intersector = WaveIntersector(capacity: 8)
    defer { intersector.deallocate() }
    func distance() -> Float {
      var hit = CEmbreeHit()
      intersector.intersect(
        [CEmbreeRay(Ray(origin: [0.1, 0.2, 5], direction: [0, 0, -1]))], left: [Float](repeating: -1, count: 8),
        count: 1, areCoherent: false, expanded.kernel, &hit)
      return hit.geometry == .max ? .infinity : hit.t
    }
    #expect(abs(distance() - 5) < 1e-5)
    var theta = built.theta
    let offset = try #require(built.structure.parameters["quad.translate"]?.offset)
    theta[offset + 2] = 1.5
    try expanded.update(theta)
    #expect(abs(distance() - 3.5) < 1e-5)
  }
}
