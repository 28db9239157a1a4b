import Foundation

/// A piece of the border of a light that ends abruptly: the cone of a spot whose beam fills it, or a side of a projector's frame.
///
/// In the light's own frame it bounds the directions l with g(l) ≥ 0, where g = a · l: of a frame's side a is a constant, of a
/// cone with half angle C it is (−cos C l_xy / |l_xy|, sin C).
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
    /// a over its length, and the derivative of g over that length by the angle, in degrees, that opens the light.
    fileprivate var covector: Vector3
    fileprivate var opening: Float
  }

  /// The rims of one light.
  static func all(of emitter: Int32, _ emitters: EmitterTable) -> [LightRim] {
    let record = emitters.records[Int(emitter)]
    guard record.isProfile else { return [] }
    let inputs: LightProfileInputs<Float> = record.profile.inputs(emitters.values)
    switch record.profile.kind {
    case .spot: return inputs.second >= inputs.first ? [LightRim(emitter: emitter, side: 0)] : []
    case .projector: return (0..<4).map { LightRim(emitter: emitter, side: $0) }
    }
  }

  /// How far within the rim the light is looked up, in radians: many units in the last place.
  private static let margin: Float = 1e-5

  /// - Parameter t: in [0, 1), along the rim.
  func point(_ t: Float, _ emitters: EmitterTable) -> Point? {
    let record = emitters.records[Int(emitter)]
    let inputs: LightProfileInputs<Float> = record.profile.inputs(emitters.values)
    let (local, length, a, opening) =
      record.profile.kind == .spot ? cone(t, inputs) : frame(t, inputs, aspect: record.profile.aspect)
    let (x, y, z) = (inputs.map.x.value, inputs.map.y.value, inputs.map.z.value)
    func world(_ v: Vector3) -> Vector3 { x * v.x + y * v.y + z * v.z }
    let (direction, inward) = (world(local).normalized, world(a).normalized)
    let within = (direction + inward * Self.margin).normalized
    guard let (intensity, _) = emitters.profileIntensity(record, within, inputs) else { return nil }
    let scale = 1 / a.length
    return Point(
      direction: direction, origin: inputs.map.translation.value, length: length, inward: inward, intensity: intensity,
      covector: a * scale, opening: opening * scale)
  }

  private typealias LocalPoint = (direction: Vector3, length: Float, a: Vector3, opening: Float)

  private func cone(_ t: Float, _ inputs: LightProfileInputs<Float>) -> LocalPoint {
    let cutoff = inputs.first * (.pi / 180)
    let (sine, cosine) = (sin(cutoff), cos(cutoff))
    let (x, y) = (cos(2 * .pi * t), sin(2 * .pi * t))
    return (
      Vector3(sine * x, sine * y, cosine), 2 * .pi * sine, Vector3(-cosine * x, -cosine * y, sine), .pi / 180
    )
  }

  private func frame(_ t: Float, _ inputs: LightProfileInputs<Float>, aspect: Float) -> LocalPoint {
    let half = inputs.second * (.pi / 360)
    let (wide, high) = (tan(half), tan(half) / aspect)
    let sign: Float = side & 1 == 0 ? 1 : -1
    let isUpright = side < 2
    let p = isUpright ? Vector3(sign * wide, (2 * t - 1) * high, 1) : Vector3((2 * t - 1) * wide, sign * high, 1)
    let along = isUpright ? Vector3(0, 2 * high, 0) : Vector3(2 * wide, 0, 0)
    let inverse = 1 / p.length
    let a = isUpright ? Vector3(-sign, 0, wide) : Vector3(0, -sign, high)
    // d tan(fov / 2) for a degree of the field of view.
    let perDegree = (.pi / 360) * (1 + wide * wide)
    return (
      p * inverse, cross(p, along).length * inverse * inverse, a,
      (isUpright ? perDegree : perDegree / aspect) * inverse
    )
  }

  /// Hands on −weight · (ω̇ · n) for the rim's directions ω and the inward normal n, with what the light's own motion
  /// adds where the rim falls on a surface at `distance`.
  func addMotion(
    _ point: Point, distance: Float, _ weight: Spectrum, _ emitters: EmitterTable, to sink: inout some DerivativeSink
  ) {
    // g(Mᵀ ω) = 0 stays true as the matrix M and the angle change.
    let profile = emitters.records[Int(emitter)].profile
    let matrix = Int(profile.matrix)
    for row in 0..<3 {
      for column in 0..<3 {
        sink.add(matrix + 4 * row + column, weight * (point.covector[column] * point.direction[row]))
      }
      sink.add(matrix + 4 * row + 3, weight * (-point.inward[row] / distance))
    }
    sink.add(Int(profile.kind == .spot ? profile.first : profile.second), weight * point.opening)
  }
}
