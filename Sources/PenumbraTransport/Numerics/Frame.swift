/// An orthonormal basis; local z is the normal.
struct Frame {
  var s: Vector3
  var t: Vector3
  var n: Vector3

  @inline(__always) init(s: Vector3, t: Vector3, n: Vector3) {
    self.s = s
    self.t = t
    self.n = n
  }

  /// Any tangents for a normal (Duff et al. 2017, without branches or singularity).
  @inline(__always) init(normal n: Vector3) {
    let sign: Float = n.z < 0 ? -1 : 1
    let a = -1 / (sign + n.z)
    let b = n.x * n.y * a
    self.n = n
    s = Vector3(1 + sign * n.x * n.x * a, sign * b, -sign * n.x)
    t = Vector3(b, sign + n.y * n.y * a, -n.y)
  }

  @inline(__always) func toLocal(_ v: Vector3) -> Vector3 { Vector3(dot(v, s), dot(v, t), dot(v, n)) }
  @inline(__always) func toWorld(_ v: Vector3) -> Vector3 { s * v.x + t * v.y + n * v.z }
}

/// A frame that may move: the same construction over any shading scalar.
struct MovingFrame<S: ShadingScalar> {
  var s: Vector<S>
  var t: Vector<S>
  var n: Vector<S>

  init(s: Vector<S>, t: Vector<S>, n: Vector<S>) {
    self.s = s
    self.t = t
    self.n = n
  }

  init(_ frame: Frame) {
    s = Vector(frame.s)
    t = Vector(frame.t)
    n = Vector(frame.n)
  }

  /// Tangents as in `Frame(normal:)`, differentiated.
  init(normal n: Vector<S>) {
    let sign: Float = n.z.value < 0 ? -1 : 1
    let a = -(n.z + sign).reciprocal()
    let b = n.x * n.y * a
    self.n = n
    s = Vector(n.x * n.x * a * sign + 1, b * sign, n.x * -sign)
    t = Vector(b, n.y * n.y * a + sign, -n.y)
  }

  /// Tangent along the projection of dp/du, as the value path chooses it.
  init(normal n: Vector<S>, tangent: Vector<S>) {
    self.n = n
    s = (tangent - n * n.dot(tangent)).normalized()
    t = n.cross(s)
  }

  @inline(__always) var value: Frame { Frame(s: s.value, t: t.value, n: n.value) }

  @inline(__always) func toLocal(_ v: Vector<S>) -> Vector<S> { Vector(v.dot(s), v.dot(t), v.dot(n)) }
  @inline(__always) func toWorld(_ v: Vector<S>) -> Vector<S> { s * v.x + t * v.y + n * v.z }
}
