import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

struct FilmProjectionTests {
  private static let map = AffineMap<Float>(rowMajor: TestScene.lookAt([1, 2, 3], [0.3, -0.2, 0.1]))

  private func record(isPerspective: Bool, hasLens: Bool) -> SensorRecord {
    SensorRecord(
      isPerspective: isPerspective, matrix: 0, xFov: 0, principalX: 0, principalY: 0, aperture: hasLens ? 0 : -1,
      focus: hasLens ? 0 : -1, near: 0.01, far: 1e4, width: 60, height: 40)
  }

  @Test("A point on a ray is seen where the ray starts on the film", arguments: [0, 1, 2])
  func inverse(_ kind: Int) throws {
    let record = record(isPerspective: kind > 0, hasLens: kind == 2)
    let inputs = CameraInputs<Float>(
      map: Self.map, xFov: 50, principalX: 0.05, principalY: -0.1, aperture: 0.2, focus: 2.5)
    var sampler = testSampler(seed: 3)
    for _ in 0..<200 {
      let p = sampler.next2D()
      let lens = Warp.disk(sampler.next2D())
      let ray = record.ray(p, lens: lens, inputs)
      let point = ray.origin + ray.direction * (0.5 + 5 * sampler.next1D())
      let found = try #require(record.project(point, lens: lens, inputs))
      // Single precision of a point at distance ~5 over a film that is ~1 wide at distance 1.
      #expect(abs(found.x - p.x) < 1e-5 && abs(found.y - p.y) < 1e-5)
    }
  }

  @Test("Points behind a perspective camera are seen nowhere") func behind() {
    let record = record(isPerspective: true, hasLens: false)
    let inputs = CameraInputs<Float>(map: Self.map, xFov: 50, principalX: 0, principalY: 0)
    #expect(record.project(Vector(Vector3(2, 4, 6)), inputs) == nil)
  }
}
