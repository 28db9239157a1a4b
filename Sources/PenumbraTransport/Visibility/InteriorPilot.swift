/// Measures how the interior part of a derivative varies from path to path, where paths move.
struct InteriorPilot {
  let plan: RenderPlan
  let flags: GradientFlags
  /// Velocity of the expanded vector.
  let tangent: UnsafePointer<Float>
  let seed: UInt64

  /// Pairs of paths, each through a pixel of its own.
  private static let largestCount = 1024

  func run() -> TermPilot {
    let pixels = plan.film.width * plan.film.height
    let count = min(pixels, Self.largestCount)
    var arena = PathArena()
    defer { arena.deallocate() }
    var rays: UInt64 = 0
    var sum = 0.0
    for number in 0..<count {
      let jitter = Int(Hash.combine(seed, UInt64(number)) % UInt64(pixels))
      let pixel = (number * pixels + jitter) / count
      let first = derivative(pixel, 0, &arena, &rays)
      let second = derivative(pixel, 1, &arena, &rays)
      let difference = first - second
      if difference.isFinite { sum += 0.5 * Double(dot(difference, difference)) }
    }
    return TermPilot(
      variance: Double(pixels) * Double(pixels) * sum / Double(count), rays: Double(rays) / Double(2 * count))
  }

  private func derivative(_ pixel: Int, _ sample: Int, _ arena: inout PathArena, _ rays: inout UInt64) -> Spectrum {
    var sampler = PathSampler(kind: .independent, seed: seed, pixel: pixel, sample: sample)
    let p = plan.cameraSample(x: pixel % plan.film.width, y: pixel / plan.film.width, &sampler)
    arena.removeAll()
    let value = plan.tracer.radiance(at: p, sampler: &sampler, recorder: &arena, rays: &rays).radiance
    guard value.isFinite, arena.count > 0 else { return .zero }
    var sink = ForwardSink(tangent: tangent)
    let adjoint = PathAdjoint(tracer: plan.tracer, flags: flags)
    if plan.tracer.quantity == .radiance {
      adjoint.addMotion(arena.base, count: arena.count, at: p, to: &sink)
    } else {
      adjoint.add(arena.base, count: arena.count, at: p, to: &sink)
    }
    return sink.derivative * p.weight
  }
}
