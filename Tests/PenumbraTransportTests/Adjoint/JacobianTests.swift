import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

struct JacobianTests {
  private func elements(_ scene: Scene) -> [Int] {
    // Up to four elements of each parameter, so that textures do not make the matrix large.
    scene.structure.parameters.all.filter(\.isDifferentiable).flatMap { Array($0.range.prefix(4)) }
  }

  /// ⟨a, column i⟩ of every unknown, with the sum of magnitudes by which rounding is judged.
  private func products(_ a: [Float], _ jacobian: PictureJacobian) -> [(sum: Double, size: Double)] {
    (0..<jacobian.count).map { i in
      let terms = a.indices.map { Double(a[$0] * jacobian.rows[$0 * jacobian.count + i]) }
      return (terms.reduce(0, +), terms.reduce(0) { $0 + abs($1) })
    }
  }

  @Test(
    "The columns of the Jacobian are the reverse gradient: Jᵀa of the same samples, for every parameter",
    arguments: NamedScene.allCases)
  func transpose(_ name: NamedScene) throws {
    let scene = try name.build()
    let renderer = try Renderer(scene)
    let elements = elements(scene)
    let settings = RenderSettings.test(spp: 8, seed: 3)
    let jacobian = try renderer.jacobian(settings, elements: elements)
    let a = testDirection(0..<jacobian.rgb.count, count: jacobian.rgb.count, seed: 8)
    let gradient = try renderer.reverse(
      settings, adjoint: a, requested: elements.map { $0..<($0 + 1) }
    ).gradient
    for (element, product) in zip(elements, products(a, jacobian)) {
      #expect(abs(product.sum - Double(gradient[element])) <= 2e-4 * product.size, "element \(element)")
    }
    #expect(jacobian.statistics.rejectedDerivatives == 0)
  }

  @Test(
    "Moving edges are in the columns too: a camera, a point light", arguments: ["sensor.translate", "sensor.x_fov"])
  func boundary(_ key: String) throws {
    let scene = try BoundaryScene.softShadows()
    let renderer = try Renderer(scene)
    let range = try scene.structure.parameters.resolve(key).range
    let settings = RenderSettings.test(spp: 16, seed: 5)
    let jacobian = try renderer.jacobian(settings, elements: Array(range))
    let a = testDirection(0..<jacobian.rgb.count, count: jacobian.rgb.count, seed: 2)
    let gradient = try renderer.reverse(settings, adjoint: a, requested: [range]).gradient
    for (element, product) in zip(range, products(a, jacobian)) {
      #expect(abs(product.sum - Double(gradient[element])) <= 2e-4 * product.size)
    }
  }

  @Test("The picture and its derivatives are the same bits for every number of threads")
  func threads() throws {
    let renderer = try Renderer(try BoundaryScene.softShadows())
    let range = try renderer.structure.parameters.resolve("sensor.translate").range
    let results = try [1, 2, 5].map { threads in
      var settings = RenderSettings.test(spp: 4, seed: 5)
      settings.threads = threads
      return try renderer.jacobian(settings, elements: Array(range))
    }
    for result in results.dropFirst() {
      #expect(result.rgb == results[0].rgb)
      #expect(result.rows == results[0].rows)
    }
  }

  @Test("A matrix too large to hold is refused before anything is allocated")
  func tooLarge() throws {
    let renderer = try Renderer(try DerivativeScene.lit())
    #expect(throws: TransportError.self) {
      _ = try renderer.jacobian(.test(spp: 1), elements: Array(repeating: 0, count: 1 << 23)).count
    }
  }
}
