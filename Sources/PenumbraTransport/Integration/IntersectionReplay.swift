import CEmbree
import Foundation

/// How fast Embree alone traces exactly the rays of a rendering, one by one: what a renderer is measured by.
public struct IntersectionReplay: Sendable {
  public var rays: Int
  /// Wall-clock seconds on one thread.
  public var seconds: Double
}

/// Keeps every ray and no vertex.
private struct RayLog: PathRecorder {
  struct Entry {
    var ray: Ray
    var isShadow: Bool
  }
  var entries: [Entry] = []

  mutating func willTrace(_ ray: Ray, isShadow: Bool) { entries.append(Entry(ray: ray, isShadow: isShadow)) }
}

extension Renderer {
  /// Traces one sample per pixel, keeps its rays and times tracing them again in the same order with nothing else.
  ///
  /// - Parameter repetitions: how often all rays are traced.
  public func replayIntersections(_ settings: RenderSettings, repetitions: Int) throws(TransportError)
    -> IntersectionReplay
  {
    let plan = try RenderPlan(settings, structure: structure, expanded: expanded)
    var log = RayLog()
    var count: UInt64 = 0
    for y in 0..<plan.film.height {
      for x in 0..<plan.film.width {
        var sampler = PathSampler(
          kind: plan.samplerKind, seed: plan.seed, pixel: y * plan.film.width + x, sample: 0)
        let p = plan.cameraSample(x: x, y: y, &sampler)
        _ = plan.tracer.radiance(at: p, sampler: &sampler, recorder: &log, rays: &count)
      }
    }
    let scene = plan.tracer.scene.embree
    var found = 0
    let start = DispatchTime.now().uptimeNanoseconds
    for _ in 0..<repetitions {
      for entry in log.entries {
        let (o, d) = (entry.ray.origin, entry.ray.direction)
        if entry.isShadow {
          found += Int(cembree_occluded(scene, o.x, o.y, o.z, entry.ray.near, d.x, d.y, d.z, entry.ray.far))
        } else {
          var hit = CEmbreeHit()
          cembree_intersect(scene, o.x, o.y, o.z, entry.ray.near, d.x, d.y, d.z, entry.ray.far, &hit)
          found += hit.geometry == .max ? 0 : 1
        }
      }
    }
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
    precondition(found >= 0)
    return IntersectionReplay(rays: repetitions * log.entries.count, seconds: seconds)
  }
}
