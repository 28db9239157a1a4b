import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

/// Scenes by name, for laws that concern all parameters of a scene at once.
enum NamedScene: String, CaseIterable, Sendable {
  case lit, room, texturedFloor, mirrorFloor, beckmannFloor, ggxFloor, principledFloor, glass, projections
  case frosted, window, plastic, roughPlastic, thinSheet, blend, mask, normalMap, bumpMap, nested
  case movedTexture, colouredMesh, lensRoom

  func build() throws -> Scene {
    switch self {
    case .lit: try DerivativeScene.lit()
    case .room: try DerivativeScene.room()
    case .texturedFloor: try DerivativeScene.texturedFloor()
    case .mirrorFloor: try DerivativeScene.mirrorFloor()
    case .beckmannFloor: try DerivativeScene.metalFloor(.beckmann)
    case .ggxFloor: try DerivativeScene.metalFloor(.ggx)
    case .principledFloor: try DerivativeScene.principledFloor()
    case .glass: try DerivativeScene.glass()
    case .frosted: try DerivativeScene.frostedFloor(.ggx)
    case .window: try DerivativeScene.windowFloor()
    case .plastic: try DerivativeScene.plasticFloor(isRough: false)
    case .roughPlastic: try DerivativeScene.plasticFloor(isRough: true, isTextured: true)
    case .thinSheet: try DerivativeScene.thinFloor()
    case .blend: try DerivativeScene.blendedFloor()
    case .mask: try DerivativeScene.maskedFloor()
    case .normalMap: try DerivativeScene.normalMappedFloor()
    case .bumpMap: try DerivativeScene.bumpMappedFloor()
    case .nested: try DerivativeScene.nestedFloor()
    case .projections: try DerivativeScene.projections()
    case .lensRoom: try DerivativeScene.lensRoom()
    case .movedTexture: try DerivativeScene.movedTexture()
    case .colouredMesh: try DerivativeScene.colouredMesh()
    }
  }
}

struct TransposeTests {
  @Test(
    "⟨a, J v⟩ = ⟨Jᵀ a, v⟩ for random a and v, each parameter alone and all together", arguments: NamedScene.allCases)
  func transpose(_ name: NamedScene) throws {
    let scene = try name.build()
    let renderer = try Renderer(scene)
    let film = scene.structure.sensors[0].film
    let adjoint = testDirection(0..<3 * film.width * film.height, count: 3 * film.width * film.height, seed: 8)
    let ranges = scene.structure.parameters.all.map { $0.range }
    for kind in [SamplerSettings.Kind.independent, .sobol] {
      let settings = RenderSettings.test(spp: 16, seed: 3, sampler: kind, spreadsDiffuse: true)
      let together = try renderer.reverse(settings, adjoint: adjoint, requested: ranges).gradient
      for (parameter, range) in zip(scene.structure.parameters.all, ranges) {
        let tangent = testDirection(range, count: scene.theta.count)
        let forward = try renderer.forward(settings, tangent: tangent).derivative
        let alone = try renderer.reverse(settings, adjoint: adjoint, requested: [range]).gradient
        let products = zip(adjoint, forward).map { Double($0 * $1) }
        let left = products.reduce(0, +)
        let size = products.reduce(0) { $0 + abs($1) }
        for gradient in [alone, together] {
          let right = range.reduce(0.0) { $0 + Double(gradient[$1] * tangent[$1]) }
          #expect(abs(left - right) <= 1e-4 * size, "\(parameter.key): \(left) forward, \(right) reverse")
        }
        let outside = alone.enumerated().filter { !range.contains($0.offset) && $0.element != 0 }
        #expect(outside.isEmpty, "\(parameter.key): gradients that were not asked for")
      }
    }
  }

  @Test("The picture beside a forward derivative is the rendered picture", arguments: NamedScene.allCases)
  func pictureOfForward(_ name: NamedScene) throws {
    let scene = try name.build()
    let renderer = try Renderer(scene)
    let settings = RenderSettings.test(spp: 16, seed: 3, spreadsDiffuse: true)
    let forward = try renderer.forward(settings, tangent: [Float](repeating: 1, count: scene.theta.count))
    let image = try renderer.render(settings)
    for (a, b) in zip(forward.rgb, image.rgb) { #expect(abs(a - b) <= 1e-5 * max(abs(b), 1)) }
    #expect(forward.statistics.rejectedDerivatives == 0)
    #expect(forward.statistics.rejectedNonFinite == 0)
  }

  @Test("A direction of zeros gives a derivative of zero") func nothingMoves() throws {
    let scene = try DerivativeScene.room()
    let forward = try Renderer(scene).forward(
      .test(spp: 4), tangent: [Float](repeating: 0, count: scene.theta.count))
    #expect(forward.derivative.allSatisfy { $0 == 0 })
  }
}
