/// A ray through a grid: positions in cubes, the direction of unit length.
struct VolumeRay {
  var origin: SIMD3<Float>
  var direction: SIMD3<Float>
  /// Where it is inside the grid.
  var enter: Float
  var exit: Float

  /// - Returns: `nil` when the ray misses the grid.
  init?(_ camera: Camera, pixel: SIMD2<Double>, _ grid: ScalarField) {
    let d = SIMD3<Float>(normalize(camera.pose.world(camera.pinhole.direction(pixel))))
    let o = (SIMD3<Float>(camera.pose.position) - grid.origin) / grid.spacing
    var (near, far): (Float, Float) = (0, .infinity)
    for axis in 0..<3 {
      // A hair inside, so that eight corners surround every sample.
      let (low, high): (Float, Float) = (1e-3, Float(grid.size[axis] - 1) - 1e-3)
      if abs(d[axis]) < 1e-9 {
        if o[axis] < low || o[axis] > high { return nil }
        continue
      }
      let (a, b) = ((low - o[axis]) / d[axis], (high - o[axis]) / d[axis])
      near = max(near, min(a, b))
      far = min(far, max(a, b))
    }
    guard near < far else { return nil }
    (origin, direction, enter, exit) = (o, d, near, far)
  }
}

/// The eight corners around a point of a grid and their weights.
struct Trilinear {
  let base: Int
  let fraction: SIMD3<Float>

  @inline(__always)
  init(_ p: SIMD3<Float>, _ nx: Int, _ nxy: Int) {
    let f = p.rounded(.down)
    fraction = p - f
    base = Int(f.z) &* nxy &+ Int(f.y) &* nx &+ Int(f.x)
  }

  /// In the order of the bits of the corner: x, y, z.
  @inline(__always)
  var weights: SIMD8<Float> {
    let (x, y, z) = (fraction.x, fraction.y, fraction.z)
    let (u, v, w) = (1 - x, 1 - y, 1 - z)
    return SIMD8(u * v * w, x * v * w, u * y * w, x * y * w, u * v * z, x * v * z, u * y * z, x * y * z)
  }
}
