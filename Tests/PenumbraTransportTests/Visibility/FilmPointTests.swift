import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

struct FilmPointTests {
  @Test("A film position follows its point as its gradients say") func gradients() throws {
    let renderer = try Renderer(BoundaryScene.softShadows())
    let plan = try RenderPlan(.test(spp: 1), structure: renderer.structure, expanded: renderer.expanded)
    let tracer = plan.tracer
    var sampler = testSampler(seed: 4)
    for _ in 0..<200 {
      let film = sampler.next2D()
      let ray = tracer.cameraRay(CameraSample(film: film))
      let point = ray.origin + ray.direction * (1 + 4 * sampler.next1D())
      let found = try #require(FilmPoint(point, lens: .zero, tracer))
      // Single precision of a point some units away, in pixels of a film that is about one unit wide at distance 1.
      let expected = film * tracer.sensor.size
      let tolerance = 1e-4 * tracer.sensor.size.max()
      #expect(abs(found.pixel.x - expected.x) < tolerance && abs(found.pixel.y - expected.y) < tolerance)
      let step = Warp.sphere(sampler.next2D()) * 1e-2
      let after = try #require(FilmPoint(point + step, lens: .zero, tracer)).pixel
      let before = try #require(FilmPoint(point - step, lens: .zero, tracer)).pixel
      let difference = (after - before) * 0.5
      let slope = SIMD2(dot(found.gradientX, step), dot(found.gradientY, step))
      // The third order of a step of 1 % of the least distance, and rounding.
      let allowed = 1e-3 * (found.gradientX.length + found.gradientY.length) * 1e-2 + tolerance
      #expect(abs(difference.x - slope.x) < allowed && abs(difference.y - slope.y) < allowed)
    }
  }

  @Test("The density of a surface's points is the film's area over the surface's") func density() throws {
    let renderer = try Renderer(BoundaryScene.softShadows())
    let plan = try RenderPlan(.test(spp: 1), structure: renderer.structure, expanded: renderer.expanded)
    let point = Vector3(0.2, 0.1, 0)
    let found = try #require(FilmPoint(point, lens: .zero, plan.tracer))
    let h: Float = 1e-2
    func pixel(_ offset: Vector3) throws -> SIMD2<Float> {
      try #require(FilmPoint(point + offset, lens: .zero, plan.tracer)).pixel
    }
    let u = (try pixel([h, 0, 0]) - pixel([-h, 0, 0])) / (2 * h)
    let v = (try pixel([0, h, 0]) - pixel([0, -h, 0])) / (2 * h)
    let area = abs(u.x * v.y - u.y * v.x)
    #expect(abs(found.density(normal: [0, 0, 1]) - area) < 1e-3 * area)
  }
}
