import Testing

@testable import PenumbraTransport

struct PathRecordTests {
  @Test(
    "What a path record did not write is not read: garbage there changes no derivative", arguments: NamedScene.allCases)
  func unwrittenFields(_ name: NamedScene) throws {
    let scene = try name.build()
    let renderer = try Renderer(scene)
    let expanded = renderer.expanded
    let plan = try RenderPlan(.test(spp: 1), structure: scene.structure, expanded: expanded)
    let scope = try GradientScope(
      requested: [0..<scene.theta.count], structure: scene.structure, expanded: expanded, sensor: 0)
    let adjoint = PathAdjoint(tracer: plan.tracer, flags: scope.request.flags)
    var arena = PathArena()
    defer { arena.deallocate() }
    for sample in 0..<400 {
      var sampler = PathSampler(kind: .independent, seed: 1, pixel: 0, sample: sample)
      let p = CameraSample(film: sampler.next2D())
      var rays: UInt64 = 0
      arena.removeAll()
      _ = plan.tracer.radiance(at: p, sampler: &sampler, recorder: &arena, rays: &rays)
      let gradients = [Float(0), .infinity, .nan].map { garbage -> [Double] in
        for i in 0..<arena.count {
          let vertex = arena.base + i
          let junk = Vector3(repeating: garbage)
          if !vertex.pointee.hasLight {
            vertex.pointee.lightWo = junk
            vertex.pointee.lightValue = junk
            vertex.pointee.lightScale = garbage
          }
          if vertex.pointee.inversePdf == 0 {
            vertex.pointee.wo = junk
            vertex.pointee.value = junk
          }
          vertex.pointee.incoming = junk
        }
        let gradient = OwnedBuffer<Double>(repeating: 0, count: scope.wanted.count)
        var sink = ReverseSink(
          adjoint: Spectrum(1, 2, -1), gradient: gradient.base, wanted: UnsafePointer(scope.wanted.base))
        adjoint.add(arena.base, count: arena.count, at: p, to: &sink)
        #expect(sink.rejected == 0)
        return Array(gradient.buffer)
      }
      #expect(gradients[1] == gradients[0] && gradients[2] == gradients[0])
    }
  }
}
