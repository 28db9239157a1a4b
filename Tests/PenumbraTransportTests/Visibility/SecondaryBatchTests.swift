import Testing

@testable import PenumbraTransport

struct SecondaryBatchTests {
  @Test(
    "Lines past edges that are traced side by side contribute what each contributes alone",
    arguments: ["card.translate", "sensor.translate"])
  func batch(_ key: String) throws {
    let scene = try BoundaryScene.softShadows(depth: 3, alpha: key == "card.translate" ? 0.3 : nil)
    let renderer = try Renderer(scene)
    let plan = try RenderPlan(.test(spp: 4), structure: renderer.structure, expanded: renderer.expanded)
    let moving = try MovingScene(renderer, scene.structure.parameters.resolve(key).range)
    let estimator = try #require(try moving.estimator(plan))
    let secondary = try #require(estimator.secondary)
    #expect((estimator.glossy != nil) == (key == "card.translate"))
    let samples = 4000
    var pictures = moving.compare(estimator, samples: samples)
    var rays: (UInt64, UInt64) = (0, 0)
    let batch = SecondaryBatch(secondary, estimator.glossy?.mixture)
    for i in 0..<samples {
      var sampler = PathSampler(kind: .independent, seed: 7, pixel: i, sample: 0)
      let numbers = sampler.nextVertex()
      let choice = EdgeDistribution.choice(i, of: samples)
      batch.add(choice: choice, numbers, sampler, rays: &rays.1, wants: { pictures.second.wants($0) }) {
        secondary.add($0, to: &pictures.second)
      }
      let single = SecondaryBatch(secondary, estimator.glossy?.mixture)
      single.add(choice: choice, numbers, sampler, rays: &rays.0, wants: { pictures.first.wants($0) }) {
        secondary.add($0, to: &pictures.first)
      }
      single.finish(rays: &rays.0, wants: { pictures.first.wants($0) }) { secondary.add($0, to: &pictures.first) }
    }
    batch.finish(rays: &rays.1, wants: { pictures.second.wants($0) }) { secondary.add($0, to: &pictures.second) }
    let (difference, size) = pictures.squares
    #expect(size > 0)
    // Rays of packets and single ones round differently: a few of 4000 lines meet other surfaces.
    #expect(difference < 1e-2 * size)
    #expect(abs(Double(rays.0) - Double(rays.1)) < 0.01 * Double(rays.0))
    withExtendedLifetime(moving) {}
  }
}
