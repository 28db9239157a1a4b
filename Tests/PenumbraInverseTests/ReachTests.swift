import PenumbraTransport
import Testing

@testable import PenumbraInverse

@Suite("Reach of a step") struct ReachTests {
  /// Unit curvature along one coordinate, next to none along the other, as of a corner hidden behind something.
  private static func equations() throws -> NormalEquations {
    let scene = try InverseProblemTests.scene()
    let unknowns = try Unknowns(
      [Problem.Unknown(key: "sky.radiance[0]"), Problem.Unknown(key: "sky.radiance[1]")], in: scene, defaultRate: 0.02)
    var hessian = SymmetricMatrix(count: 2)
    (hessian[0, 0], hessian[1, 1]) = (1, 1e-6)
    let linearization = Linearization(loss: 1e-3, gradient: [-0.1, -1e-4], hessian: hessian)
    return NormalEquations(linearization, at: [0, 0], x: [0, 0], Coordinates(unknowns), weight: 1)
  }

  @Test("What the picture hardly shows moves no further than its reach, and does not hold back what it shows")
  func held() throws {
    let equations = try Self.equations()
    let free = try #require(equations.step(damping: 0, limits: Self.free, reaches: [.infinity, .infinity]))
    #expect(abs(free.step[0] - 0.1) < 1e-6 && free.step[1] > 50)
    let held = try #require(equations.step(damping: 0, limits: Self.free, reaches: [2, 2]))
    #expect(abs(held.step[1]) <= 2 && abs(held.step[1]) > 0.2)
    // The same spring on the first coordinate, at most 4 · 2e-4 / 2² beside a curvature of 1, shortens it by 2e-4.
    #expect(abs(held.step[0] - 0.1) < 1e-3)
    #expect(held.reduction > 0)
  }

  private static let free = [ClosedRange<Double>](repeating: -.infinity...(.infinity), count: 2)

  @Test("Where one coordinate may not go all the way, the others make the best of it")
  func limited() throws {
    var equations = try Self.equations()
    (equations.hessian[0, 0], equations.hessian[1, 1], equations.hessian[0, 1], equations.hessian[1, 0]) = (
      1, 1, 0.5, 0.5
    )
    equations.noisyHessian = equations.hessian
    equations.gradient = [-1, 0]
    let (step, _) = try #require(
      equations.step(damping: 0, limits: [-0.5...0.5, -10...10], reaches: [.infinity, .infinity]))
    // Free: (4/3, −2/3). With the first at ½ the second minimises ½ y² + ½ · ½ y.
    #expect(step[0] == 0.5 && abs(step[1] + 0.25) < 1e-6)
    let (still, _) = try #require(equations.step(damping: 0, limits: [0...0, 0...1], reaches: [1, 1]))
    #expect(still == [0, 0])
  }

  @Test("A bound is approached by three quarters at a time, and reached when little is left")
  func bounds() throws {
    let unknowns = try Unknowns(
      [Problem.Unknown(key: "ball.reflectance"), Problem.Unknown(key: "sky.radiance[0]")],
      in: try InverseProblemTests.scene(), defaultRate: 0.02)
    let limits = Coordinates(unknowns).limits([0.5, 0, 0.99999, 2])
    #expect(limits[0] == -0.375...0.375)
    #expect(limits[1] == 0...0.75)
    #expect(limits[2].upperBound > 0.99e-5 && limits[2].upperBound < 1.01e-5)
    #expect(limits[3] == -1.5...Double.infinity)
  }

  @Test("Poses reach half the scene and a radian, colours as far as they like")
  func reaches() throws {
    let scene = try InverseProblemTests.scene()
    let unknowns = try Unknowns(
      [Problem.Unknown(key: "sensor.translate[1]"), Problem.Unknown(key: "ball.reflectance")], in: scene,
      defaultRate: 0.02)
    // A ball of radius 1 about the origin and a camera at z = 4: five units.
    #expect(unknowns.slices.map(\.reach) == [2.5, .infinity])
  }

  @Test("A mesh's corners reach a quarter of its edges")
  func corners() throws {
    var builder = SceneBuilder()
    let positions = try builder.declare(
      Parameter(key: "shape.vertex_positions", shape: [3, 3], movesDiscontinuities: true),
      values: [0, 0, 0, 4, 0, 0, 0, 3, 0])
    let grey = try builder.declare(Parameter(key: "grey", bounds: 0...1), values: [0.5])
    let material = builder.add(Material.diffuse(reflectance: builder.add(Texture.constant(offset: grey, channels: 1))))
    let mesh = Mesh(positions: positions, vertexCount: 3, triangles: [SIMD3(0, 1, 2)], normals: nil, texcoords: nil)
    _ = builder.add(Shape(id: "shape", geometry: .mesh(mesh), material: material))
    let unknowns = try Unknowns(
      [Problem.Unknown(key: "shape.vertex_positions[4]")], in: try builder.build(), defaultRate: 0.02)
    // Sides of 3, 4 and 5.
    #expect(unknowns.slices.map(\.reach) == [1])
  }
}
