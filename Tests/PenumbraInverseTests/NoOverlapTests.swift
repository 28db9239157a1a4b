import Foundation
import PenumbraImages
import PenumbraTransport
import Testing

@testable import PenumbraInverse

/// A bright object before black, three diameters from where the target has it.
private enum Apart {
  static let radius: Float = 0.25
  static let target: [Float] = [1.2, 0.9]

  static func scene(isMesh: Bool) throws -> Scene {
    var builder = SceneBuilder()
    let pose = Pose(
      translate: try builder.declare(
        Parameter(key: "object.translate", shape: [3], movesDiscontinuities: true), values: [0, 0, 0]))
    func constant(_ values: [Float]) -> TextureID { builder.addHiddenConstant(values) }
    let place = [radius, 0, 0, -0.6, 0, radius, 0, -0.45, 0, 0, radius, 0, 0, 0, 0, 1]
    if isMesh {
      let paint = builder.add(Material.diffuse(reflectance: constant([0.8, 0.5, 0.3])))
      let corners: [SIMD3<Float>] = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]
      let positions = corners.flatMap { [0.25 * $0.x - 0.6, 0.25 * $0.y - 0.45, 0.25 * $0.z] }
      let mesh = Mesh(
        positions: builder.addHidden(positions), vertexCount: 6,
        triangles: [
          [0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5],
        ], normals: nil, texcoords: nil)
      _ = builder.add(Shape(id: "object", geometry: .mesh(mesh), material: paint, pose: pose))
      // Its local +z is where the light goes: down, left and away from the camera.
      let sun: [Float] = [0.93, -0.13, -0.34, 0, 0, 0.93, -0.42, 0, -0.37, -0.34, -0.84, 0, 0, 0, 0, 1]
      builder.add(
        Emitter(
          id: "sun", source: .directional(toWorld: builder.addHidden(sun), irradiance: constant([6, 6, 6]))))
    } else {
      let black = builder.add(Material.diffuse(reflectance: constant([0, 0, 0])))
      let shape = builder.add(
        Shape(id: "object", geometry: .sphere(toWorld: builder.addHidden(place)), material: black, pose: pose))
      builder.add(Emitter(id: "lamp", source: .area(shape: shape, radiance: constant([3, 2, 1]))))
    }
    let view: [Float] = [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 6, 0, 0, 0, 1]
    builder.add(
      Sensor(
        id: "camera",
        projection: .perspective(
          xFov: builder.addHidden([36]), principalPointX: builder.addHidden([0]),
          principalPointY: builder.addHidden([0])), toWorld: builder.addHidden(view), film: Film(width: 48, height: 48))
    )
    builder.integrator = IntegratorSettings(maxDepth: 2)
    return try builder.build()
  }

  /// Where Adam ends, in radii from the target.
  static func distance(isMesh: Bool, visibility: VisibilityEstimator) throws -> Float {
    let scene = try scene(isMesh: isMesh)
    let path = NSTemporaryDirectory() + "penumbra-apart-\(UUID().uuidString).exr"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var moved = scene
    let range = try scene.structure.parameters.resolve("object.translate").range
    moved.theta.replaceSubrange(range.lowerBound..<(range.lowerBound + 2), with: target)
    var settings = RenderSettings()
    settings.samplesPerPixel = 512
    settings.seed = 99
    try Image(width: 48, height: 48, values: try Renderer(moved).render(settings).rgb).write(to: path)

    let unknowns = try Unknowns(
      (0..<2).map { Problem.Unknown(key: "object.translate[\($0)]", learningRate: 0.04) }, in: scene,
      defaultRate: 0.02)
    var optimizer = OptimizerSettings()
    optimizer.iterations = 160
    settings.samplesPerPixel = 16
    settings.visibility = visibility
    var objective = RenderObjective(
      renderer: try Renderer(scene), views: try TargetView.load([Problem.Target(image: path)], for: scene),
      unknowns: unknowns, loss: Loss(.l2), settings: settings, monitor: RenderMonitor())
    if visibility == .soft { objective.annealing = (SoftAnnealing(), optimizer.iterations) }
    var state = Optimization(unknowns, settings: optimizer)
    try state.run(objective)
    let (x, y) = (state.values[0] - target[0], state.values[1] - target[1])
    return (x * x + y * y).squareRoot() / radius
  }
}

@Suite("An object that its target does not touch")
struct NoOverlapTests {
  @Test(
    "Soft visibility brings a bright object from three diameters away to 1 % of its radius, handing over to edges",
    arguments: [false, true])
  func soft(isMesh: Bool) throws {
    let distance = try Apart.distance(isMesh: isMesh, visibility: .soft)
    #expect(distance < 0.01, "\(distance) radii")
  }

  @Test("Exact derivatives alone do not find the way") func edges() throws {
    let distance = try Apart.distance(isMesh: false, visibility: .edges)
    #expect(distance > 3, "\(distance) radii")
  }

  @Test("Temperatures fall geometrically from the first to the last, then edges take over") func schedule() {
    var settings = RenderSettings()
    let rule = SoftAnnealing()
    var temperatures: [Float] = []
    for iteration in 0..<100 {
      rule.apply(to: &settings, iteration: iteration, of: 100)
      #expect(settings.visibility == (iteration < 60 ? .soft : .edges))
      if settings.visibility == .soft { temperatures.append(settings.soft.temperature) }
    }
    #expect(abs(temperatures[0] - 0.1) < 1e-6 && abs(temperatures[59] - 0.001) < 1e-6)
    for (a, b) in zip(temperatures, temperatures.dropFirst()) { #expect(abs(b / a - temperatures[1] / 0.1) < 1e-4) }
  }

  @Test("Problem files say the temperatures") func decoding() throws {
    let text = """
      scene: scene.xml
      targets: [{image: a.exr}]
      unknowns: [{key: a}]
      visibility: {estimator: soft, soft: {temperature: [0.2, 0.005]}}
      """
    let problem = try ProblemFile.decode(text, file: "problem.yaml")
    #expect(problem.visibility == .soft && problem.soft.first == 0.2 && problem.soft.last == 0.005)
    let wrong = text.replacing("[0.2, 0.005]", with: "[0.2, -1]")
    #expect(throws: InverseError.self) { try ProblemFile.decode(wrong, file: "problem.yaml") }
  }
}
