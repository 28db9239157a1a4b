import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// What warped areas and edges say of the same derivative, over independent samples.
struct EstimatorComparison {
  let scene: Scene
  let key: String
  let seeds: Int
  let warpedSpp: Int
  let edgesSpp: Int

  /// What two independent estimates differ by, with its standard error.
  struct Difference: CustomStringConvertible {
    let value: Double
    let error: Double
    var description: String { "\(value) ± \(error)" }
  }

  /// Differences of the two for every functional of the derivative picture, and the largest derivative.
  func run(_ number: Int = 0) throws -> (differences: [Difference], largest: Double) {
    let renderer = try Renderer(scene)
    let film = scene.structure.sensors[0].film
    let functionals = PictureFunctionals(width: film.width, height: film.height)
    let range = try scene.structure.parameters.resolve(key).range
    let tangent = testDirection(range, count: scene.theta.count, seed: UInt64(number))
    func means(_ visibility: VisibilityEstimator, spp: Int, salt: UInt64) throws -> [Estimate] {
      var result = [Estimate](repeating: Estimate(), count: PictureFunctionals.count)
      for seed in 0..<seeds {
        let settings = RenderSettings.test(
          spp: spp, seed: salt + UInt64(seed), sampler: .sobol, visibility: visibility)
        let values = functionals(try renderer.forward(settings, tangent: tangent).derivative)
        for k in result.indices { result[k].add(values[k]) }
      }
      return result
    }
    let warped = try means(.reparameterized, spp: warpedSpp, salt: 1000)
    let edges = try means(.edges, spp: edgesSpp, salt: 0)
    let differences = zip(warped, edges).map { w, e in
      // Independent samples: variances add.
      let error = (w.standardError * w.standardError + e.standardError * e.standardError).squareRoot()
      return Difference(value: w.mean - e.mean, error: error)
    }
    return (differences, edges.map { abs($0.mean) }.max() ?? 0)
  }
}

struct WarpedEstimatorTests {
  /// A ball and a card over a floor, with soft and hard shadows.
  static func scene(
    _ filter: ReconstructionFilter, samplesBorder: Bool = false, isHard: Bool, isMirror: Bool = false
  ) throws -> Scene {
    var scene = TestScene()
    let grey = try scene.diffuse([0.6, 0.55, 0.5])
    scene.floor(grey)
    let card = scene.matrix([0.5, 0, 0, -0.4, 0, 0.4, 0, 0.2, 0, 0, 1, 0.5, 0, 0, 0, 1])
    _ = scene.builder.add(
      Shape(
        id: "card", geometry: .rectangle(toWorld: card),
        material: scene.builder.add(Material.twosided(front: grey, back: grey)), pose: try scene.shapePose("card")))
    let ball = isMirror ? try GeometryScene.mirror(&scene) : try scene.diffuse([0.3, 0.5, 0.8])
    scene.add(Geometry.sphere, TestScene.placed(at: [0.6, -0.3, 0.4], scale: 0.35), ball, id: "ball")
    if isHard {
      try scene.point([-0.5, -0.4, 2.2], [6, 5, 4], key: "bulb")
    } else {
      let lamp = scene.add(
        Geometry.rectangle, [0.5, 0, 0, -1, 0, -0.5, 0, -0.5, 0, 0, -1, 2.4, 0, 0, 0, 1],
        try scene.diffuse([0, 0, 0]), id: "lamp")
      try scene.area(lamp, [8, 7, 6])
    }
    try scene.sky([0.3, 0.3, 0.4])
    var film = Film(width: 8, height: 8, filter: filter)
    film.samplesBorder = samplesBorder
    try scene.camera(TestScene.lookAt([0.8, -2.4, 3.2], [0, 0, 0.2], up: [0, 0, 1]), film: film)
    scene.builder.integrator = IntegratorSettings(maxDepth: isMirror ? 3 : 2)
    return try scene.builder.build()
  }

  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let scene: @Sendable () throws -> Scene
    let key: String

    static let all: [Case] = [
      Case(
        description: "soft shadows, box filter", scene: { try WarpedEstimatorTests.scene(.box(), isHard: false) },
        key: "card.translate"),
      Case(
        description: "hard shadows, wide box filter",
        scene: { try WarpedEstimatorTests.scene(.box(radius: 0.8), isHard: true) },
        key: "card.rotate"),
      Case(
        description: "hard shadows in a mirror, tent filter",
        scene: { try WarpedEstimatorTests.scene(.tent(), isHard: true, isMirror: true) }, key: "card.translate"),
      Case(
        description: "the camera moves, Gaussian filter on a film that ends",
        scene: { try WarpedEstimatorTests.scene(.gaussian(), isHard: false) }, key: "sensor.translate"),
      Case(
        description: "the camera turns, Gaussian filter beyond the film",
        scene: { try WarpedEstimatorTests.scene(.gaussian(), samplesBorder: true, isHard: true) }, key: "sensor.rotate"),
      Case(
        description: "zoom, Mitchell filter", scene: { try WarpedEstimatorTests.scene(.mitchell(), isHard: false) },
        key: "sensor.x_fov"),
    ]
  }

  @Test("Warped areas and edges give the same derivative", arguments: Case.all)
  func agreement(_ c: Case) throws {
    let (differences, largest) = try EstimatorComparison(
      scene: try c.scene(), key: c.key, seeds: 12, warpedSpp: 224, edgesSpp: 2048
    ).run()
    for (k, difference) in differences.enumerated() {
      #expect(
        abs(difference.value) <= 4.5 * difference.error + 2e-3 * largest,
        "\(c), functional \(k): off by \(difference), largest \(largest)")
    }
    let sharpest = differences.map { $0.error }.min() ?? 1
    #expect(4.5 * sharpest < 0.35 * largest, "\(c), too noisy to tell: \(differences), largest \(largest)")
  }

  /// Random scenes compared; `PENUMBRA_RANDOM_WARPS` asks for more.
  private static var count: Int {
    ProcessInfo.processInfo.environment["PENUMBRA_RANDOM_WARPS"].flatMap { Int($0) } ?? 12
  }

  @Test("On random scenes, crossing surfaces and hard shadows included, both agree as often as their errors say")
  func randomScenes() throws {
    var failures: [String] = []
    var sharp = 0
    for number in 0..<Self.count {
      let (scene, key) = try RandomScene(number).build()
      let (differences, largest) = try EstimatorComparison(
        scene: scene, key: key, seeds: 12, warpedSpp: 48, edgesSpp: 128
      ).run(number)
      for (k, difference) in differences.enumerated() {
        let score = max(abs(difference.value) - 2e-3 * largest, 0) / max(difference.error, 1e-12)
        if score > 4.4 { failures.append("scene \(number), \(key), functional \(k): \(difference)") }
      }
      if 4.4 * (differences.map { $0.error }.min() ?? 1) < 0.5 * largest { sharp += 1 }
    }
    // About 20 degrees of freedom: 4.4 standard errors come by chance once in 3600 scores.
    #expect(failures.count <= max(1, Self.count / 60), "\(failures)")
    #expect(3 * sharp >= Self.count, "only \(sharp) of \(Self.count) scenes tell anything")
  }

  @Test("⟨a, J v⟩ = ⟨Jᵀ a, v⟩ for warped areas, and columns of the Jacobian are forward derivatives")
  func transpose() throws {
    for c in [Case.all[0], Case.all[3]] {
      let scene = try c.scene()
      let renderer = try Renderer(scene)
      let range = try scene.structure.parameters.resolve(c.key).range
      let tangent = testDirection(range, count: scene.theta.count)
      let adjoint = testDirection(0..<192, count: 192, seed: 8)
      let settings = RenderSettings.test(spp: 8, seed: 3, visibility: .reparameterized)
      let forward = try renderer.forward(settings, tangent: tangent).derivative
      let gradient = try renderer.reverse(settings, adjoint: adjoint, requested: [range]).gradient
      let products = zip(adjoint, forward).map { Double($0 * $1) }
      let left = products.reduce(0, +)
      let right = range.reduce(0.0) { $0 + Double(gradient[$1] * tangent[$1]) }
      let size = products.reduce(0) { $0 + abs($1) }
      #expect(abs(left - right) < 1e-3 * size, "\(c): \(left), \(right)")
    }
  }

  @Test("The same seed gives the same bits for any number of threads") func determinism() throws {
    let scene = try Case.all[1].scene()
    let renderer = try Renderer(scene)
    let range = try scene.structure.parameters.resolve("card.rotate").range
    let tangent = testDirection(range, count: scene.theta.count)
    let pictures = try [1, 3].map { threads in
      try renderer.forward(
        .test(spp: 4, seed: 5, threads: threads, visibility: .reparameterized), tangent: tangent
      ).derivative
    }
    #expect(pictures[0] == pictures[1])
    #expect(pictures[0].contains { $0 != 0 })
  }

  @Test("Scenes whose edges the fields would not see are refused") func refusal() throws {
    let cases: [(Scene, key: String, reason: String)] = [
      (try DerivativeScene.maskedFloor(), "bulb.position", "masks"),
      (try BoundaryScene.rims(projector: true), "light.translate", "projectors"),
      (try BoundaryScene.rims(projector: false), "light.translate", "spots"),
    ]
    for (scene, key, reason) in cases {
      let renderer = try Renderer(scene)
      let range = try scene.structure.parameters.resolve(key).range
      let tangent = testDirection(range, count: scene.theta.count)
      let error = #expect(throws: TransportError.self) {
        try renderer.forward(.test(spp: 1, visibility: .reparameterized), tangent: tangent)
      }
      #expect(error?.message.contains(reason) ?? false)
    }
  }
}
