/// Where a camera sees a world point, and how that follows the point.
struct FilmPoint {
  /// In pixels of the whole film.
  var pixel: SIMD2<Float>
  /// Gradients of both coordinates by the point, in pixels per unit of length.
  var gradientX: Vector3
  var gradientY: Vector3

  /// - Parameter lens: the point of the unit disk where the ray passes the lens.
  /// - Returns: `nil` where the camera has no such ray.
  @inline(__always)
  init?(_ point: Vector3, lens: SIMD2<Float>, _ tracer: PathTracer) {
    let (sensor, camera) = (tracer.sensor, tracer.camera)
    let local = camera.map.preimage(of: Vector(point)).value
    let size = sensor.size
    guard sensor.isPinhole else {
      // Lanes of the point in the camera's own space.
      let moving = Vector(Dual4(local.x, lane: 0), Dual4(local.y, lane: 1), Dual4(local.z, lane: 2))
      guard let film = sensor.project(local: moving, lens: lens, CameraInputs<Dual4>(camera)) else { return nil }
      pixel = SIMD2(film.x.value, film.y.value) * size
      let (x, y) = (film.x.tangent, film.y.tangent)
      gradientX = camera.map.pushed(Vector3(x[0], x[1], x[2]) * size.x)
      gradientY = camera.map.pushed(Vector3(y[0], y[1], y[2]) * size.y)
      return
    }
    guard local.z > 0 else { return nil }
    let inverse = 1 / local.z
    let slope = SIMD2(local.x, local.y) * inverse
    let film = sensor.filmPosition(slope.x, slope.y, camera)
    pixel = SIMD2(film.x, film.y) * size
    // Both scales are width / 2h: pixels are square.
    let scale = -0.5 * size.x / camera.halfWidth * inverse
    gradientX = camera.map.pushed(Vector3(scale, 0, -scale * slope.x))
    gradientY = camera.map.pushed(Vector3(0, scale, -scale * slope.y))
  }

  /// How many pixels² a unit of area around the point covers on the film.
  @inline(__always) func density(normal: Vector3) -> Float { abs(dot(cross(gradientX, gradientY), normal)) }
}
