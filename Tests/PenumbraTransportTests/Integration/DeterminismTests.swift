import Testing

@testable import PenumbraTransport

struct DeterminismTests {
  /// A film of several tiles, some of them cut.
  private func renderer() throws -> Renderer {
    var scene = TestScene()
    let texture = try scene.smoothBitmap(key: "floor.data")
    scene.floor(scene.builder.add(Material.diffuse(reflectance: texture)))
    scene.add(Geometry.sphere, TestScene.placed(at: [0, 0, 0.5], scale: 0.5), try scene.diffuse([0.5, 0.5, 0.5]))
    try scene.environment()
    try scene.camera(
      TestScene.lookAt([0.4, -2, 2], .zero, up: [0, 0, 1]), width: 70, height: 35, filter: .gaussian())
    return try scene.renderer()
  }

  @Test(
    "The same seed gives the same bits for every number of threads",
    arguments: [SamplerSettings.Kind.independent, .sobol])
  func threads(_ kind: SamplerSettings.Kind) throws {
    let renderer = try renderer()
    let count = 3 * 70 * 35
    let adjoint = (0..<count).map { Float($0 % 11) - 5 }
    let target = [Float](repeating: 0.5, count: count)
    let all = [0..<renderer.theta.count]
    let tangent = [Float](repeating: 0.5, count: renderer.theta.count)
    func run(_ threads: Int) throws -> [(name: String, values: [Float])] {
      let settings = RenderSettings.test(spp: 4, seed: 7, sampler: kind, maxDepth: 4, threads: threads)
      let image = try renderer.render(settings)
      let fused = try renderer.fused(settings, target: FusedTarget(loss: .l2, rgb: target), requested: all)
      return [
        ("image", image.rgb), ("alpha", image.alpha),
        ("forward", try renderer.forward(settings, tangent: tangent).derivative),
        ("reverse", try renderer.reverse(settings, adjoint: adjoint, requested: all).gradient),
        ("fused image", fused.rgb), ("fused gradient", fused.gradient), ("loss", [Float(fused.loss)]),
      ]
    }
    let one = try run(1)
    for (name, values) in one { #expect(values.allSatisfy { $0.isFinite }, "\(name) is finite") }
    for threads in [1, 2, 3] {
      for (first, again) in zip(one, try run(threads)) {
        let changed = zip(first.values, again.values).filter { $0.bitPattern != $1.bitPattern }
        #expect(changed.isEmpty, "\(first.name), \(threads) threads: \(changed.count) numbers")
      }
    }
  }

  @Test("Different seeds give different pictures") func seeds() throws {
    let renderer = try renderer()
    let a = try renderer.render(.test(spp: 2, seed: 1)).rgb
    #expect(try renderer.render(.test(spp: 2, seed: 2)).rgb != a)
  }

  @Test("Updating θ and back gives the same bits as before") func update() throws {
    let renderer = try renderer()
    let theta = renderer.theta
    let before = try renderer.render(.test(spp: 2)).rgb
    try renderer.update(theta: theta.map { $0 * 1.1 })
    #expect(try renderer.render(.test(spp: 2)).rgb != before)
    try renderer.update(theta: theta)
    #expect(try renderer.render(.test(spp: 2)).rgb == before)
  }

  @Test("A cancelled render throws and says so") func cancelled() throws {
    let renderer = try renderer()
    let monitor = RenderMonitor(isCancelled: { true })
    let error = #expect(throws: TransportError.self) { try renderer.render(.test(spp: 1), monitor: monitor) }
    #expect(error?.code == .cancelled)
  }
}
