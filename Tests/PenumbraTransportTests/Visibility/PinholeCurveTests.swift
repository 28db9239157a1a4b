import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

struct PinholeCurveTests {
  @Test("Edges, rims and outlines before a pinhole are where each of their points is seen, and go on as the film says")
  func points() throws {
    var scene = TestScene()
    let grey = try scene.diffuse([0.5, 0.5, 0.5])
    scene.floor(grey, size: 2)
    scene.add(Geometry.sphere, TestScene.placed(at: [0.6, -0.3, 0.4], scale: 0.35), grey, id: "ball")
    scene.add(Geometry.disk, TestScene.placed(at: [0.2, 0.8, 0.7], scale: 0.25), grey, id: "coin")
    scene.add(
      Geometry.cylinder, [0.3, 0, 0.1, -0.5, 0, 0.4, 0, 0.1, 0.05, 0, 0.8, 0.1, 0, 0, 0, 1], grey, id: "can")
    try scene.camera(TestScene.lookAt([0.8, -2.4, 3.2], [0, 0, 0.2], up: [0, 0, 1]))
    let renderer = try scene.renderer()
    let plan = try RenderPlan(.test(spp: 1), structure: renderer.structure, expanded: renderer.expanded)
    let tracer = plan.tracer
    let geometry = EdgeGeometry(scene: tracer.scene)
    var kinds: Set<UInt8> = []
    for edge in try renderer.topology().edges {
      guard let curve = PinholeCurve(edge, geometry, tracer) else { continue }
      kinds.insert(edge.kind.rawValue)
      for t: Float in [0.07, 0.31, 0.58, 0.93] {
        let found = edge.isOutline ? tracer.outline(edge, geometry, t) : geometry.point(edge, t)
        let expected = try #require(found)
        let point = try #require(curve.point(t, tracer))
        let film = try #require(FilmPoint(expected.position, lens: .zero, tracer))
        // Some twenty operations of single precision on coordinates of a few units.
        let size = 1 + expected.position.length
        #expect((point.position - expected.position).length < 1e-5 * size)
        let gap = point.pixel - film.pixel
        let tolerance = 2e-5 * size * (film.gradientX.length + film.gradientY.length)
        #expect((gap * gap).sum().squareRoot() < tolerance)
        let along = SIMD2(dot(film.gradientX, expected.along), dot(film.gradientY, expected.along))
        let difference = point.along - along
        #expect((difference * difference).sum() < 1e-6 * (1 + (along * along).sum()))
        let local = geometry.local(edge, at: point.position, t)
        #expect((local - expected.local).length < 2e-5)
      }
    }
    #expect(kinds.count == 4)
  }

  @Test("The camera's ray through a point is that of the point's place on the film, with and without a lens")
  func rays() throws {
    for hasLens in [false, true] {
      var scene = TestScene()
      scene.floor(try scene.diffuse([0.5, 0.5, 0.5]))
      let view = TestScene.lookAt([0.8, -2.4, 3.2], [0, 0, 0.2], up: [0, 0, 1])
      if hasLens { try scene.lensCamera(view, aperture: 0.2, focus: 2) } else { try scene.camera(view) }
      let renderer = try scene.renderer()
      let tracer = try RenderPlan(.test(spp: 1), structure: renderer.structure, expanded: renderer.expanded).tracer
      var sampler = testSampler(seed: 9)
      for _ in 0..<100 {
        let p = CameraSample(film: sampler.next2D(), lens: hasLens ? Warp.disk(sampler.next2D()) : .zero)
        let ray = tracer.cameraRay(p)
        let distance = 1 + 4 * sampler.next1D()
        let point = ray.origin + ray.direction * distance
        let film = try #require(FilmPoint(point, lens: p.lens, tracer))
        let found = tracer.ray(through: point, pixel: film.pixel, lens: p.lens)
        #expect(abs(found.distance - distance) < 1e-5 * distance)
        #expect((found.ray.direction - ray.direction).length < 1e-5)
        #expect((found.ray.origin - ray.origin).length < 1e-5)
        #expect(abs(found.ray.near - ray.near) <= 1e-5 * ray.near)
        let gap = film.pixel - p.film * tracer.sensor.size
        #expect((gap * gap).sum().squareRoot() < 1e-4 * tracer.sensor.size.max())
      }
    }
  }
}
