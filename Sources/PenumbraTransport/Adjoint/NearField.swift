/// A partition of the segments of a path into near and far ones.
///
/// Far segments end at material points. With the end of a segment fixed, the derivative of 1 / r² grows as 1 / r³: beside a
/// corner, where x₁ slides towards the wall that it is lit by, its samples have no finite variance. Near segments therefore
/// keep their direction instead, and their end slides over its surface: their derivative stays bounded. What is
/// integrated is F w + F (1 − w) with a smooth w(r), each part differentiated in its own parametrisation. The second
/// misses the boundary of edges nearer than `radius`, which is a fraction of a pixel.
struct NearField {
  /// Length below which no segment is far.
  private let inverseSquared: Float

  private static let low: Float = 0.25

  /// - Parameter radius: length from which all segments are far.
  init(radius: Float) { inverseSquared = 1 / max(radius * radius, .leastNormalMagnitude) }

  /// The near field of a path whose first vertex lies at `distance` from the camera: one pixel as it is seen there.
  @inline(__always) init(_ tracer: PathTracer, distance: Float) {
    let width = Float(tracer.sensor.width)
    let pixel =
      tracer.sensor.isPerspective
      ? 2 * tracer.camera.halfWidth * distance / width : 2 * tracer.camera.map.x.value.length / width
    self.init(radius: pixel)
  }

  /// w of a segment, and its derivative by the segment's squared length.
  @inline(__always) func weight(squaredLength: Float) -> (value: Float, slope: Float) {
    let t = (squaredLength * inverseSquared - Self.low) * (1 / (1 - Self.low))
    if t >= 1 { return (1, 0) }
    if t <= 0 { return (0, 0) }
    return (t * t * (3 - 2 * t), 6 * t * (1 - t) * inverseSquared * (1 / (1 - Self.low)))
  }

  @inline(__always) func weight<T>(squaredLength: Dual<T>) -> Dual<T> {
    let (value, slope) = weight(squaredLength: squaredLength.value)
    return Dual(value, squaredLength.tangent * slope)
  }
}
