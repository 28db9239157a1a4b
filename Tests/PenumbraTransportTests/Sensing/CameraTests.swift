import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// Inputs: matrix (12), field of view, principal point (2).
private struct RayFunction: LocalFunction {
  let record: SensorRecord
  let p: SIMD2<Float>

  func callAsFunction<S: ShadingScalar>(_ x: [S]) -> [S] {
    let map = AffineMap(
      x: Vector(x[0], x[4], x[8]), y: Vector(x[1], x[5], x[9]), z: Vector(x[2], x[6], x[10]),
      translation: Vector(x[3], x[7], x[11]))
    let ray = record.ray(p, CameraInputs(map: map, xFov: x[12], principalX: x[13], principalY: x[14]))
    return [ray.origin.x, ray.origin.y, ray.origin.z, ray.direction.x, ray.direction.y, ray.direction.z]
  }
}

struct CameraTests {
  private func record(width: Int, height: Int, perspective: Bool = true) -> SensorRecord {
    SensorRecord(
      isPerspective: perspective, matrix: 0, xFov: 0, principalX: 0, principalY: 0, near: 0.01, far: 1e4,
      width: width, height: height)
  }

  private func ray(
    _ p: SIMD2<Float>, _ record: SensorRecord, matrix: [Float] = TestScene.identity, fov: Float = 90,
    principal: SIMD2<Float> = .zero
  ) -> (origin: Vector3, direction: Vector3) {
    matrix.withUnsafeBufferPointer {
      let inputs = CameraInputs(
        map: AffineMap<Float>(rowMajor: $0.baseAddress!), xFov: fov, principalX: principal.x, principalY: principal.y)
      let ray = record.ray(p, inputs)
      return (ray.origin.value, ray.direction.value)
    }
  }

  private func expectClose(_ a: Vector3, _ b: Vector3, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect((a - b).length < 1e-5, "\(a), expected \(b)", sourceLocation: sourceLocation)
  }

  @Test("The centre looks along +z, the top left corner along (+, +, +), by the horizontal field of view")
  func corners() {
    let square = record(width: 64, height: 64)
    expectClose(ray([0.5, 0.5], square).direction, [0, 0, 1])
    expectClose(ray([0, 0], square).direction, Vector3(1, 1, 1).normalized)
    expectClose(ray([1, 0.5], square).direction, Vector3(-1, 0, 1).normalized)
    let wide = record(width: 200, height: 100)
    expectClose(ray([0, 0.5], wide).direction, Vector3(1, 0, 1).normalized)
    expectClose(ray([0.5, 0], wide).direction, Vector3(0, 0.5, 1).normalized)
  }

  @Test("look_at from (0, 0, 4) to the origin has rows (−1, 0, 0, 0), (0, 1, 0, 0), (0, 0, −1, 4)")
  func lookAt() {
    let matrix = TestScene.lookAt([0, 0, 4], .zero)
    #expect(matrix == [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 4, 0, 0, 0, 1])
    // World +x appears on the right: film x > ½.
    let r = ray([0.75, 0.5], record(width: 8, height: 8), matrix: matrix)
    #expect(r.direction.x > 0)
    expectClose(r.origin, [0, 0, 4])
  }

  @Test("Principal point offsets shift rays right and down by a fraction of the film") func principalPoint() {
    let film = record(width: 60, height: 40)
    expectClose(
      ray([0.5, 0.5], film, fov: 50, principal: [0.1, -0.2]).direction, ray([0.6, 0.3], film, fov: 50).direction)
  }

  @Test("Orthographic rays are parallel and span [−1, 1] · scale horizontally") func orthographic() {
    let film = record(width: 200, height: 100, perspective: false)
    let matrix: [Float] = [-3, 0, 0, 1, 0, 3, 0, 2, 0, 0, -3, 4, 0, 0, 0, 1]
    let topLeft = ray([0, 0], film, matrix: matrix)
    expectClose(topLeft.origin, [1 - 3, 2 + 1.5, 4])
    expectClose(topLeft.direction, [0, 0, -1])
    expectClose(ray([1, 1], film, matrix: matrix).origin, [1 + 3, 2 - 1.5, 4])
  }

  @Test("Rays differentiate in pose, field of view and principal point", arguments: [true, false])
  func derivatives(_ perspective: Bool) {
    let m = TestScene.lookAt([1, 2, 4], [0, 0.5, 0])
    let f = RayFunction(record: record(width: 60, height: 40, perspective: perspective), p: [0.2, 0.7])
    expectPartialsMatchDifferences(of: f, at: Array(m.prefix(12)) + [45, 0.02, -0.01], step: 1e-3)
  }

  @Test("A pixel shows what its position on the film says") func pixels() throws {
    // A small lamp at a known direction lights exactly one pixel.
    var scene = TestScene()
    let lamp = scene.add(
      Geometry.sphere, TestScene.placed(at: [1.0, 0.5, 0], scale: 0.05), try scene.diffuse([0, 0, 0]))
    try scene.area(lamp, [1, 1, 1])
    try scene.camera(TestScene.lookAt([0, 0, 4], .zero), fov: 90, width: 16, height: 8)
    let image = try scene.renderer().render(.test(spp: 4096, maxDepth: 1))
    let lit = (0..<16 * 8).filter { image.rgb[3 * $0] > 0 }
    // A quarter of the half width to the right, a quarter of the half height up: column 10, row 3 of 16 × 8. Both are
    // borders of pixels, so the lamp's image is shared by the four around them.
    let around: [Int] = [41, 42, 57, 58]
    #expect(lit == around)
  }

  @Test("Clip planes cut by distance along the axis") func clipPlanes() throws {
    for (z, visible) in [(Float(1.5), false), (2.5, true), (5, false)] {
      var scene = TestScene()
      let lamp = scene.add(
        Geometry.rectangle, [20, 0, 0, 0, 0, -20, 0, 0, 0, 0, -20, z, 0, 0, 0, 1], try scene.diffuse([0, 0, 0]))
      try scene.area(lamp, [1, 1, 1])
      let fov = scene.builder.addHidden([100])
      let zero = scene.builder.addHidden([0])
      scene.builder.add(
        Sensor(
          id: "clipped", projection: .perspective(xFov: fov, principalPointX: zero, principalPointY: zero),
          toWorld: scene.matrix(TestScene.identity), nearClip: 2, farClip: 4,
          film: Film(width: 5, height: 5, filter: .box())))
      let rgb = try scene.renderer().render(.test(spp: 4, maxDepth: 1)).rgb
      #expect(rgb.allSatisfy { $0 == (visible ? 1 : 0) })
    }
  }
}
