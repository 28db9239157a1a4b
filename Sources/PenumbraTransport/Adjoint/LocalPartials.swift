/// Partials of one BSDF evaluation with respect to its local directions and to uv.
struct LocalPartials<Vectors: ChannelVector> {
  /// In the shading frame.
  var wi = Vectors.zero
  var wo = Vectors.zero
  var u = Vectors.Weight(counted: .zero)
  var v = Vectors.Weight(counted: .zero)

  init() {}

  /// - Parameters:
  ///   - value: its lanes are `LocalLanes`.
  ///   - counted: how much each channel counts.
  @inline(__always) init(_ value: Color<Dual8>, counted: Spectrum) {
    let (r, g, b) = (value.r.tangent, value.g.tangent, value.b.tangent)
    wi = Vectors(
      Vector3(r[0], r[1], r[2]), Vector3(g[0], g[1], g[2]), Vector3(b[0], b[1], b[2]), counted: counted)
    wo = Vectors(
      Vector3(r[3], r[4], r[5]), Vector3(g[3], g[4], g[5]), Vector3(b[3], b[4], b[5]), counted: counted)
    u = Vectors.Weight(counted: Spectrum(r[6], g[6], b[6]) * counted)
    v = Vectors.Weight(counted: Spectrum(r[7], g[7], b[7]) * counted)
  }

  /// - Parameters:
  ///   - vector: its lanes are `LocalLanes`.
  ///   - covector: of it.
  @inline(__always) init(_ vector: Vector<Dual8>, pulling covector: Vectors) {
    let (x, y, z) = (vector.x.tangent, vector.y.tangent, vector.z.tangent)
    func lane(_ i: Int) -> Vector3 { Vector3(x[i], y[i], z[i]) }
    wi = covector.map { Vector3(dot($0, lane(0)), dot($0, lane(1)), dot($0, lane(2))) }
    wo = covector.map { Vector3(dot($0, lane(3)), dot($0, lane(4)), dot($0, lane(5))) }
    u = covector.applied(to: lane(6))
    v = covector.applied(to: lane(7))
  }
}

/// Lanes of one BSDF evaluation: wi (0–2), wo (3–5) and uv (6, 7).
enum LocalLanes {
  @inline(__always) static func direction(_ w: Vector3, lane: Int) -> Vector<Dual8> {
    Vector(Dual8(w.x, lane: lane), Dual8(w.y, lane: lane + 1), Dual8(w.z, lane: lane + 2))
  }
}

/// What a turning shading frame does to directions that are fixed in the world.
///
/// A world direction with local coordinates ω changes them by −δφ × ω when the frame turns by δφ, so that a local
/// covector g of ω has the moment −ω × g. In the frame, δn = (δφ_t, −δφ_s, 0) and δφ_n is the spin from s to t.
/// Both hold for left-handed frames too, whose cross product is that of their coordinates.
struct FrameMoment<Vectors: ChannelVector> {
  private var moment = Vectors.zero

  /// A direction fixed in the world with local covector `g`.
  @inline(__always) mutating func add(world w: Vector3, _ g: Vectors) { moment -= g.map { cross(w, $0) } }

  /// A direction fixed in the frame, whose world direction has the covector `g` in local coordinates.
  @inline(__always) mutating func add(local w: Vector3, _ g: Vectors) { moment += g.map { cross(w, $0) } }

  /// Covector of the unit normal.
  @inline(__always) func normal(_ frame: Frame) -> Vectors { moment.map { frame.s * $0.y - frame.t * $0.x } }

  @inline(__always) var spin: Vectors.Weight { moment[2] }
}

extension Frame {
  @inline(__always) func toLocal<V: ChannelVector>(_ c: V) -> V { c.map { toLocal($0) } }
  @inline(__always) func toWorld<V: ChannelVector>(_ c: V) -> V { c.map { toWorld($0) } }
}
