extension PathTracer {
  /// Depth or normal of the surface that a camera ray meets first; recorded as a path that ends there.
  @inline(never)
  func firstSurface<Recorder: PathRecorder>(
    along ray: Ray, _ recorder: inout Recorder, _ rays: inout UInt64
  ) -> Estimate {
    rays &+= 1
    recorder.willTrace(ray, isShadow: false)
    guard let hit = scene.intersect(ray) else { return Estimate(radiance: .zero, alpha: 0) }
    if let vertex = recorder.newVertex() {
      vertex.pointee.begin(.end, throughput: .one, direction: ray.direction)
      vertex.pointee.hit = hit
    }
    let n = hit.frame.n
    return Estimate(
      radiance: quantity == .depth ? Spectrum(repeating: hit.distance) : Spectrum(n.x, n.y, n.z), alpha: 1)
  }
}
