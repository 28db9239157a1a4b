import Testing

@testable import PenumbraTransport

struct PrimaryBatchTests {
  @Test(
    "Edges sampled side by side contribute what each contributes alone",
    arguments: ["card.translate", "sensor.translate"])
  func batch(_ key: String) throws {
    let scene = try key == "card.translate" ? BoundaryScene.softShadows() : CurveScene.smoothBall()
    let renderer = try Renderer(scene)
    let plan = try RenderPlan(.test(spp: 4), structure: renderer.structure, expanded: renderer.expanded)
    let moving = try MovingScene(renderer, scene.structure.parameters.resolve(key).range)
    let estimator = try #require(try moving.estimator(plan, parts: .primary))
    let primary = try #require(estimator.primary)
    let samples = 3000
    var pictures = moving.compare(estimator, samples: samples)
    var rays: UInt64 = 0
    let batch = PrimaryBatch(primary)
    for i in 0..<samples {
      var sampler = PathSampler(kind: .independent, seed: 5, pixel: i, sample: 0)
      let choice = EdgeDistribution.choice(i, of: samples)
      batch.add(choice: choice, sampler: sampler, rays: &rays, wants: { pictures.second.wants($0) }) {
        primary.add($0, to: &pictures.second)
      }
      primary.sample(choice: choice, sampler: &sampler, rays: &rays, target: &pictures.first)
    }
    batch.finish(rays: &rays) { primary.add($0, to: &pictures.second) }
    let (difference, size) = pictures.squares
    #expect(size > 0)
    // Rays of packets and single ones round differently: a few of 3000 pairs of paths meet other surfaces.
    #expect(difference < 1e-2 * size)
    withExtendedLifetime(moving) {}
  }
}
