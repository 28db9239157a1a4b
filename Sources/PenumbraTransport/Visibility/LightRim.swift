import Foundation

/// A piece of the border of a light that ends abruptly: the cone of a spot whose beam fills it, or a side of a projector's frame.
///
/// In the light's own frame it bounds the directions l, of any length, with g(l) ≥ 0: for a frame's side g = a · l with a constant
/// a, for a cone with half angle C g = l_z sin C − |l_xy| cos C.
struct LightRim {
  let emitter: Int32
  /// Of a frame: 0 and 1 where x is largest and smallest, 2 and 3 where y is.
  let side: Int32

  /// A place on the rim as the light sees it.
  struct Point {
    /// Unit direction away from the light, and the light's place.
    var direction: Vector3
    var origin: Vector3
    /// Angle per unit of t.
    var length: Float
    /// Unit vector perpendicular to the direction and the rim, towards the lit side.
    var inward: Vector3
    /// Just within the rim, in W·sr⁻¹.
    var intensity: Spectrum
  }

  /// g of a point beside the rim and its derivatives, all over the length of a.
  struct Bound {
    var value: Float
    /// From the light to the point, in the world.
    fileprivate var offset: Vector3
    /// Unit vectors towards the lit side, in the light's frame and in the world.
    fileprivate var a: Vector3
    var inward: Vector3
    /// By the angle, in degrees, that opens the light.
    fileprivate var opening: Float
  }

  /// The sides of one light.
  private static func sides(of emitter: Int32, _ emitters: EmitterTable) -> Range<Int32> {
    let record = emitters.records[Int(emitter)]
    guard record.isProfile else { return 0..<0 }
    let inputs: LightProfileInputs<Float> = record.profile.inputs(emitters.values)
    switch record.profile.kind {
    case .spot: return 0..<(inputs.second >= inputs.first ? 1 : 0)
    case .projector: return 0..<4
    }
  }

  /// The rims of one light.
  static func all(of emitter: Int32, _ emitters: EmitterTable) -> [LightRim] {
    sides(of: emitter, emitters).map { LightRim(emitter: emitter, side: $0) }
  }

  /// The rim of a light that is nearest to a point, on whichever side.
  static func nearest(of emitter: Int32, to point: Vector3, _ emitters: EmitterTable) -> (LightRim, Bound)? {
    var nearest: (LightRim, Bound)?
    for side in sides(of: emitter, emitters) {
      let rim = LightRim(emitter: emitter, side: side)
      let bound = rim.bound(of: point - rim.origin(emitters), emitters)
      if abs(bound.value) < abs(nearest?.1.value ?? .infinity) { nearest = (rim, bound) }
    }
    return nearest
  }

  /// How far within the rim the light is looked up, in radians: many units in the last place.
  private static let margin: Float = 1e-5

  /// - Parameter t: in [0, 1), along the rim.
  func point(_ t: Float, _ emitters: EmitterTable) -> Point? {
    let record = emitters.records[Int(emitter)]
    let inputs: LightProfileInputs<Float> = record.profile.inputs(emitters.values)
    let (local, length) =
      record.profile.kind == .spot ? cone(t, inputs) : frame(t, inputs, aspect: record.profile.aspect)
    let direction = inputs.map.direction(Vector(local)).value.normalized
    let inward = bound(of: direction, emitters).inward
    let within = (direction + inward * Self.margin).normalized
    guard let (intensity, _) = emitters.profileIntensity(record, within, inputs) else { return nil }
    return Point(
      direction: direction, origin: inputs.map.translation.value, length: length, inward: inward, intensity: intensity)
  }

  private func cone(_ t: Float, _ inputs: LightProfileInputs<Float>) -> (direction: Vector3, length: Float) {
    let cutoff = inputs.first * (.pi / 180)
    let (sine, cosine) = (sin(cutoff), cos(cutoff))
    return (Vector3(sine * cos(2 * .pi * t), sine * sin(2 * .pi * t), cosine), 2 * .pi * sine)
  }

  private func frame(_ t: Float, _ inputs: LightProfileInputs<Float>, aspect: Float) -> (
    direction: Vector3, length: Float
  ) {
    let wide = tan(inputs.second * (.pi / 360))
    let high = wide / aspect
    let p = side < 2 ? Vector3(sign * wide, (2 * t - 1) * high, 1) : Vector3((2 * t - 1) * wide, sign * high, 1)
    let along = side < 2 ? Vector3(0, 2 * high, 0) : Vector3(2 * wide, 0, 0)
    return (p, cross(p, along).length / p.squaredLength)
  }

  private var sign: Float { side & 1 == 0 ? 1 : -1 }

  private func origin(_ emitters: EmitterTable) -> Vector3 {
    let inputs: LightProfileInputs<Float> = emitters.records[Int(emitter)].profile.inputs(emitters.values)
    return inputs.map.translation.value
  }

  /// - Parameter offset: from the light, in the world.
  func bound(of offset: Vector3, _ emitters: EmitterTable) -> Bound {
    let profile = emitters.records[Int(emitter)].profile
    let inputs: LightProfileInputs<Float> = profile.inputs(emitters.values)
    let (x, y, z) = (inputs.map.x.value, inputs.map.y.value, inputs.map.z.value)
    let l = Vector3(dot(offset, x), dot(offset, y), dot(offset, z))
    var (a, opening): (Vector3, Float)
    switch profile.kind {
    case .spot:
      let cutoff = inputs.first * (.pi / 180)
      let (sine, cosine) = (sin(cutoff), cos(cutoff))
      let across = (l.x * l.x + l.y * l.y).squareRoot()
      let scale = -cosine / max(across, .leastNormalMagnitude)
      a = Vector3(scale * l.x, scale * l.y, sine)
      opening = (l.z * cosine + across * sine) * (.pi / 180)
    case .projector:
      let wide = tan(inputs.second * (.pi / 360))
      // d tan(fov / 2) for a degree of the field of view.
      let perDegree = (.pi / 360) * (1 + wide * wide) * l.z
      (a, opening) =
        side < 2
        ? (Vector3(-sign, 0, wide), perDegree)
        : (Vector3(0, -sign, wide / profile.aspect), perDegree / profile.aspect)
    }
    let scale = 1 / a.length
    a = a * scale
    return Bound(
      value: dot(a, l), offset: offset, a: a, inward: x * a.x + y * a.y + z * a.z, opening: opening * scale)
  }

  /// Hands on weight · ∂g/∂θ for what the light's own matrix and angle change: g(Mᵀ (D − S)), the point D kept.
  func addMotion(_ bound: Bound, _ weight: Spectrum, _ emitters: EmitterTable, to sink: inout some DerivativeSink) {
    let profile = emitters.records[Int(emitter)].profile
    let matrix = Int(profile.matrix)
    for row in 0..<3 {
      for column in 0..<3 {
        sink.add(matrix + 4 * row + column, weight * (bound.a[column] * bound.offset[row]))
      }
      sink.add(matrix + 4 * row + 3, weight * -bound.inward[row])
    }
    sink.add(Int(profile.kind == .spot ? profile.first : profile.second), weight * bound.opening)
  }
}
