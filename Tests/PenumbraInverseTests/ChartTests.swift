import Foundation
import Testing

@testable import PenumbraInverse

@Suite("Coordinates of unknowns") struct ChartTests {
  static let charts: [(Chart, [Float], ClosedRange<Float>)] = [
    (.linear, [0.2, -3, 7], -10...10), (.log, [0.01, 2, 500], 0...Float.infinity),
    (.logit(0...1), [0.02, 0.5, 0.9], 0...1), (.rotation, [0.3, -1.1, 0.4], -10...10),
    (.rotation, [1e-5, 0, 2e-5], -10...10), (.rotation, [0, 3.1, 0.2], -10...10),
    (
      .largeSteps(LargeSteps(positions: [0, 0, 0, 1, 0, 0, 0, 1, 0], triangles: [SIMD3(0, 1, 2)], lambda: 3)),
      [0, 0, 0, 1, 0, 0, 0, 1, 0], -10...10
    ),
  ]

  @Test("Decoding undoes encoding", arguments: charts)
  func roundTrip(chart: Chart, x: [Float], bounds: ClosedRange<Float>) {
    for (a, b) in zip(chart.decode(chart.encode(x[...])[...]), x) { #expect(abs(a - b) <= 2e-6 * max(abs(b), 1)) }
  }

  @Test("A small step moves x by the velocity, and the pulled-back gradient is its adjoint", arguments: charts)
  func derivative(chart: Chart, x: [Float], bounds: ClosedRange<Float>) {
    let z = chart.encode(x[...])
    let step = z.indices.map { Float(($0 * 7 + 3) % 5) - 2 }
    let ε: Float = 1e-3
    let ahead = chart.decode(chart.retract(z[...], step: step.map { ε * $0 }[...], bounds: bounds)[...])
    let behind = chart.decode(chart.retract(z[...], step: step.map { -ε * $0 }[...], bounds: bounds)[...])
    let velocity = chart.pushForward(step[...], at: x[...])
    for (i, v) in velocity.enumerated() {
      let difference: Float = (ahead[i] - behind[i]) / (2 * ε)
      // Third order of the step, and rounding of x over the step.
      let tolerance: Float = 2e-3 * max(abs(v), 1) + 1e-6 * abs(x[i]) / ε
      #expect(abs(v - difference) < tolerance, "element \(i)")
    }
    let g = x.indices.map { Double(($0 * 3 + 1) % 4) - 1.5 }
    let left = Self.product(g, velocity)
    let right = Self.product(chart.pullBack(g, at: x[...]), step)
    let largest = Double(x.map { abs($0) }.max() ?? 0)
    #expect(abs(left - right) < 1e-5 * max(abs(left), 1) * (1 + largest))
  }

  private static func product(_ a: [Double], _ b: [Float]) -> Double {
    zip(a, b).reduce(0.0) { sum, pair in sum + pair.0 * Double(pair.1) }
  }

  @Test("Composed rotations are the product of their matrices, and never longer than π")
  func composition() {
    let (a, b) = (SIMD3(0.4, -2.1, 0.9), SIMD3(1.3, 0.2, -2.2))
    let c = Rotations.compose(a, after: b)
    #expect((c * c).sum().squareRoot() <= .pi + 1e-12)
    let v = SIMD3(0.3, 0.5, -0.8)
    let expected = Self.rotated(Self.rotated(v, by: b), by: a)
    let found = Self.rotated(v, by: c)
    #expect(((expected - found) * (expected - found)).sum().squareRoot() < 1e-12)
  }

  /// Rodrigues' formula.
  private static func rotated(_ v: SIMD3<Double>, by x: SIMD3<Double>) -> SIMD3<Double> {
    let θ = (x * x).sum().squareRoot()
    let k = x / θ
    let cross = SIMD3(k.y * v.z - k.z * v.y, k.z * v.x - k.x * v.z, k.x * v.y - k.y * v.x)
    return v * cos(θ) + cross * sin(θ) + k * (k * v).sum() * (1 - cos(θ))
  }

  @Test("Smooth maps stay inside their bounds however long the step")
  func smoothBounds() {
    let z = Chart.logit(2...3).retract([0], step: [1e9], bounds: 2...3)
    #expect(Chart.logit(2...3).decode(z[...])[0] <= 3)
    #expect(Chart.log.decode(Chart.log.retract([0], step: [-1e9], bounds: 0...1)[...])[0] > 0)
  }
}
