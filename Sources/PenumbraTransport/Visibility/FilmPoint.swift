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
    let local = tracer.cameraSpace.point(point)
    let size = sensor.size
    guard sensor.isPerspective, sensor.keepsLines else {
      // Lanes of the point in the camera's own space.
      let moving = Vector(Dual4(local.x, lane: 0), Dual4(local.y, lane: 1), Dual4(local.z, lane: 2))
      guard let film = sensor.project(local: moving, lens: lens, CameraInputs<Dual4>(camera)) else { return nil }
      pixel = SIMD2(film.x.value, film.y.value) * size
      let (x, y) = (film.x.tangent, film.y.tangent)
      gradientX = tracer.cameraSpace.pushed(Vector3(x[0], x[1], x[2]) * size.x)
      gradientY = tracer.cameraSpace.pushed(Vector3(y[0], y[1], y[2]) * size.y)
      return
    }
    guard let place = tracer.flatPlace(local, lens: lens) else { return nil }
    let (slope, scale) = (place.slope, place.scale)
    pixel = place.pixel
    gradientX = tracer.cameraSpace.pushed(Vector3(scale, 0, -scale * slope.x))
    gradientY = tracer.cameraSpace.pushed(Vector3(0, scale, -scale * slope.y))
  }

  /// How many pixels² a unit of area around the point covers on the film.
  @inline(__always) func density(normal: Vector3) -> Float { abs(dot(cross(gradientX, gradientY), normal)) }
}

extension PathTracer {
  /// Where a camera that keeps lines straight sees a point of its own space, in pixels, with the slope of the ray from the
  /// lens point and the derivative of pixels by displacements across the axis; `nil` behind the camera.
  @inline(__always)
  func flatPlace(_ local: Vector3, lens: SIMD2<Float>) -> (pixel: SIMD2<Float>, slope: SIMD2<Float>, scale: Float)? {
    guard local.z > 0 else { return nil }
    let inverse = 1 / local.z
    // The ray through lens point and point meets the plane in focus where all rays of its film position meet.
    let shift = sensor.hasLens ? lens * camera.aperture : .zero
    let slope = (SIMD2(local.x, local.y) - shift) * inverse
    let bent = sensor.hasLens ? slope + shift / camera.focus : slope
    let film = sensor.filmPosition(bent.x, bent.y, camera)
    let size = sensor.size
    // Both scales are width / 2h: pixels are square.
    return (SIMD2(film.x, film.y) * size, slope, -0.5 * size.x / camera.halfWidth * inverse)
  }

  /// The camera's ray on which a point lies, and how far along.
  ///
  /// - Parameter pixel: where the camera sees the point.
  @inline(__always)
  func ray(through point: Vector3, pixel: SIMD2<Float>, lens: SIMD2<Float>) -> (ray: Ray, distance: Float) {
    guard sensor.isPerspective, sensor.keepsLines else {
      let ray = cameraRay(CameraSample(film: sensor.fraction(ofPixel: pixel), lens: lens))
      return (ray, dot(point - ray.origin, ray.direction))
    }
    let origin = viewpoint(lens)
    let offset = point - origin
    let distance = offset.length
    let own = cameraSpace.direction(offset)
    // Clip planes lie across the axis.
    let stretch = own.length / own.z
    let ray = Ray(
      origin: origin, direction: offset * (1 / distance), near: sensor.near * stretch, far: sensor.far * stretch)
    return (ray, distance)
  }
}
