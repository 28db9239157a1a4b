import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// A BSDF's value as a function of its inputs, directions fixed.
private struct InputFunction: LocalFunction {
  let bsdf: ScatteringCase
  let wi: Vector3
  let wo: Vector3

  func callAsFunction<S: ShadingScalar>(_ x: [S]) -> [S] {
    let value = bsdf.bsdf(x).evaluate(wi: Vector(wi), wo: Vector(wo))
    return [value.r, value.g, value.b]
  }
}

/// A BSDF's value as a function of both directions, inputs fixed.
private struct DirectionFunction: LocalFunction {
  let bsdf: ScatteringCase

  func callAsFunction<S: ShadingScalar>(_ x: [S]) -> [S] {
    let value = bsdf.bsdf(bsdf.inputs.map { S($0) }).evaluate(
      wi: Vector(x[0], x[1], x[2]).normalized(), wo: Vector(x[3], x[4], x[5]).normalized())
    return [value.r, value.g, value.b]
  }
}

struct BSDFDerivativeTests {
  /// Pairs of directions away from grazing ones and from the borders of lobes.
  static let pairs: [(wi: Vector3, wo: Vector3)] = [
    (Vector3(0.1, 0.2, 0.9).normalized, Vector3(-0.3, -0.1, 0.8).normalized),
    (Vector3(0.7, 0.3, 0.4).normalized, Vector3(-0.6, -0.4, 0.5).normalized),
    (Vector3(-0.5, 0.6, 0.5).normalized, Vector3(-0.2, -0.7, 0.6).normalized),
  ]

  /// Refracting pairs, from outside and from inside.
  static let crossing: [(wi: Vector3, wo: Vector3)] = [
    (Vector3(0.3, 0.2, 0.8).normalized, Vector3(-0.3, -0.1, -0.9).normalized),
    (Vector3(0.1, 0.2, -0.9).normalized, Vector3(-0.25, -0.2, 0.8).normalized),
  ]

  private func pairs(_ c: ScatteringCase) -> [(wi: Vector3, wo: Vector3)] {
    c.transmits ? Self.pairs + Self.crossing : Self.pairs
  }

  @Test("Every input has its derivative, at the ends of its range too", arguments: ScatteringCase.closedForm)
  func inputs(_ c: ScatteringCase) {
    for (wi, wo) in pairs(c) {
      expectPartialsMatchDifferences(
        of: InputFunction(bsdf: c, wi: wi, wo: wo), at: c.inputs, step: 1e-3, roundings: 2000, "\(c) \(wi) \(wo)")
    }
  }

  @Test("Both directions have their derivatives", arguments: ScatteringCase.closedForm)
  func directions(_ c: ScatteringCase) {
    for (wi, wo) in pairs(c) {
      expectPartialsMatchDifferences(
        of: DirectionFunction(bsdf: c), at: [wi.x, wi.y, wi.z, wo.x, wo.y, wo.z], step: 1e-3, roundings: 4000, "\(c)")
    }
  }

  @Test(
    "Small roughness keeps its derivative near the mirror direction",
    arguments: [MicrofacetDistribution.beckmann, .ggx])
  func smallRoughness(_ distribution: MicrofacetDistribution) {
    var inputs = ScatteringCase.roughConductors[0].inputs
    inputs[9] = 0.01
    inputs[10] = 0.012
    let c = ScatteringCase(description: "smooth", model: .roughConductor(distribution), inputs: inputs)
    let wi = Vector3(0.3, 0.1, 0.9).normalized
    let wo = Vector3(-0.302, -0.095, 0.9).normalized
    expectPartialsMatchDifferences(
      of: InputFunction(bsdf: c, wi: wi, wo: wo), at: inputs, step: 1e-4, roundings: 20_000)
  }

  @Test("Below the smallest roughness nothing depends on it") func clampedRoughness() {
    var inputs = ScatteringCase.roughConductors[0].inputs
    inputs[9] = 1e-5
    inputs[10] = 0.2
    let x = inputs.enumerated().map { Dual16($1, lane: $0) }
    let wi = Vector3(0.3, 0.1, 0.9).normalized
    let value = ScatteringCase.roughConductors[0].bsdf(x)
      .evaluate(wi: Vector(wi), wo: Vector(Vector3(-wi.x, -wi.y, wi.z)))
    #expect(value.r.tangent[9] == 0)
    #expect(value.r.tangent[10].isFinite)
  }

  @Test("Specular 0...1 sets η as 2 / (1 − √(0.08 s)) − 1, with its derivative", arguments: [Float(0.01), 0.2, 0.5, 1])
  func specular(_ s: Float) {
    struct Index: LocalFunction {
      func callAsFunction<S: ShadingScalar>(_ x: [S]) -> [S] { [PrincipledBSDF<S>.eta(specular: x[0])] }
    }
    expectPartialsMatchDifferences(of: Index(), at: [s], step: Double(s) / 10)
    #expect(abs(PrincipledBSDF<Float>.eta(specular: 0.5) - 1.5) < 1e-6)
  }
}
