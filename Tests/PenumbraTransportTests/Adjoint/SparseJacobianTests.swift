import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

@Suite("Explicit sparse derivatives") struct SparseJacobianTests {
  private static let settings = RenderSettings.test(spp: 8, seed: 3)

  /// Parameters of which each alone has explicit derivatives.
  private func appearance(_ renderer: Renderer) throws -> [Range<Int>] {
    try renderer.structure.parameters.all.filter(\.isDifferentiable).map(\.range).filter {
      try renderer.sparseJacobian(.test(spp: 1), requested: [$0]) != nil
    }
  }

  private func length(_ a: [Float]) -> Double {
    a.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  @Test(
    "J v and Jᵀ u by explicit derivatives are those of passes over the same paths, for all colours, texels and lights",
    arguments: NamedScene.allCases)
  func products(_ name: NamedScene) throws {
    let renderer = try Renderer(try name.build())
    let requested = try appearance(renderer)
    try #require(!requested.isEmpty)
    let jacobian = try #require(try renderer.sparseJacobian(Self.settings, requested: requested))
    var tangent = [Float](repeating: 0, count: renderer.theta.count)
    for range in requested {
      tangent.replaceSubrange(range, with: testDirection(range, count: tangent.count, seed: 4)[range])
    }
    let adjoint = testDirection(0..<jacobian.rgb.count, count: jacobian.rgb.count, seed: 8)
    let forward = try renderer.forward(Self.settings, tangent: tangent)
    let reverse = try renderer.reverse(Self.settings, adjoint: adjoint, requested: requested)
    #expect(jacobian.rgb == forward.rgb)
    // Rounding of sums of 8 samples, relative to the whole picture and the whole gradient.
    let (product, transposed) = (jacobian.product(tangent), jacobian.transposedProduct(adjoint))
    #expect(length(zip(product, forward.derivative).map { $0 - $1 }) <= 1e-5 * length(forward.derivative))
    #expect(length(zip(transposed, reverse.gradient).map { $0 - $1 }) <= 1e-5 * length(reverse.gradient))
    #expect(length(reverse.gradient) > 0)
    #expect(jacobian.statistics.rejectedDerivatives == 0)
  }

  @Test("The diagonal is the sum of squares of the dense columns; the mean of two has the mean of their products")
  func diagonalAndMean() throws {
    let renderer = try Renderer(try DerivativeScene.lit())
    let range = try renderer.structure.parameters.resolve("floor.data").range
    let dense = try renderer.jacobian(Self.settings, elements: Array(range))
    let one = try #require(try renderer.sparseJacobian(Self.settings, requested: [range]))
    let two = try #require(try renderer.sparseJacobian(.test(spp: 8, seed: 4), requested: [range]))
    let weights = (0..<dense.rgb.count).map { 0.5 + Float($0 % 7) }
    let squares = one.squares(weights)
    for (k, element) in range.enumerated() {
      let expected = weights.indices.reduce(0.0) {
        $0 + Double(weights[$1]) * Double(dense.rows[$1 * dense.count + k]) * Double(dense.rows[$1 * dense.count + k])
      }
      #expect(abs(Double(squares[element]) - expected) <= 1e-5 * expected)
    }
    #expect(squares.indices.allSatisfy { range.contains($0) || squares[$0] == 0 })
    let mean = one.mean(two)
    let v = testDirection(range, count: renderer.theta.count, seed: 5)
    let expected = zip(one.product(v), two.product(v)).map { ($0 + $1) / 2 }
    #expect(length(zip(mean.product(v), expected).map { $0 - $1 }) <= 1e-6 * length(expected))
    #expect(mean.rgb == zip(one.rgb, two.rgb).map { ($0 + $1) / 2 })
    #expect(mean.entryCount < one.entryCount + two.entryCount)
  }

  @Test("What moves something has no explicit derivatives, nor has what would have too many")
  func refused() throws {
    let renderer = try Renderer(try DerivativeScene.lit())
    let parameters = renderer.structure.parameters
    let texels = try parameters.resolve("floor.data").range
    for key in ["sensor.translate", "sun.rotate"] {
      let moving = try parameters.resolve(key).range
      #expect(try renderer.sparseJacobian(Self.settings, requested: [texels, moving]) == nil, "\(key)")
    }
    let whole = try #require(try renderer.sparseJacobian(Self.settings, requested: [texels]))
    #expect(try renderer.sparseJacobian(Self.settings, requested: [texels], limit: whole.entryCount) != nil)
    #expect(try renderer.sparseJacobian(Self.settings, requested: [texels], limit: whole.entryCount - 1) == nil)
  }

  @Test("Pictures and products are the same bits for every number of threads and of ranks")
  func sameBits() throws {
    struct Held: Sendable, Equatable {
      var rgb: [Float]
      var product: [Float]
      var transposed: [Float]
      var isRefused: Bool
    }
    let scene = try DerivativeScene.lit()
    let range = try scene.structure.parameters.resolve("floor.data").range
    @Sendable func held(_ threads: Int, _ ranks: ThreadRanks?) throws -> Held {
      let renderer = try Renderer(scene)
      var settings = Self.settings
      (settings.threads, settings.ranks) = (threads, ranks)
      let jacobian = try #require(try renderer.sparseJacobian(settings, requested: [range]))
      let isRefused = try renderer.sparseJacobian(settings, requested: [range], limit: jacobian.entryCount - 1) == nil
      return Held(
        rgb: jacobian.rgb, product: jacobian.product(testDirection(range, count: scene.theta.count, seed: 1)),
        transposed: jacobian.mean(jacobian).transposedProduct(jacobian.rgb), isRefused: isRefused)
    }
    let alone = try held(1, nil)
    #expect(alone.isRefused && alone.transposed.contains { $0 != 0 })
    for threads in [2, 5] { #expect(try held(threads, nil) == alone, "\(threads) threads") }
    for count in [2, 3] {
      for other in try ThreadRanks.run(count, { try held(2, $0) }) { #expect(other == alone, "\(count) ranks") }
    }
  }
}
