import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

struct RankTests {
  /// What one rank holds at the end, number by number.
  private typealias Held = [(name: String, bits: [UInt64])]

  private static func bits(_ values: [Float]) -> [UInt64] { values.map { UInt64($0.bitPattern) } }

  /// Every kind of pass over one scene; each rank has a renderer of its own, as processes have.
  private static func passes(_ scene: Scene, _ elements: [Range<Int>], _ ranks: ThreadRanks?) throws -> Held {
    let renderer = try Renderer(scene)
    var settings = RenderSettings.test(spp: 4, seed: 7, sampler: .sobol, maxDepth: 4, threads: 2)
    settings.ranks = ranks
    let film = scene.structure.sensors[0].film
    let count = 3 * film.width * film.height
    var tangent = [Float](repeating: 0, count: renderer.theta.count)
    for range in elements { for i in range { tangent[i] = 0.5 } }
    let image = try renderer.render(settings)
    let forward = try renderer.forward(settings, tangent: tangent)
    let reverse = try renderer.reverse(settings, adjoint: (0..<count).map { Float($0 % 11) - 5 }, requested: elements)
    let target = FusedTarget(loss: .l2, rgb: [Float](repeating: 0.5, count: count))
    let fused = try renderer.fused(settings, target: target, requested: elements)
    let jacobian = try renderer.jacobian(settings, elements: elements.flatMap { Array($0.prefix(3)) })
    return [
      ("image", bits(image.rgb)), ("alpha", bits(image.alpha)), ("forward", bits(forward.derivative)),
      ("forward image", bits(forward.rgb)), ("reverse", bits(reverse.gradient)), ("fused image", bits(fused.rgb)),
      ("fused gradient", bits(fused.gradient)), ("loss", [fused.loss.bitPattern, fused.noise.bitPattern]),
      ("Jacobian image", bits(jacobian.rgb)), ("Jacobian", bits(jacobian.rows)),
      (
        "rays",
        [image.statistics, forward.statistics, reverse.statistics, fused.statistics, jacobian.statistics].map(\.rays)
      ),
    ]
  }

  private func expectSameBits(_ scene: Scene, _ elements: [Range<Int>], ranks: [Int]) throws {
    let alone = try Self.passes(scene, elements, nil)
    for (name, values) in alone { #expect(values.contains { $0 != 0 }, "\(name) holds something") }
    for count in ranks {
      for (rank, held) in try ThreadRanks.run(count, { try Self.passes(scene, elements, $0) }).enumerated() {
        for (one, other) in zip(alone, held) {
          #expect(one.bits == other.bits, "\(one.name) on rank \(rank) of \(count)")
        }
      }
    }
  }

  @Test("Pictures, derivatives and counts of rays are the same bits on every rank, for every number of ranks")
  func moving() throws {
    let scene = try BoundaryScene.softShadows()
    let elements = try scene.structure.parameters.resolve("sensor.translate").range
    try expectSameBits(scene, [elements], ranks: [2, 3, 4])
  }

  @Test("The same with a filter wider than a pixel, cut tiles, textures, and more ranks than chunks")
  func wideFilter() throws {
    var scene = TestScene()
    let texture = try scene.smoothBitmap(key: "floor.data")
    scene.floor(scene.builder.add(Material.diffuse(reflectance: texture)))
    scene.add(Geometry.sphere, TestScene.placed(at: [0, 0, 0.5], scale: 0.5), try scene.diffuse([0.5, 0.5, 0.5]))
    try scene.environment()
    try scene.camera(
      TestScene.lookAt([0.4, -2, 2], .zero, up: [0, 0, 1]), width: 70, height: 35, filter: .gaussian())
    let whole = try scene.builder.build()
    try expectSameBits(whole, [try whole.structure.parameters.resolve("floor.data").range], ranks: [2, 5, 17])
  }

  @Test("Layers of a picture come from all ranks") func layers() throws {
    var test = TestScene()
    test.floor(try test.diffuse([0.5, 0.5, 0.5]))
    try test.environment()
    try test.camera(TestScene.lookAt([0.4, -2, 2], .zero, up: [0, 0, 1]), width: 40, height: 40)
    test.builder.integrator = IntegratorSettings(
      maxDepth: 3, aovs: [AOV(name: "d", kind: .depth), AOV(name: "n", kind: .normal)])
    let scene = try test.builder.build()
    let alone = try Renderer(scene).render(.test(spp: 2)).layers.map(\.values)
    for layers in try ThreadRanks.run(
      3,
      { ranks in
        var settings = RenderSettings.test(spp: 2)
        settings.ranks = ranks
        return try Renderer(scene).render(settings).layers.map(\.values)
      })
    { #expect(layers == alone) }
  }

  @Test("When one rank is cancelled, all stop and say so") func cancelled() throws {
    let scene = try BoundaryScene.softShadows()
    let codes = try ThreadRanks.run(3) { ranks in
      var settings = RenderSettings.test(spp: 1)
      settings.ranks = ranks
      do {
        _ = try Renderer(scene).render(settings, monitor: RenderMonitor(isCancelled: { ranks.rank == 1 }))
        return TransportError.Code?.none
      } catch let error as TransportError { return error.code }
    }
    #expect(codes == [.cancelled, .cancelled, .cancelled])
  }

  @Test("Ranks that do not hold the same say so") func agreement() throws {
    let same = try ThreadRanks.run(3) { try $0.agree(on: [1, 2]) }
    #expect(same == [true, true, true])
    let different = try ThreadRanks.run(3) { try $0.agree(on: $0.rank == 2 ? [1, 2, 3] : [1, 2]) }
    #expect(different == [false, false, false])
  }
}
