/// A light at a point whose intensity depends on direction, in its own frame: +z is its axis, +y up.
///
/// A spot falls off linearly in the angle between `beam_width` and `cutoff_angle`; a projector shows a picture through
/// a field of view, with irradiance π · scale · texel on a plane at z = 1 (Mitsuba 3's conventions).
struct LightProfile {
  enum Kind: UInt8 { case spot, projector }
  var kind: Kind
  /// Expanded-vector offset of the 3×4 matrix, a rotation and translation.
  var matrix: Int32
  /// Expanded-vector offsets of cutoff angle and beam width, or of scale and horizontal field of view; angles in degrees.
  var first: Int32
  var second: Int32
  /// Texture over the cone, or the projected picture; −1 for none.
  var picture: Int32
  /// Width / height of the picture.
  var aspect: Float = 1
}

/// What the intensity of such a light depends on besides the direction.
struct LightProfileInputs<S: ShadingScalar> {
  var map: AffineMap<S>
  var first: S
  var second: S
}

extension LightProfileInputs {
  /// The 12 entries of the matrix in lanes 0–11, then the two numbers.
  init<T>(lanesOf profile: LightProfile, _ e: UnsafePointer<Float>) where S == Dual<T> {
    map = AffineMap(rowMajor: e + Int(profile.matrix), firstLane: 0)
    first = Dual(e[Int(profile.first)], lane: 12)
    second = Dual(e[Int(profile.second)], lane: 13)
  }
}

extension LightProfile {
  func inputs<S: ShadingScalar>(_ e: UnsafePointer<Float>) -> LightProfileInputs<S> {
    LightProfileInputs(map: AffineMap(rowMajor: e + Int(matrix)), first: S(e[Int(first)]), second: S(e[Int(second)]))
  }

  /// The factor of the intensity in a unit world direction that leaves the light, and where its picture is looked up;
  /// `nil` where the light is dark.
  func shape<S: ShadingScalar>(_ direction: Vector<S>, _ inputs: LightProfileInputs<S>) -> (factor: S, uv: UV<S>)? {
    let local = Vector(direction.dot(inputs.map.x), direction.dot(inputs.map.y), direction.dot(inputs.map.z))
    switch kind {
    case .spot:
      let cutoff = inputs.first * (.pi / 180)
      let beam = inputs.second * (.pi / 180)
      // By the arc tangent: the arc cosine has no derivative on the axis.
      let angle = (local.x * local.x + local.y * local.y).safeSquareRoot().arcTangent(over: local.z)
      guard angle.value < cutoff.value else { return nil }
      let falloff = angle.value <= beam.value ? S(1) : (cutoff - angle) / (cutoff - beam)
      guard picture >= 0 else { return (falloff, UV(u: S(0), v: S(0))) }
      let scale = (local.z * cutoff.tangentFunction()).reciprocal() * 0.5
      return (falloff, UV(u: local.x * scale + 0.5, v: local.y * scale + 0.5))
    case .projector:
      guard local.z.value > 0 else { return nil }
      let scale = (local.z * (inputs.second * (.pi / 360)).tangentFunction()).reciprocal() * 0.5
      let uv = UV(u: 0.5 - local.x * scale, v: 0.5 - local.y * scale * aspect)
      guard uv.u.value >= 0, uv.u.value <= 1, uv.v.value >= 0, uv.v.value <= 1 else { return nil }
      return (inputs.first * .pi / (local.z * local.z * local.z), uv)
    }
  }
}

extension LightProfile {
  /// Intensity of the light where direction or light move; `color` is the emitter's own texture, a constant.
  func intensity<T: SIMD & Sendable>(
    _ direction: Vector<Dual<T>>, _ inputs: LightProfileInputs<Dual<T>>, color: Int32, _ textures: TextureTable
  ) -> Color<Dual<T>> where T.Scalar == Float {
    guard let (factor, uv) = shape(direction, inputs) else { return .zero }
    let tint = kind == .spot ? Color<Dual<T>>(textures.color(color, .zero)) : Color(Dual<T>(1))
    guard picture >= 0 else { return tint * factor }
    return MovingInputs(textures: textures, u: uv.u, v: uv.v).color(picture, lane: 0) * tint * factor
  }
}
