/// Partials of one BSDF evaluation, weighted for each channel, with respect to its local directions and to uv.
struct LocalPartials {
  /// In the shading frame.
  var wi = Covector.zero
  var wo = Covector.zero
  var u = Spectrum.zero
  var v = Spectrum.zero

  init() {}

  /// - Parameter value: its lanes are wi (0–2), wo (3–5) and uv (6, 7).
  @inline(__always) init(_ value: Color<Dual8>, times weight: Spectrum) {
    let (r, g, b) = (value.r.tangent * weight.x, value.g.tangent * weight.y, value.b.tangent * weight.z)
    wi = Covector(Vector3(r[0], r[1], r[2]), Vector3(g[0], g[1], g[2]), Vector3(b[0], b[1], b[2]))
    wo = Covector(Vector3(r[3], r[4], r[5]), Vector3(g[3], g[4], g[5]), Vector3(b[3], b[4], b[5]))
    u = Spectrum(r[6], g[6], b[6])
    v = Spectrum(r[7], g[7], b[7])
  }

  @inline(__always) static func direction(_ w: Vector3, lane: Int) -> Vector<Dual8> {
    Vector(Dual8(w.x, lane: lane), Dual8(w.y, lane: lane + 1), Dual8(w.z, lane: lane + 2))
  }
}

/// What a turning shading frame does to directions that are fixed in the world.
///
/// A world direction with local coordinates ω changes them by −δφ × ω when the frame turns by δφ, so that a local
/// covector g of ω has the moment −ω × g. In the frame, δn = (δφ_t, −δφ_s, 0) and δφ_n is the spin from s to t.
/// Both hold for left-handed frames too, whose cross product is that of their coordinates.
struct FrameMoment {
  private var moment = Covector.zero

  /// A direction fixed in the world with local covector `g`.
  @inline(__always) mutating func add(world w: Vector3, _ g: Covector) { moment -= g.map { cross(w, $0) } }

  /// A direction fixed in the frame, whose world direction has the covector `g` in local coordinates.
  @inline(__always) mutating func add(local w: Vector3, _ g: Covector) { moment += g.map { cross(w, $0) } }

  /// Covector of the unit normal.
  @inline(__always) func normal(_ frame: Frame) -> Covector { moment.map { frame.s * $0.y - frame.t * $0.x } }

  @inline(__always) var spin: Spectrum { moment[2] }
}

extension Frame {
  @inline(__always) func toLocal(_ c: Covector) -> Covector { c.map { toLocal($0) } }
  @inline(__always) func toWorld(_ c: Covector) -> Covector { c.map { toWorld($0) } }
}
