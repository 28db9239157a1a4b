import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

extension RenderSettings {
  fileprivate static func soft(_ temperature: Float, footprint: Float? = nil, spp: Int, seed: UInt64 = 0)
    -> RenderSettings
  {
    var settings = RenderSettings.test(spp: spp, seed: seed, sampler: .sobol, visibility: .soft)
    settings.soft = SoftVisibility(temperature: temperature, footprint: footprint)
    return settings
  }
}

/// A parameter of a scene whose relaxed derivative is looked at.
struct SoftCase: Sendable, CustomStringConvertible {
  let description: String
  let scene: @Sendable () throws -> Scene
  let key: String
  let step: Float

  static let primary: [SoftCase] =
    SoftScene.shapes.flatMap { shape in
      // A ball that turns does not change.
      (shape == "ball" ? ["translate", "scale"] : ["translate", "rotate", "scale"]).map { pose in
        SoftCase(
          description: "\(shape).\(pose)", scene: { try SoftScene.shining() }, key: "\(shape).\(pose)", step: 2e-3)
      }
    }
    + [
      SoftCase(
        description: "vertices", scene: { try SoftScene.shining() }, key: "gem.positions", step: 2e-3),
      SoftCase(
        description: "camera.translate", scene: { try SoftScene.shining() }, key: "sensor.translate", step: 4e-3),
      SoftCase(description: "camera.rotate", scene: { try SoftScene.shining() }, key: "sensor.rotate", step: 1e-3),
      SoftCase(description: "field of view", scene: { try SoftScene.shining() }, key: "sensor.x_fov", step: 0.05),
      SoftCase(
        description: "orthographic camera", scene: { try SoftScene.shining(.orthographic) }, key: "sensor.translate",
        step: 4e-3),
      SoftCase(
        description: "ball before an orthographic camera", scene: { try SoftScene.shining(.orthographic) },
        key: "ball.translate", step: 2e-3),
      SoftCase(description: "lens", scene: { try SoftScene.shining(.lens) }, key: "sensor.aperture_radius", step: 2e-3),
      SoftCase(
        description: "fisheye", scene: { try SoftScene.shining(.fisheye) }, key: "sensor.distortion", step: 4e-3),
    ]

  static let shadows: [SoftCase] = ["sphere", "cylinder", "disk", "mesh"].flatMap { shape in
    ["point", "sun", "lamp"].map { light in
      SoftCase(
        description: "\(shape) before the \(light)", scene: { try SoftScene.shadow(shape, light: light) },
        key: "blocker.translate", step: 4e-3)
    }
  }
}

struct SoftVisibilityTests {
  /// What relaxed visibility adds to the derivative against differences of the relaxed picture with the same random
  /// numbers. Kinks, where the nearest part of an outline changes, average out over samples.
  private func expectDifferences(
    _ c: SoftCase, temperature: Float, seeds: Int, spp: Int, noise: Double = 0.06, bias: Double = 5e-3
  )
    throws
  {
    let scene = try c.scene()
    let renderer = try Renderer(scene)
    let range = try scene.structure.parameters.resolve(c.key).range
    let tangent = testDirection(range, count: scene.theta.count)
    let film = scene.structure.sensors[0].film
    let functionals = PictureFunctionals(width: film.width, height: film.height)
    var derivatives = [Estimate](repeating: Estimate(), count: PictureFunctionals.count)
    var errors = derivatives
    for seed in 0..<seeds {
      let settings = RenderSettings.soft(temperature, spp: spp, seed: UInt64(seed))
      var hard = settings
      hard.visibility = .none
      let whole = try renderer.forward(settings, tangent: tangent).derivative
      let interior = try renderer.forward(hard, tangent: tangent).derivative
      let forward = functionals(zip(whole, interior).map { $0 - $1 })
      var pictures: [[Double]] = []
      for step in [c.step, -c.step] {
        try renderer.update(theta: zip(scene.theta, tangent).map { $0 + step * $1 })
        var same = settings
        if c.key == "sensor.x_fov" {
          // Lengths are in film widths, but a derivative is one at a fixed angle.
          let (here, there) = (scene.theta[range.lowerBound], renderer.theta[range.lowerBound])
          same.soft = SoftVisibility(temperature: temperature * tan(here * .pi / 360) / tan(there * .pi / 360))
        }
        pictures.append(functionals(try renderer.relaxed(same, requested: [range])))
      }
      try renderer.update(theta: scene.theta)
      for k in 0..<PictureFunctionals.count {
        derivatives[k].add(forward[k])
        errors[k].add(forward[k] - (pictures[0][k] - pictures[1][k]) / (2 * Double(c.step)))
      }
    }
    let largest = derivatives.map { abs($0.mean) }.max() ?? 0
    #expect(largest > 0)
    for k in 0..<PictureFunctionals.count {
      #expect(
        errors[k].agrees(with: 0, sigmas: 4.5, rounding: bias * largest),
        "functional \(k): derivative \(derivatives[k]), off by \(errors[k])")
      #expect(errors[k].standardError < noise * largest, "too noisy to tell: \(derivatives[k]), \(errors[k])")
    }
  }

  @Test(
    "The derivative of the relaxed choice is that of the relaxed picture's differences", arguments: SoftCase.primary)
  func primary(_ c: SoftCase) throws { try expectDifferences(c, temperature: 0.05, seeds: 6, spp: 16) }

  @Test("So is that of relaxed shadows", arguments: SoftCase.shadows)
  func shadows(_ c: SoftCase) throws {
    // The picture's own light paths to a lamp are others than those of the relaxation: they average out.
    let isLamp = c.description.hasSuffix("lamp")
    // Which edges are outlines is known from nine points of the lamp, not from each.
    try expectDifferences(
      c, temperature: 0.05, seeds: 6, spp: isLamp ? 1024 : 16, noise: isLamp ? 0.1 : 0.06, bias: isLamp ? 0.02 : 5e-3)
  }

  @Test("A sharper softmax than its noise has the derivative of its picture too") func sharp() throws {
    let scene = try SoftScene.shining()
    let renderer = try Renderer(scene)
    let range = try scene.structure.parameters.resolve("ball.translate").range
    let tangent = testDirection(range, count: scene.theta.count)
    let functionals = PictureFunctionals(width: 16, height: 16)
    let settings = RenderSettings.soft(0.02, footprint: 0.06, spp: 64)
    let forward = functionals(try renderer.forward(settings, tangent: tangent).derivative)
    var pictures: [[Double]] = []
    for step: Float in [1e-3, -1e-3] {
      try renderer.update(theta: zip(scene.theta, tangent).map { $0 + step * $1 })
      pictures.append(functionals(try renderer.relaxed(settings, requested: [range])))
    }
    for k in forward.indices {
      #expect(abs(forward[k] - (pictures[0][k] - pictures[1][k]) / 2e-3) < 0.02 * abs(forward.map(abs).max() ?? 0))
    }
  }

  @Test(
    "As temperature and footprint go to 0 the relaxed picture becomes the hard one, by the first power",
    arguments: [SoftScene.Camera.perspective, .orthographic, .lens, .fisheye])
  func limit(_ camera: SoftScene.Camera) throws {
    let scene = try SoftScene.shining(camera)
    let renderer = try Renderer(scene)
    let ranges = try SoftScene.shapes.map { try scene.structure.parameters.resolve("\($0).translate").range }
    func picture(_ temperature: Float) throws -> [Float] {
      try renderer.relaxed(.soft(temperature, spp: 64), requested: ranges)
    }
    let hard = try picture(1e-6)
    func distance(_ other: [Float]) -> Double { zip(hard, other).reduce(0) { $0 + Double(abs($1.0 - $1.1)) } }
    let (wide, middle, narrow) = (
      distance(try picture(0.04)), distance(try picture(0.01)), distance(try picture(0.0025))
    )
    #expect(middle < 0.5 * wide && narrow < 0.5 * middle, "\(wide), \(middle), \(narrow)")
    // The limit is the renderer's own picture: every pixel a mean of bounded values with 64 and 256 samples.
    let exact = try renderer.render(.test(spp: 256, sampler: .sobol)).rgb
    var difference = Estimate()
    for i in exact.indices { difference.add(Double(hard[i] - exact[i])) }
    #expect(difference.agrees(with: 0, rounding: 1e-4), "\(difference)")
    let mean = exact.reduce(0) { $0 + Double($1) } / Double(exact.count)
    #expect(difference.variance.squareRoot() < 0.1 * mean, "\(difference.variance.squareRoot()) of \(mean)")
  }

  @Test(
    "Narrow relaxed silhouettes have the derivative of exact edges", arguments: ["ball", "card", "coin", "gem"])
  func edges(_ shape: String) throws {
    let scene = try SoftScene.shining()
    let renderer = try Renderer(scene)
    let range = try scene.structure.parameters.resolve("\(shape).translate").range
    let tangent = testDirection(range, count: scene.theta.count)
    let functionals = PictureFunctionals(width: 16, height: 16)
    var (soft, exact) = ([Estimate](repeating: Estimate(), count: 4), [Estimate](repeating: Estimate(), count: 4))
    for seed in 0..<8 {
      let settings = RenderSettings.soft(0.003, spp: 64, seed: UInt64(seed))
      for (k, value) in functionals(try renderer.forward(settings, tangent: tangent).derivative).enumerated() {
        soft[k].add(value)
      }
      let sharp = RenderSettings.test(spp: 64, seed: UInt64(seed), sampler: .sobol, visibility: .edges)
      for (k, value) in functionals(try renderer.forward(sharp, tangent: tangent).derivative).enumerated() {
        exact[k].add(value)
      }
    }
    let largest = exact.map { abs($0.mean) }.max() ?? 0
    for k in 0..<4 {
      // The bias is of the order of the footprint over the size of the shapes, about 0.01.
      #expect(soft[k].agrees(with: exact[k], rounding: 0.03 * largest), "\(soft[k]), edges \(exact[k])")
    }
  }

  @Test(
    "Reverse mode is the transpose of forward mode: the same samples",
    arguments: ["ball.translate", "tube.rotate", "gem.positions", "sensor.translate", "sensor.rotate"])
  func transpose(_ key: String) throws {
    let scene = try SoftScene.shining()
    try expectTranspose(scene, key)
  }

  @Test("So it is in shadows", arguments: ["blocker.translate", "bulb.position", "sensor.translate"])
  func transposedShadows(_ key: String) throws {
    try expectTranspose(try SoftScene.shadow("mesh", light: "point"), key)
  }

  private func expectTranspose(_ scene: Scene, _ key: String) throws {
    let renderer = try Renderer(scene)
    let range = try scene.structure.parameters.resolve(key).range
    let tangent = testDirection(range, count: scene.theta.count)
    let settings = RenderSettings.soft(0.03, spp: 16)
    let forward = try renderer.forward(settings, tangent: tangent).derivative
    let adjoint = forward.indices.map { Float(($0 * 7919) % 13) - 4 }
    let gradient = try renderer.reverse(settings, adjoint: adjoint, requested: [range]).gradient
    let left = zip(adjoint, forward).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    let right = range.reduce(0.0) { $0 + Double(gradient[$1]) * Double(tangent[$1]) }
    let size = zip(adjoint, forward).reduce(0.0) { $0 + abs(Double($1.0) * Double($1.1)) }
    #expect(abs(left - right) <= 1e-4 * size, "\(left), \(right)")
    #expect(abs(left) > 0)
  }

  @Test(
    "A scene that moves with its camera looks the same: receiver, blocker, light and eye cancel", arguments: ["point"])
  func rigid(_ light: String) throws {
    let scene = try SoftScene.shadow("sphere", light: light)
    let renderer = try Renderer(scene)
    var tangent = [Float](repeating: 0, count: scene.theta.count)
    let velocity: [Float] = [0.3, -0.5, 0.2]
    // The floor has no pose: a motion along it moves nothing that is seen of it.
    for key in ["blocker.translate", "bulb.position", "sensor.translate"] {
      let range = try scene.structure.parameters.resolve(key).range
      for (i, v) in zip(range, velocity.prefix(2)) { tangent[i] = v }
    }
    let settings = RenderSettings.soft(0.02, spp: 16)
    let together = try renderer.forward(settings, tangent: tangent).derivative
    let range = try scene.structure.parameters.resolve("blocker.translate").range
    for i in tangent.indices where !range.contains(i) { tangent[i] = 0 }
    let alone = try renderer.forward(settings, tangent: tangent).derivative
    let (a, b) = (together.map { abs($0) }.max() ?? 0, alone.map { abs($0) }.max() ?? 0)
    #expect(a < 1e-4 * b, "\(a) of \(b)")
  }

  @Test("Relaxed derivatives are the same bits for every number of threads") func threads() throws {
    let scene = try SoftScene.shadow("mesh", light: "lamp")
    let renderer = try Renderer(scene)
    let range = try scene.structure.parameters.resolve("blocker.translate").range
    func run(_ threads: Int) throws -> [Float] {
      var settings = RenderSettings.soft(0.05, spp: 4)
      settings.threads = threads
      let adjoint = [Float](repeating: 1, count: 3 * 144)
      return try renderer.reverse(settings, adjoint: adjoint, requested: [range]).gradient
    }
    #expect(try run(1) == run(3))
  }

  @Test("Impossible temperatures are refused", arguments: [0, -1, Float.nan, .infinity, 11])
  func refused(_ temperature: Float) throws {
    let renderer = try Renderer(try SoftScene.shining())
    #expect(throws: TransportError.self) {
      try renderer.forward(.soft(temperature, spp: 1), tangent: [Float](repeating: 0, count: renderer.theta.count))
    }
  }
}
