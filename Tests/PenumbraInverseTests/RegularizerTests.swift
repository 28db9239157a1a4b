import PenumbraTransport
import Testing

@testable import PenumbraInverse

@Suite("Regularizers") struct RegularizerTests {
  private static func scene() throws -> Scene {
    var builder = SceneBuilder()
    let values = (0..<24).map { Float(($0 * 7) % 11) / 11 }
    _ = try builder.declare(Parameter(key: "wall.data", shape: [2, 4, 3], bounds: 0...1), values: values)
    _ = try builder.declare(Parameter(key: "lamp.value"), values: [20])
    return try builder.build()
  }

  private static func make(_ kind: RegularizerRequest.Kind) throws -> (Regularizer, [Float]) {
    let scene = try scene()
    let unknowns = try Unknowns(
      [Problem.Unknown(key: "lamp.value"), Problem.Unknown(key: "wall.data")], in: scene, defaultRate: 0.02)
    let request = RegularizerRequest(kind, key: "wall.data", weight: 0.3, value: kind == .prior ? [0.4] : nil)
    return (try Regularizer(request, unknowns: unknowns, in: scene), unknowns.initial)
  }

  @Test("The gradient is the derivative of the value", arguments: RegularizerRequest.Kind.allCases)
  func gradient(kind: RegularizerRequest.Kind) throws {
    let (regularizer, x) = try Self.make(kind)
    var gradient = [Float](repeating: 0, count: x.count)
    _ = regularizer.evaluate(x, addingTo: &gradient)
    #expect(gradient[0] == 0, "the lamp is not regularized")
    var unused = gradient
    for i in x.indices {
      var (above, below) = (x, x)
      above[i] += 1e-2
      below[i] -= 1e-2
      let difference =
        (regularizer.evaluate(above, addingTo: &unused) - regularizer.evaluate(below, addingTo: &unused))
        / Double(above[i] - below[i])
      #expect(abs(Double(gradient[i]) - difference) < 1e-4, "element \(i)")
    }
  }

  @Test(
    "Products with the Gauss–Newton matrix are the matrix times the vector", arguments: RegularizerRequest.Kind.allCases
  )
  func curvature(kind: RegularizerRequest.Kind) throws {
    let (regularizer, x) = try Self.make(kind)
    var model = Linearization(
      loss: 0, gradient: x.map { _ in 0 }, hessian: SymmetricMatrix(count: x.count))
    regularizer.add(x, to: &model)
    let v = x.indices.map { Float(($0 * 5) % 7) - 3 }
    var product = [Float](repeating: 0, count: x.count)
    regularizer.addCurvature(x, along: v, to: &product)
    for (a, b) in zip(model.hessian.multiplied(by: v.map(Double.init)), product) {
      #expect(abs(a - Double(b)) < 1e-4 * max(1, abs(a)))
    }
  }

  @Test("A constant texture has no variation; a prior is met by its value")
  func zeros() throws {
    for kind in RegularizerRequest.Kind.allCases {
      let (regularizer, x) = try Self.make(kind)
      var gradient = [Float](repeating: 0, count: x.count)
      let value = regularizer.evaluate([Float](repeating: 0.4, count: x.count), addingTo: &gradient)
      #expect(abs(value) < 1e-7 && gradient.allSatisfy { abs($0) < 1e-5 }, "\(kind)")
    }
  }

  @Test("A regularizer of something that is not unknown, or has no neighbours, is refused")
  func faults() throws {
    let scene = try Self.scene()
    let unknowns = try Unknowns([Problem.Unknown(key: "lamp.value")], in: scene, defaultRate: 0.02)
    for key in ["wall.data", "lamp.value"] {
      #expect(throws: InverseError.self) {
        try Regularizer(
          RegularizerRequest(.totalVariation, key: key, weight: 1, place: "p.yaml:3:1"), unknowns: unknowns, in: scene)
      }
    }
  }
}
