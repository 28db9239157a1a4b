/// Finds how much each of a few lights gives to what a camera sees, and to what is seen from there.
///
/// Power is a bad guide: a sky lights a large floor with more of it than a lamp does whose light fills the picture. The
/// best choice among lights is in proportion to the root mean square of what a sample of each gives.
struct LightPilot {
  let plan: RenderPlan

  /// Camera rays; each is followed to a second surface.
  private static let count = 256

  /// Root mean square irradiance, times what a sample stands for, of each of the scene's emitters; `nil` when none gives any.
  func run() -> [Float]? {
    let scene = plan.tracer.scene
    var squares = [Float](repeating: 0, count: scene.emitters.selection.count)
    for number in 0..<Self.count {
      // The same rays for every seed, so that pictures of different seeds are samples of one estimator.
      var sampler = PathSampler(kind: .sobol, seed: 0x11687, pixel: 0, sample: number)
      let place = sampler.next2D() * SIMD2(Float(plan.film.width), Float(plan.film.height))
      var ray = plan.tracer.cameraRay(plan.cameraSample(at: place, &sampler))
      for _ in 0..<2 {
        guard let hit = scene.intersect(ray) else { break }
        let side: Float = dot(hit.geometricNormal, ray.direction) < 0 ? 1 : -1
        let normal = hit.geometricNormal * side
        for emitter in squares.indices {
          squares[emitter] += square(emitter, at: hit.position, normal, sampler.nextVertex())
        }
        let direction = Frame(normal: normal).toWorld(Warp.cosineHemisphere(sampler.next2D()))
        ray = Ray(origin: RayOffset.origin(hit.position, normal: normal, direction: direction), direction: direction)
      }
    }
    let result = squares.map { $0.squareRoot() }
    return result.allSatisfy(\.isFinite) && result.contains { $0 > 0 } ? result : nil
  }

  private func square(_ emitter: Int, at p: Vector3, _ normal: Vector3, _ numbers: VertexNumbers) -> Float {
    let scene = plan.tracer.scene
    var record = scene.emitters.records[emitter]
    guard record.selection > 0 else { return 0 }
    record.selection = 1
    let index = Int32(truncatingIfNeeded: emitter)
    let found =
      record.kind == .area
      ? withUnsafePointer(to: record) { scene.emitters.sampleArea($0, index, p, numbers.emitter, numbers.light) }
      : scene.emitters.sampleDistant(record, index, 1, p, numbers.light)
    guard let light = found else { return 0 }
    let cosine = dot(light.direction, normal)
    guard cosine > 0 else { return 0 }
    // What diffuse reflection finds as well is shared with it (balance heuristic), as if the light were one of two.
    let ways: Float = light.isDirac ? 1 : 1 / (1 + 2 * cosine * light.scale / .pi)
    let value = light.radiance.luminance * light.scale * cosine * ways
    let ray = RayOffset.shadowRay(from: p, normal: normal, direction: light.direction, distance: light.distance)
    return scene.isOccluded(ray) ? 0 : value * value
  }
}
