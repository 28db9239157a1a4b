import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// Lenses that bend the picture, with their coefficients.
struct BentLens: Sendable, CustomStringConvertible {
  let description: String
  let isFisheye: Bool
  let fov: Float
  let coefficients: [Float]

  static let all = [
    BentLens(
      description: "barrel", isFisheye: false, fov: 60, coefficients: [-0.28, 0.07, 0, 0, 0, 0, 1e-3, -5e-4]),
    BentLens(
      description: "pincushion", isFisheye: false, fov: 50, coefficients: [0.2, 0.05, 0.01, 0, 0, 0, -2e-3, 3e-3]),
    BentLens(
      description: "rational", isFisheye: false, fov: 70,
      coefficients: [0.5, -0.1, 0.02, 0.6, 0.05, -0.01, 5e-4, 1e-3]),
    BentLens(description: "equidistant", isFisheye: true, fov: 170, coefficients: [0, 0, 0, 0]),
    BentLens(description: "fisheye", isFisheye: true, fov: 190, coefficients: [-0.02, 0.006, -0.004, 5e-4]),
  ]

  func record(width: Int = 60, height: Int = 40) -> SensorRecord {
    var record = SensorRecord(
      isPerspective: true, matrix: 0, xFov: 0, principalX: 0, principalY: 0, near: 0.01, far: 1e4, width: width,
      height: height)
    record.mapping = isFisheye ? .equidistant : .rectilinear
    record.distortion = 0
    return record
  }

  func inputs(_ map: AffineMap<Float>) -> CameraInputs<Float> {
    var inputs = CameraInputs<Float>(
      map: map, xFov: fov, principalX: 0.05, principalY: -0.1, mapping: record().mapping)
    inputs.distortion = LensDistortion(coefficients, isEquidistant: isFisheye)
    return inputs
  }
}

/// Inputs: field of view, principal point (2), distortion (4 or 8).
private struct BentRayFunction: LocalFunction {
  let lens: BentLens
  let p: SIMD2<Float>

  static func inputs<S: ShadingScalar>(_ x: [S], _ lens: BentLens) -> CameraInputs<S> {
    var inputs = CameraInputs(
      map: AffineMap<S>(rowMajor: TestScene.lookAt([1, 2, 3], [0.3, -0.2, 0.1])), xFov: x[0], principalX: x[1],
      principalY: x[2], mapping: lens.record().mapping)
    let k = Array(x[3...]) + [S](repeating: S(0), count: 4)
    inputs.distortion.radial = (k[0], k[1], k[2], k[3], lens.isFisheye ? S(0) : k[4], lens.isFisheye ? S(0) : k[5])
    if !lens.isFisheye { (inputs.distortion.p1, inputs.distortion.p2) = (k[6], k[7]) }
    return inputs
  }

  func callAsFunction<S: ShadingScalar>(_ x: [S]) -> [S] {
    let ray = lens.record().ray(p, Self.inputs(x, lens))
    return [ray.origin.x, ray.origin.y, ray.origin.z, ray.direction.x, ray.direction.y, ray.direction.z]
  }
}

/// The film position of a fixed point, with the same inputs.
private struct BentProjectionFunction: LocalFunction {
  let lens: BentLens
  let point: Vector3

  func callAsFunction<S: ShadingScalar>(_ x: [S]) -> [S] {
    guard let film = lens.record().project(Vector<S>(point), BentRayFunction.inputs(x, lens)) else { return [] }
    return [film.x, film.y]
  }
}

struct LensDistortionTests {
  private static let map = AffineMap<Float>(rowMajor: TestScene.lookAt([1, 2, 3], [0.3, -0.2, 0.1]))

  @Test("A point on a ray of a bent picture is seen where the ray starts on the film", arguments: BentLens.all)
  func inverse(_ lens: BentLens) throws {
    let (record, inputs) = (lens.record(), lens.inputs(Self.map))
    var sampler = testSampler(seed: 3)
    for _ in 0..<500 {
      let p = sampler.next2D()
      let ray = record.ray(p, inputs)
      #expect(abs(ray.direction.value.length - 1) < 1e-5)
      let point = ray.origin + ray.direction * (0.5 + 5 * sampler.next1D())
      let found = try #require(record.project(point, inputs))
      // Single precision of a point at distance ~5, magnified where the picture is compressed at its border.
      #expect(abs(found.x - p.x) < 2e-5 && abs(found.y - p.y) < 2e-5, "\(p), found \(found)")
    }
  }

  @Test("Coefficients mean what they mean in OpenCV: values of its documented formulas") func values() {
    let k = (k1: -0.28, k2: 0.07, k3: 0.01, k4: 0.1, k5: -0.02, k6: 0.003, p1: 1e-3, p2: -5e-4)
    let distortion = LensDistortion<Float>(
      [-0.28, 0.07, 0.01, 0.1, -0.02, 0.003, 1e-3, -5e-4], isEquidistant: false)
    for (x, y) in [(0.3, -0.2), (-0.5, 0.4), (0, 0.6)] {
      let r2 = x * x + y * y
      let q =
        (1 + k.k1 * r2 + k.k2 * r2 * r2 + k.k3 * r2 * r2 * r2)
        / (1 + k.k4 * r2 + k.k5 * r2 * r2 + k.k6 * r2 * r2 * r2)
      let expected = (
        x * q + 2 * k.p1 * x * y + k.p2 * (r2 + 2 * x * x), y * q + k.p1 * (r2 + 2 * y * y) + 2 * k.p2 * x * y
      )
      let found = distortion.distorted(Float(x), Float(y))
      #expect(abs(Double(found.x) - expected.0) < 1e-6 && abs(Double(found.y) - expected.1) < 1e-6)
    }
  }

  @Test("OpenCV's x points right and its y down: tangential coefficients shift the picture that way") func axes() throws
  {
    let identity = AffineMap<Float>(rowMajor: TestScene.identity)
    var inputs = CameraInputs<Float>(map: identity, xFov: 90, principalX: 0, principalY: 0)
    inputs.distortion.p1 = 0.01
    inputs.distortion.p2 = 0.02
    var record = BentLens.all[0].record(width: 10, height: 10)
    record.mapping = .rectilinear
    // At x = y = 0.5 to the right and below: x′ = 0.5 + 2 p₁ / 4 + p₂ (0.5 + 0.5), y′ = 0.5 + p₁ (0.5 + 0.5) + 2 p₂ / 4.
    let film = try #require(record.project(Vector(Vector3(-0.5, -0.5, 1)), inputs))
    #expect(abs(film.x - (0.5 + 0.5 * (0.5 + 0.005 + 0.02))) < 1e-6)
    #expect(abs(film.y - (0.5 + 0.5 * (0.5 + 0.01 + 0.01))) < 1e-6)
  }

  @Test("Rays differentiate in field of view, principal point and distortion", arguments: BentLens.all)
  func rayDerivatives(_ lens: BentLens) {
    for p in [SIMD2<Float>(0.2, 0.7), [0.85, 0.1], [0.48, 0.55]] {
      expectPartialsMatchDifferences(
        of: BentRayFunction(lens: lens, p: p),
        at: [lens.fov, 0.02, -0.01] + lens.coefficients, step: 1e-3)
    }
  }

  @Test("Film positions differentiate in field of view, principal point and distortion", arguments: BentLens.all)
  func projectionDerivatives(_ lens: BentLens) {
    let ray = lens.record().ray(SIMD2(0.8, 0.3), lens.inputs(Self.map))
    let point = (ray.origin + ray.direction * 3).value
    expectPartialsMatchDifferences(
      of: BentProjectionFunction(lens: lens, point: point),
      at: [lens.fov, 0.02, -0.01] + lens.coefficients, step: 1e-3)
  }

  @Test("An equidistant picture has equal angles at equal lengths, beyond 90° too") func equidistant() {
    var record = BentLens.all[3].record(width: 50, height: 50)
    record.distortion = -1
    let inputs = CameraInputs<Float>(
      map: AffineMap(rowMajor: TestScene.identity), xFov: 240, principalX: 0, principalY: 0, mapping: .equidistant)
    for step in 0...10 {
      let x = 0.5 - 0.05 * Float(step)
      let direction = record.ray(SIMD2(x, 0.5), inputs).direction.value
      let angle = atan2(direction.x, direction.z)
      #expect(abs(angle - Float(step) * 12 * .pi / 180) < 1e-5)
    }
  }

  @Test("Beyond the fold of a strong barrel nothing is seen, and rays stay finite") func fold() {
    // r (1 − r² / 3) grows up to r = 1.
    let distortion = LensDistortion<Float>([-1.0 / 3, 0, 0, 0, 0, 0, 0, 0], isEquidistant: false)
    #expect(abs(distortion.limit - 1) < 1e-3)
    let lens = BentLens(
      description: "strong", isFisheye: false, fov: 120, coefficients: [-1.0 / 3, 0, 0, 0, 0, 0, 0, 0])
    let (record, inputs) = (lens.record(), lens.inputs(AffineMap(rowMajor: TestScene.identity)))
    #expect(record.project(Vector(Vector3(1.2, 0, 1)), inputs) == nil)
    for i in 0...20 {
      let direction = record.ray(SIMD2(Float(i) / 20, 0.1), inputs).direction.value
      #expect(direction.isFinite && abs(direction.length - 1) < 1e-4)
    }
  }
}
