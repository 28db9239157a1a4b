/// p ↦ L p + t over any shading scalar; `columns` are the images of the axes.
struct AffineMap<S: ShadingScalar> {
  var x: Vector<S>
  var y: Vector<S>
  var z: Vector<S>
  var translation: Vector<S>

  /// From 12 or more row-major entries of a 3×4 or 4×4 matrix.
  init(rowMajor m: UnsafePointer<Float>) {
    x = Vector(Vector3(m[0], m[4], m[8]))
    y = Vector(Vector3(m[1], m[5], m[9]))
    z = Vector(Vector3(m[2], m[6], m[10]))
    translation = Vector(Vector3(m[3], m[7], m[11]))
  }

  init(x: Vector<S>, y: Vector<S>, z: Vector<S>, translation: Vector<S>) {
    self.x = x
    self.y = y
    self.z = z
    self.translation = translation
  }

  @inline(__always) func direction(_ v: Vector<S>) -> Vector<S> { x * v.x + y * v.y + z * v.z }
  @inline(__always) func point(_ p: Vector<S>) -> Vector<S> { direction(p) + translation }

  /// Row-major 3×4 entries.
  var entries: [S] {
    [x.x, y.x, z.x, translation.x, x.y, y.y, z.y, translation.y, x.z, y.z, z.z, translation.z]
  }

  /// Scale, rotation (axis-angle, Rodrigues) and translation about world axes after self, about `pivot`.
  func posed(scale: S, rotation: Vector<S>, translation moved: Vector<S>, pivot: Vector3) -> Self {
    let turn = Rotation(axisAngle: rotation)
    let offset = translation - Vector(pivot)
    return Self(
      x: turn.apply(x * scale), y: turn.apply(y * scale), z: turn.apply(z * scale),
      translation: turn.apply(offset * scale) + Vector(pivot) + moved)
  }
}

/// Rotation by an axis-angle vector ω: R v = v + A (ω × v) + B (ω × (ω × v)), A = sin θ / θ, B = (1 − cos θ) / θ².
///
/// Near θ = 0 the series in θ² keep value and derivative exact, so that an unrotated object has a gradient.
struct Rotation<S: ShadingScalar> {
  private let omega: Vector<S>
  private let a: S
  private let b: S

  init(axisAngle omega: Vector<S>) {
    self.omega = omega
    let theta2 = omega.squaredLength
    if theta2.value < 1e-4 {
      a = theta2 * (-1 / 6) + 1
      b = theta2 * (-1 / 24) + 0.5
    } else {
      let theta = theta2.safeSquareRoot()
      a = theta.sine() / theta
      b = (1 - theta.cosine()) / theta2
    }
  }

  @inline(__always) func apply(_ v: Vector<S>) -> Vector<S> {
    let once = omega.cross(v)
    return v + once * a + omega.cross(once) * b
  }
}

extension AffineMap {
  /// The 12 row-major entries as independent variables in consecutive lanes.
  init<T>(rowMajor m: UnsafePointer<Float>, firstLane lane: Int) where S == Dual<T> {
    func entry(_ i: Int) -> Dual<T> { Dual(m[i], lane: lane + i) }
    self.init(
      x: Vector(entry(0), entry(4), entry(8)), y: Vector(entry(1), entry(5), entry(9)),
      z: Vector(entry(2), entry(6), entry(10)), translation: Vector(entry(3), entry(7), entry(11)))
  }
}
