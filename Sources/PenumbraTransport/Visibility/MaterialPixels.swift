/// The pixels in which the camera may see certain materials.
struct MaterialPixels {
  let tracer: PathTracer
  /// Per material: whether it counts.
  let isWanted: OwnedBuffer<Bool>

  /// Rays tried per pixel; its neighbours are kept too.
  private static let rays = 4

  /// As (x, y) of the whole film, which may lie outside of it by the filter's radius.
  ///
  /// - Parameter margin: more pixels around those that contribute to the picture.
  func find(_ footprint: FilmFootprint, margin: Int = 0, seed: UInt64) -> [SIMD2<Int32>] {
    guard isWanted.buffer.contains(true) else { return [] }
    let inner = footprint.window
    let window = (low: inner.low &- margin, high: inner.high &+ margin)
    let (width, height) = (window.high.x - window.low.x, window.high.y - window.low.y)
    var found = [Bool](repeating: false, count: width * height)
    for y in 0..<height {
      for x in 0..<width where sees(window.low &+ SIMD2(x, y), number: y * width + x, seed) {
        for v in max(y - 1, 0)...min(y + 1, height - 1) {
          for u in max(x - 1, 0)...min(x + 1, width - 1) { found[v * width + u] = true }
        }
      }
    }
    return found.indices.filter { found[$0] }.map {
      SIMD2(Int32(window.low.x + $0 % width), Int32(window.low.y + $0 / width))
    }
  }

  private func sees(_ pixel: SIMD2<Int>, number: Int, _ seed: UInt64) -> Bool {
    for sample in 0..<Self.rays {
      var sampler = PathSampler(kind: .independent, seed: seed, pixel: number, sample: sample)
      let u = sampler.next2D()
      let lens = tracer.sensor.hasLens ? Warp.disk(sampler.next2D()) : .zero
      let film = tracer.sensor.fraction(ofPixel: SIMD2(Float(pixel.x), Float(pixel.y)) + u)
      guard let hit = tracer.scene.intersect(tracer.cameraRay(CameraSample(film: film, lens: lens))) else { continue }
      if isWanted.base[Int(tracer.scene.shapes[Int(hit.shape)].material)] { return true }
    }
    return false
  }
}
