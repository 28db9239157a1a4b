import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

struct SplatCase: Sendable, CustomStringConvertible {
  let description: String
  let filter: ReconstructionFilter
  var isOpen = false
  var crop: Film.Crop?

  var film: Film {
    var film = Film(width: 19, height: 17, filter: filter)
    film.samplesBorder = isOpen
    film.crop = crop
    return film
  }

  static let all = [
    SplatCase(description: "tent", filter: .tent()),
    SplatCase(description: "gaussian", filter: .gaussian()),
    SplatCase(description: "gaussian, open border", filter: .gaussian(), isOpen: true),
    SplatCase(
      description: "gaussian, cropped", filter: .gaussian(),
      crop: Film.Crop(fullWidth: 30, fullHeight: 24, x: 7, y: 4)),
    SplatCase(description: "wide box", filter: .box(radius: 0.8)),
    SplatCase(description: "mitchell", filter: .mitchell()),
    SplatCase(description: "lanczos, open border", filter: .lanczos(), isOpen: true),
  ]
}

struct SplatTests {
  private func renderer(_ c: SplatCase) throws -> Renderer {
    var scene = TestScene()
    let texture = try scene.smoothBitmap(key: "floor.data")
    scene.floor(scene.builder.add(Material.diffuse(reflectance: texture)))
    scene.add(Geometry.sphere, TestScene.placed(at: [0, 0, 0.5], scale: 0.5), try scene.diffuse([0.9, 0.2, 0.1]))
    try scene.sky([1, 1, 1])
    try scene.camera(TestScene.lookAt([0.4, -2, 2], .zero, up: [0, 0, 1]), film: c.film)
    return try scene.renderer()
  }

  /// Every number of the picture over some seeds, with shared samples and with a pixel's own.
  private func pictures(_ c: SplatCase, seeds: Int, spp: Int, _ sampler: SamplerSettings.Kind) throws
    -> (shared: [Estimate], own: [Estimate])
  {
    let renderer = try renderer(c)
    let count = 3 * c.film.width * c.film.height
    var shared = [Estimate](repeating: Estimate(), count: count)
    var own = shared
    for seed in 0..<seeds {
      let plan = try RenderPlan(
        .test(spp: spp, seed: UInt64(seed), sampler: sampler, maxDepth: 2), structure: renderer.structure,
        expanded: renderer.expanded)
      // The plan points into what the renderer owns.
      let (a, b) = try withExtendedLifetime(renderer) {
        (
          try SplatPass(plan: plan).run(RenderMonitor()).rgb,
          try ImagePass(plan: plan, aovs: []).run(RenderMonitor()).rgb
        )
      }
      for i in 0..<count {
        shared[i].add(Double(a[i]))
        own[i].add(Double(b[i]))
      }
    }
    return (shared, own)
  }

  @Test(
    "Pixels that share samples have the mean of pixels that draw their own from the filter", arguments: SplatCase.all)
  func mean(_ c: SplatCase) throws {
    let (shared, own) = try pictures(c, seeds: 48, spp: 32, .sobol)
    // 4.9 standard errors of a difference: once in a million numbers, of which there are 969.
    for (i, (a, b)) in zip(shared, own).enumerated() {
      let error = (a.variance / 48 + b.variance / 48).squareRoot()
      #expect(abs(a.mean - b.mean) < 4.9 * error + 1e-5, "\(c), pixel \(i / 3): \(a) shared, \(b) own")
    }
  }

  @Test("Sharing independent samples lowers the variance", arguments: SplatCase.all)
  func variance(_ c: SplatCase) throws {
    let (shared, own) = try pictures(c, seeds: 32, spp: 4, .independent)
    #expect(shared.reduce(0) { $0 + $1.variance } < own.reduce(0) { $0 + $1.variance })
  }

  @Test("A white picture is exactly white for filters without negative lobes", arguments: SplatCase.all)
  func white(_ c: SplatCase) throws {
    var scene = TestScene()
    try scene.sky([1, 1, 1])
    try scene.camera(TestScene.lookAt([0, -2, 0], .zero, up: [0, 0, 1]), film: c.film)
    let renderer = try scene.renderer()
    let picture = try renderer.render(.test(spp: 4, sampler: .independent))
    if FilterTable(c.filter).isPositive {
      #expect(picture.rgb.allSatisfy { abs($0 - 1) < 1e-5 })
    } else {
      let mean = Estimate(picture.rgb.map(Double.init))
      // Neighbours share their samples: of 3 × 323 numbers, those of every sixth row and column are independent.
      #expect(abs(mean.mean - 1) < 4.9 * mean.standardError * 108.0.squareRoot() + 1e-4, "\(c): \(mean)")
    }
  }
}
