/// A piece of the curve along which two surfaces pass through each other.
///
/// It moves with both: y stays on either surface, n_A · ẏ = n_A · ẋ_A and n_B · ẏ = n_B · ẋ_B, with ẋ the velocities of
/// the surfaces' material points there. So a covector c = α n_A + β n_B across the curve acts as α n_A on one surface
/// and β n_B on the other.
struct SurfaceCrossing {
  var first: SurfaceFace
  var second: SurfaceFace
  /// Ends of a chord of the curve, in world space.
  var start: Vector3
  var end: Vector3

  /// A point of the curve, and its surfaces.
  struct Point {
    var position: Vector3
    /// Derivative of the position by t in 0...1.
    var along: Vector3
    var firstNormal: Vector3
    var secondNormal: Vector3
  }

  /// - Returns: `nil` when the chord does not lead to the curve: the surfaces do not meet there.
  init?(_ first: SurfaceFace, _ second: SurfaceFace, chord: (Vector3, Vector3), in scene: KernelScene) {
    self.first = first
    self.second = second
    (start, end) = chord
    if scene.shapes[Int(first.shape)].kind == .mesh && scene.shapes[Int(second.shape)].kind == .mesh { return }
    // Facets of round shapes only come near the curve.
    guard let a = meet(near: start, across: nil, in: scene), let b = meet(near: end, across: nil, in: scene) else {
      return nil
    }
    (start, end) = (a, b)
  }

  /// Newton's method on the equations of the two surfaces, with the smallest steps (across a direction if one is given).
  private func meet(near guess: Vector3, across chord: Vector3?, in scene: KernelScene) -> Vector3? {
    var p = guess
    for _ in 0..<4 {
      let (a, b) = (scene.level(first, at: p), scene.level(second, at: p))
      var (u, v) = (a.gradient, b.gradient)
      if let chord {
        let inverse = 1 / chord.squaredLength
        (u, v) = (u - chord * (dot(u, chord) * inverse), v - chord * (dot(v, chord) * inverse))
      }
      let (uu, uv, vv) = (dot(u, u), dot(u, v), dot(v, v))
      let determinant = uu * vv - uv * uv
      guard determinant > 1e-8 * uu * vv else { return nil }
      let x: Float = (uv * b.value - vv * a.value) / determinant
      let y: Float = (uv * a.value - uu * b.value) / determinant
      p += u * x
      p += v * y
    }
    return (p - guess).squaredLength <= (end - start).squaredLength ? p : nil
  }

  /// The point of the curve in the plane across the chord at t in 0...1; `nil` where the surfaces do not meet there.
  func point(_ t: Float, in scene: KernelScene) -> Point? {
    let chord = end - start
    let squared = chord.squaredLength
    guard squared > 0, let p = meet(near: start + chord * t, across: chord, in: scene) else { return nil }
    let (a, b) = (scene.level(first, at: p).gradient.normalized, scene.level(second, at: p).gradient.normalized)
    let tangent = cross(a, b)
    let advance = dot(tangent, chord)
    guard advance != 0 else { return nil }
    return Point(position: p, along: tangent * (squared / advance), firstNormal: a, secondNormal: b)
  }

  /// Hands on weight · (covector · ẏ) for a covector without a part along the curve.
  func addMotion(
    _ point: Point, _ covector: Vector3, _ weight: Spectrum, in scene: KernelScene, to sink: inout some DerivativeSink
  ) {
    var hits = (scene.hit(on: first, at: point.position), scene.hit(on: second, at: point.position))
    hits.0.geometricNormal = point.firstNormal
    hits.1.geometricNormal = point.secondNormal
    Self.addMotion(hits.0, hits.1, covector, weight, in: scene, to: &sink)
  }

  /// The same for a point where two surfaces meet, given as a hit of either.
  static func addMotion(
    _ first: SurfaceHit, _ second: SurfaceHit, _ covector: Vector3, _ weight: Spectrum, in scene: KernelScene,
    to sink: inout some DerivativeSink
  ) {
    let (a, b) = (first.geometricNormal, second.geometricNormal)
    let c = dot(a, b)
    let scale = 1 / (1 - c * c)
    let alpha = (dot(covector, a) - c * dot(covector, b)) * scale
    let beta = (dot(covector, b) - c * dot(covector, a)) * scale
    let motion = SurfaceMotion(scene: scene)
    motion.addPosition(first, a * alpha, weight, to: &sink)
    motion.addPosition(second, b * beta, weight, to: &sink)
  }
}

extension KernelScene {
  /// A function that is 0 on a face's surface (its whole plane, sphere or cylinder), and its gradient.
  func level(_ face: SurfaceFace, at p: Vector3) -> (value: Float, gradient: Vector3) {
    let kind = shapes[Int(face.shape)].kind
    if kind == .mesh {
      let (p0, p1, p2) = corners(face)
      let n = cross(p1 - p0, p2 - p0).normalized
      return (dot(n, p - p0), n)
    }
    let map = map(face)
    let local = map.preimage(of: Vector(p)).value
    var own: (value: Float, gradient: Vector3)
    switch kind {
    case .sphere: own = (local.length - 1, local.normalized)
    case .cylinder:
      let round = Vector3(local.x, local.y, 0)
      own = (round.length - 1, round.normalized)
    case .disk, .mesh: own = (local.z, Vector3(0, 0, 1))
    }
    // The inverse transpose of the map's linear part.
    let (x, y, z) = (map.x.value, map.y.value, map.z.value)
    let volume = 1 / dot(x, cross(y, z))
    let g = own.gradient
    own.gradient = (cross(y, z) * g.x + cross(z, x) * g.y + cross(x, y) * g.z) * volume
    return own
  }
}
