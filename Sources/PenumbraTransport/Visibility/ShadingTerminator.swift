/// The line on a smoothly shaded triangle where the interpolated normal turns away from the viewer.
///
/// BSDFs with one side are black beyond it, so that it shows in the picture though nothing is hidden. With the
/// interpolated normal n(x) and the vector v(x) to the viewer the line is g = n · v = 0: n and v are linear over the
/// triangle, g is quadratic, and so is its restriction to any straight line.
struct ShadingTerminator {
  let scene: KernelScene

  /// From where a surface is looked at.
  enum Viewpoint {
    case point(Vector3)
    /// Unit direction in which parallel rays travel.
    case direction(Vector3)
  }

  /// A point of the line with what its motion depends on.
  struct Point {
    var hit: SurfaceHit
    /// Derivative of the position by t in 0...1.
    var along: Vector3
    /// In the triangle's plane, across the chord.
    var across: Vector3
    /// Derivative of n · v along `across` for the unit normal.
    var slope: Float
    /// To the viewer.
    var view: Vector3
  }

  /// n and v at the corners of a triangle in world space, as functions of barycentric coordinates.
  private struct Triangle {
    var p: (Vector3, Vector3, Vector3)
    var n: (Vector3, Vector3, Vector3)
    var v: (Vector3, Vector3, Vector3)

    func blend(_ q: (Vector3, Vector3, Vector3), _ b: SIMD2<Float>) -> Vector3 {
      q.0 * (1 - b.x - b.y) + q.1 * b.x + q.2 * b.y
    }

    func change(_ q: (Vector3, Vector3, Vector3), _ d: SIMD2<Float>) -> Vector3 {
      (q.1 - q.0) * d.x + (q.2 - q.0) * d.y
    }

    /// Coefficients a + b s + c s² of g along `start` + s `step`.
    func quadratic(_ start: SIMD2<Float>, _ step: SIMD2<Float>) -> SIMD3<Float> {
      let (n0, dn) = (blend(n, start), change(n, step))
      let (v0, dv) = (blend(v, start), change(v, step))
      return SIMD3(dot(n0, v0), dot(n0, dv) + dot(dn, v0), dot(dn, dv))
    }
  }

  private func triangle(_ face: SurfaceFace, _ viewpoint: Viewpoint) -> Triangle? {
    guard let normals = scene.cornerNormals(face) else { return nil }
    let p = scene.corners(face)
    switch viewpoint {
    case .point(let o): return Triangle(p: p, n: normals, v: (o - p.0, o - p.1, o - p.2))
    case .direction(let d): return Triangle(p: p, n: normals, v: (-d, -d, -d))
    }
  }

  /// World ends of the line's chord on a triangle; `nil` when the line does not cross it.
  func chord(_ face: SurfaceFace, _ viewpoint: Viewpoint) -> (Vector3, Vector3)? {
    guard let triangle = triangle(face, viewpoint), let (a, b) = Self.chord(triangle) else { return nil }
    return (triangle.blend(triangle.p, a), triangle.blend(triangle.p, b))
  }

  /// Barycentric ends of the chord: the two sides on which g changes sign.
  private static func chord(_ triangle: Triangle) -> (SIMD2<Float>, SIMD2<Float>)? {
    let g = SIMD3(
      dot(triangle.n.0, triangle.v.0), dot(triangle.n.1, triangle.v.1), dot(triangle.n.2, triangle.v.2))
    if (g.x > 0) == (g.y > 0) && (g.y > 0) == (g.z > 0) { return nil }
    let corners = [SIMD2<Float>(0, 0), SIMD2<Float>(1, 0), SIMD2<Float>(0, 1)]
    var ends = (SIMD2<Float>.zero, SIMD2<Float>.zero)
    var count = 0
    for side in 0..<3 {
      let (i, j) = (side, (side + 1) % 3)
      guard (g[i] > 0) != (g[j] > 0), count < 2 else { continue }
      let q = triangle.quadratic(corners[i], corners[j] - corners[i])
      guard let s = nearestRoot(q, to: g[i] / (g[i] - g[j])), s >= -1e-3, s <= 1.001 else { return nil }
      let end = corners[i] + (corners[j] - corners[i]) * s
      if count == 0 { ends.0 = end } else { ends.1 = end }
      count += 1
    }
    return count == 2 ? ends : nil
  }

  /// The root of a + b s + c s² next to a first guess.
  private static func nearestRoot(_ q: SIMD3<Float>, to guess: Float) -> Float? {
    let (a, b, c) = (q.x, q.y, q.z)
    let discriminant = b * b - 4 * a * c
    guard discriminant >= 0 else { return nil }
    let root = discriminant.squareRoot()
    let m = -0.5 * (b < 0 ? b - root : b + root)
    guard m != 0 else { return nil }
    let first = a / m
    guard c != 0 else { return first }
    let second = m / c
    return abs(first - guess) <= abs(second - guess) ? first : second
  }

  /// The point of the line opposite the chord's point t in 0...1.
  func point(_ face: SurfaceFace, _ viewpoint: Viewpoint, _ t: Float) -> Point? {
    guard let triangle = triangle(face, viewpoint), let (a, b) = Self.chord(triangle) else { return nil }
    let start = a + (b - a) * t
    let chord = triangle.change(triangle.p, b - a)
    let (e1, e2) = (triangle.p.1 - triangle.p.0, triangle.p.2 - triangle.p.0)
    let normal = cross(e1, e2)
    let across = cross(normal, chord)
    let length = across.length
    guard length > 0 else { return nil }
    let unit = across * (1 / length)
    // Barycentric coordinates of the unit step, by the dual basis of the triangle's sides.
    let inverse = 1 / normal.squaredLength
    let step = SIMD2(dot(cross(e2, normal), unit), dot(cross(normal, e1), unit)) * inverse
    guard let s = Self.nearestRoot(triangle.quadratic(start, step), to: 0) else { return nil }
    let place = start + step * s
    let (n, v) = (triangle.blend(triangle.n, place), triangle.blend(triangle.v, place))
    func slope(_ d: SIMD2<Float>) -> Float {
      dot(n, triangle.change(triangle.v, d)) + dot(triangle.change(triangle.n, d), v)
    }
    let (alongChord, acrossChord) = (slope(b - a), slope(step))
    guard acrossChord != 0, n.squaredLength > 0 else { return nil }
    let position = triangle.blend(triangle.p, place)
    return Point(
      hit: scene.hit(on: face, at: position), along: chord - unit * (alongChord / acrossChord), across: unit,
      slope: acrossChord / n.length, view: v)
  }

  /// Hands on weight · (covector · ẏ) for the point y of the line; the covector has no part along the line.
  ///
  /// The line slides over its surface so that g stays 0: δ = −ġ / ∂g along `across`, with ġ = ṅ · v + n · v̇ at the
  /// material point.
  ///
  /// - Returns: the covector of v̇ as far as it comes from the viewer.
  func addMotion<Sink: DerivativeSink>(
    _ point: Point, _ covector: Vector3, _ weight: Spectrum, to sink: inout Sink
  ) -> Vector3 {
    let counted = sink.counted(weight)
    let slip = dot(covector, point.across) / point.slope
    let n = point.hit.frame.n
    var covectors = SurfaceMotion.Covectors<Sink.Vectors>()
    covectors.position = Sink.Vectors(covector + n * slip, counted: counted)
    covectors.normal = Sink.Vectors(point.view * -slip, counted: counted)
    SurfaceMotion(scene: scene).add(point.hit, SurfacePatch(point.hit, scene), covectors, to: &sink)
    return n * -slip
  }
}
