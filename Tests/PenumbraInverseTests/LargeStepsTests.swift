import Testing

@testable import PenumbraInverse

@Suite("Large steps") struct LargeStepsTests {
  /// A closed surface with a seam: an n × n torus whose first row of vertices is stored twice.
  private static func torus(_ n: Int) -> (positions: [Float], triangles: [SIMD3<UInt32>]) {
    var positions: [Float] = []
    var triangles: [SIMD3<UInt32>] = []
    for i in 0...n {
      for j in 0..<n {
        // Points of a closed grid, at places that make the seam equal bit for bit.
        positions += [Float((i % n) * (n - i % n)), Float(j * (n - j)), Float((i % n) + n * j)]
        guard i < n else { continue }
        let (a, b) = (UInt32(i * n + j), UInt32(i * n + (j + 1) % n))
        let (c, d) = (a + UInt32(n), b + UInt32(n))
        triangles += [SIMD3(a, b, c), SIMD3(b, d, c)]
      }
    }
    return (positions, triangles)
  }

  @Test("Decoding undoes encoding, whatever λ", arguments: [Float(0), 1, 19, 1000])
  func roundTrip(lambda: Float) {
    let (positions, triangles) = Self.torus(24)
    let steps = LargeSteps(positions: positions, triangles: triangles, lambda: lambda)
    let decoded = steps.decode(steps.encode(positions))
    let scale = positions.map(abs).max() ?? 0
    for (x, y) in zip(decoded, positions) { #expect(abs(x - y) < 1e-6 * scale * max(1, lambda)) }
  }

  @Test("Vertices at one place are one point, in both zeros, and move together")
  func welding() {
    let welding = VertexWelding(positions: [0, 1, 2, 3, 4, 5, -0.0, 1, 2])
    #expect(welding.points == [0, 1, 0])
    #expect(welding.sum([1, 2, 3, 4, 5, 6, 10, 20, 30]) == [11, 22, 33, 4, 5, 6])
    let (positions, triangles) = Self.torus(8)
    let steps = LargeSteps(positions: positions, triangles: triangles, lambda: 5)
    #expect(steps.count == 3 * 64)
    let moved = steps.decode((0..<steps.count).map { Float($0 % 7) })
    for k in 0..<24 { #expect(moved[k] == moved[3 * 64 + k]) }
  }

  @Test("The pulled-back gradient is the adjoint of decoding: ⟨g, D u⟩ = ⟨Dᵀ g, u⟩")
  func adjoint() {
    let (positions, triangles) = Self.torus(10)
    let steps = LargeSteps(positions: positions, triangles: triangles, lambda: 19)
    let u = (0..<steps.count).map { Float(($0 * 37) % 11) - 5 }
    let g = positions.indices.map { Float(($0 * 53) % 13) - 6 }
    let left = zip(g, steps.decode(u)).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    let right = zip(steps.pullBack(g), u).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    let size = zip(g, steps.decode(u)).reduce(0.0) { $0 + abs(Double($1.0) * Double($1.1)) }
    #expect(abs(left - right) < 1e-6 * size)
  }

  @Test("A uniform displacement is not damped: the Laplacian of a constant is 0")
  func constant() {
    let (positions, triangles) = Self.torus(6)
    let steps = LargeSteps(positions: positions, triangles: triangles, lambda: 50)
    let u = [Float](repeating: 2, count: steps.count)
    for x in steps.decode(u) { #expect(abs(x - 2) < 1e-5) }
  }

  @Test("A vertex without triangles keeps its value, and a NaN gradient stays where it is")
  func isolated() {
    let steps = LargeSteps(
      positions: [0, 0, 0, 1, 0, 0, 0, 1, 0, 9, 9, 9], triangles: [SIMD3(0, 1, 2)], lambda: 10)
    let gradient = steps.pullBack([.nan, 0, 0, 0, 0, 0, 0, 0, 0, 4, 5, 6])
    #expect(Array(gradient[9...]) == [4, 5, 6])
    #expect(gradient.allSatisfy { $0.isFinite })
  }

  @Test("Uniform Adam's first step keeps the direction of the gradient, and its largest element is the rate")
  func uniformAdam() {
    var adam = AdamUniform(count: 3)
    var values: [Float] = [0, 0, 0]
    adam.step(&values, gradient: [1, -0.5, .nan], rate: 0.1)
    #expect(abs(values[0] + 0.1) < 1e-6 && abs(values[1] - 0.05) < 1e-6 && values[2] == 0)
    #expect(adam.droppedGradients == 1)
  }
}
