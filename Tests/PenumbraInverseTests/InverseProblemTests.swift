import PenumbraTransport
import Testing

@testable import PenumbraInverse

extension SceneBuilder {
  /// An even sky, and a camera of 24 × 24 pixels that looks at the origin from 4 away.
  mutating func addSkyAndCamera(fov: Float, pose: Pose = Pose()) throws {
    let sky = try declare(
      Parameter(key: "sky.radiance", shape: [3], bounds: 0...Float.infinity), values: [1, 0.9, 0.8])
    let fov = try declare(
      Parameter(key: "sensor.x_fov", bounds: 1...170, movesDiscontinuities: true), values: [fov])
    let zero = addHidden([0])
    add(Emitter(id: "sky", source: .constant(radiance: add(Texture.constant(offset: sky, channels: 3)))))
    let camera = addHidden([-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 4, 0, 0, 0, 1])
    add(
      Sensor(
        id: "sensor", projection: .perspective(xFov: fov, principalPointX: zero, principalPointY: zero),
        toWorld: camera, pose: pose, film: Film(width: 24, height: 24, filter: .box())))
  }
}

@Suite("Inverse problems in memory") struct InverseProblemTests {
  private static let key = "ball.reflectance"

  /// A lit ball of unknown colour, seen against the sky.
  static func scene(_ colour: [Float] = [0.5, 0.5, 0.5]) throws -> Scene {
    var builder = SceneBuilder()
    let reflectance = try builder.declare(
      Parameter(key: key, shape: [3], bounds: 0...1), values: colour)
    let translate = try builder.declare(
      Parameter(key: "sensor.translate", shape: [3], movesDiscontinuities: true), values: [0, 0, 0])
    let material = builder.add(
      Material.diffuse(reflectance: builder.add(Texture.constant(offset: reflectance, channels: 3))))
    let place = builder.addHidden([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
    _ = builder.add(Shape(id: "ball", geometry: .sphere(toWorld: place), material: material))
    try builder.addSkyAndCamera(fov: 40, pose: Pose(translate: translate))
    builder.integrator = IntegratorSettings(maxDepth: 3)
    return try builder.build()
  }

  static func view(_ scene: Scene, spp: Int = 256) throws -> TargetView {
    var settings = RenderSettings()
    settings.samplesPerPixel = spp
    settings.seed = 1234
    let picture = try Renderer(scene).render(settings)
    return TargetView(
      name: "target", sensor: 0, target: LossTarget(width: picture.width, height: picture.height, rgb: picture.rgb))
  }

  @Test("A colour and a camera are found from one picture in a few steps, with the error bars to match")
  func solve() async throws {
    let start = try Self.scene()
    var truth = try Self.scene([0.2, 0.4, 0.7])
    let parameters = truth.structure.parameters
    truth.theta[try parameters.resolve("sensor.x_fov").range.lowerBound] = 43
    var problem = InverseProblem(
      scene: start, views: [try Self.view(truth)],
      unknowns: [Problem.Unknown(key: Self.key), Problem.Unknown(key: "sensor.x_fov")])
    problem.optimizer.samplesPerPixel = 32
    let solution = try await problem.solve()
    let uncertainty = try #require(solution.uncertainty)
    let found = (solution.values[Self.key] ?? []) + (solution.values["sensor.x_fov"] ?? [])
    #expect(found.count == 4 && solution.renders <= 40)
    for (k, expected) in ([0.2, 0.4, 0.7, 43] as [Float]).enumerated() {
      let standardError = try #require(uncertainty.standardErrors[k])
      let error = Float(standardError)
      #expect(error < 0.01 * expected)
      #expect(abs(found[k] - expected) < 4.5 * error, "\(found[k]) ± \(error) for \(expected)")
    }
  }

  @Test("Steps arrive one by one, and the sequence can be left")
  func steps() async throws {
    var problem = InverseProblem(
      scene: try Self.scene(), views: [try Self.view(try Self.scene([0.1, 0.3, 0.9]), spp: 16)],
      unknowns: [Problem.Unknown(key: Self.key)])
    problem.optimizer.kind = .adam
    var losses: [Double] = []
    for try await step in problem.steps {
      losses.append(step.loss)
      #expect(step.iteration == losses.count)
      if losses.count == 12 { break }
    }
    #expect(losses.count == 12 && losses[11] < losses[0])
  }

  @Test("A cancelled task stops the search with a typed error")
  func cancellation() async throws {
    let problem = InverseProblem(
      scene: try Self.scene(), views: [try Self.view(try Self.scene([0.1, 0.3, 0.9]), spp: 16)],
      unknowns: [Problem.Unknown(key: Self.key)])
    let task = Task { try await problem.solve() }
    task.cancel()
    let error = await #expect(throws: InverseError.self) { _ = try await task.value }
    #expect(error?.code == .cancelled)
  }

  @Test("A loss of the user's own is minimised: the mean of the picture's red becomes what it asks for")
  func customLoss() async throws {
    struct RedMean: PictureLoss {
      func evaluate(rendered: [Float], target: LossTarget) -> (value: Double, adjoint: [Float]) {
        let count = Float(rendered.count / 3)
        let mean = stride(from: 0, to: rendered.count, by: 3).reduce(Float(0)) { $0 + rendered[$1] } / count
        let d = mean - 0.8
        return (Double(d * d), rendered.indices.map { $0 % 3 == 0 ? 2 * d / count : 0 })
      }
    }
    let scene = try Self.scene([0.3, 0.5, 0.5])
    var problem = InverseProblem(
      scene: scene, views: [try Self.view(scene, spp: 16)], unknowns: [Problem.Unknown(key: Self.key)])
    problem.loss = Loss([Loss.Term(.l2, weight: 1e-6)])
    problem.customLosses = [RedMean()]
    problem.optimizer.iterations = 80
    let solution = try await problem.solve()
    #expect(solution.uncertainty == nil)
    let red = try Renderer(solution.scene).render(RenderSettings()).rgb.enumerated().filter { $0.offset % 3 == 0 }
    #expect(abs(red.reduce(0) { $0 + $1.element } / Float(red.count) - 0.8) < 0.01)
  }

  @Test("NaN and infinity in a target are dropped and counted, and do no harm")
  func brokenTarget() async throws {
    let truth = try Self.scene([0.2, 0.4, 0.7])
    var target = try Self.view(truth).target
    for i in stride(from: 100, to: 900, by: 37) { target.rgb[i] = i % 2 == 0 ? .nan : .infinity }
    let view = TargetView(name: "broken", sensor: 0, target: target)
    #expect(view.droppedPixels > 10)
    var problem = InverseProblem(scene: try Self.scene(), views: [view], unknowns: [Problem.Unknown(key: Self.key)])
    problem.optimizer.iterations = 20
    let solution = try await problem.solve()
    for (value, expected) in zip(solution.values[Self.key] ?? [], [0.2, 0.4, 0.7] as [Float]) {
      #expect(abs(value - expected) < 0.01)
    }
  }

  @Test("Exposure, white balance and gamma of a camera are found together with a colour")
  func response() async throws {
    let truth = try Self.scene([0.2, 0.4, 0.7])
    var response = Response()
    (response.exposure, response.whiteBalance, response.gamma) = (0.5, [1.2, 0.8], 1.3)
    let plain = try Self.view(truth, spp: 1024)
    var target = plain.target
    target.rgb = response.apply(target.rgb)
    let views = [plain, TargetView(name: "other", sensor: 0, target: target)]
    var problem = InverseProblem(
      scene: try Self.scene(), views: views,
      unknowns: [
        Problem.Unknown(key: Self.key), Problem.Unknown(key: "targets[1].exposure"),
        Problem.Unknown(key: "targets[1].white_balance"), Problem.Unknown(key: "targets[1].gamma"),
      ])
    problem.optimizer.iterations = 30
    let solution = try await problem.solve()
    let expected: [String: [Float]] = [
      Self.key: [0.2, 0.4, 0.7], "targets[1].exposure": [0.5], "targets[1].white_balance": [1.2, 0.8],
      "targets[1].gamma": [1.3],
    ]
    for (key, values) in expected {
      for (a, b) in zip(solution.values[key] ?? [], values) { #expect(abs(a - b) < 0.02, "\(key): \(a)") }
    }
  }
}
