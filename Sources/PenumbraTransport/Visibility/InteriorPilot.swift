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
    let wave = PathWave()
    let arenas = UnsafeMutablePointer<PathArena>.allocate(capacity: PathWave.capacity)
    for i in 0..<PathWave.capacity { (arenas + i).initialize(to: PathArena(capacity: 0)) }
    defer {
      for i in 0..<PathWave.capacity { arenas[i].deallocate() }
      arenas.deallocate()
    }
    var rays: UInt64 = 0
    var sum = 0.0
    for first in stride(from: 0, to: count, by: PathWave.capacity / 2) {
      var places: [CameraSample] = []
      for number in first..<min(first + PathWave.capacity / 2, count) {
        let jitter = Int(Hash.combine(seed, UInt64(number)) % UInt64(pixels))
        let pixel = (number * pixels + jitter) / count
        for sample in 0..<2 {
          var sampler = PathSampler(kind: .independent, seed: seed, pixel: pixel, sample: sample)
          let place = plan.cameraSample(x: pixel % plan.film.width, y: pixel / plan.film.width, &sampler)
          arenas[wave.count].removeAll()
          wave.append(sampler, at: place)
          places.append(place)
        }
      }
      // As the interior's paths are traced, whose rays are counted.
      wave.trace(plan.tracer, arenas, &rays)
      for pair in 0..<places.count / 2 {
        let (i, j) = (2 * pair, 2 * pair + 1)
        let difference =
          derivative(wave[i].pointee.path.radiance, arenas[i], at: places[i])
          - derivative(wave[j].pointee.path.radiance, arenas[j], at: places[j])
        if difference.isFinite { sum += 0.5 * Double(dot(difference, difference)) }
      }
      wave.removeAll()
    }
    return TermPilot(
      variance: Double(pixels) * Double(pixels) * sum / Double(count),
      cost: SampleCost.path(rays: Double(rays) / Double(2 * count)))
  }

  private func derivative(_ radiance: Spectrum, _ path: PathArena, at p: CameraSample) -> Spectrum {
    guard radiance.isFinite, path.count > 0 else { return .zero }
    var sink = ForwardSink(tangent: tangent)
    let adjoint = PathAdjoint(tracer: plan.tracer, flags: flags)
    if plan.tracer.quantity == .radiance {
      adjoint.addMotion(path.base, count: path.count, at: p, to: &sink)
    } else {
      adjoint.add(path.base, count: path.count, at: p, to: &sink)
    }
    return sink.derivative * p.weight
  }
}
