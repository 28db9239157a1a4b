/// `Microfacets` of eight paths, all of one distribution.
struct PacketMicrofacets {
  let isGGX: Bool
  let alphaU: Packet
  let alphaV: Packet

  @inline(__always) init(isGGX: Bool, alphaU: Packet, alphaV: Packet) {
    self.isGGX = isGGX
    self.alphaU = alphaU.atLeast(Microfacets<Float>.smallestAlpha)
    self.alphaV = alphaV.atLeast(Microfacets<Float>.smallestAlpha)
  }

  /// D(m) in sr⁻¹.
  @inline(__always) func density(_ m: PacketVector) -> Packet {
    let x = m.x / alphaU
    let y = m.y / alphaV
    let c2 = m.z * m.z
    let scale = alphaU * alphaV * .pi
    let tangents = x * x + y * y
    let d: Packet
    if isGGX {
      let sum = tangents + c2
      d = 1 / (scale * sum * sum)
    } else {
      d = ((-(tangents / c2)).exponentials / (scale * c2 * c2)).kept(where: c2 .> 0)
    }
    return d.kept(where: d * m.z .> 1e-20)
  }

  /// Squared tangents of directions, stretched by the roughness.
  @inline(__always) private func squaredSlope(_ v: PacketVector) -> Packet {
    let (x, y) = (alphaU * v.x, alphaV * v.y)
    return (x * x + y * y) / (v.z * v.z)
  }

  /// Smith's shadowing of directions v, wherever they see facets from.
  @inline(__always) private func shadowing(_ slope2: Packet) -> Packet {
    if isGGX { return 2 / ((slope2 + 1).squareRoots + 1) }
    let a = 1 / slope2.squareRoots
    let a2 = a * a
    let fraction = (a * 3.535 + a2 * 2.181) / (a * 2.276 + a2 * 2.577 + 1)
    return fraction.replacing(with: 1, where: a .>= 1.6)
  }

  /// Shadowing of both directions, and the density of `sampleVisible` for wi over D(m) · |cos|, with wi above the surface.
  @inline(__always)
  func shadowing(_ wi: PacketVector, _ wo: PacketVector, _ iM: Packet, _ oM: Packet) -> (both: Packet, visible: Packet)
  {
    let slope = squaredSlope(wi)
    let (first, second) = (shadowing(slope), shadowing(squaredSlope(wo)))
    let sees = (iM * wi.z .> 0) .& (oM * wo.z .> 0)
    let exact = isGGX ? first : PacketBeckmannSlopes.shadowing(slope)
    return ((first * second).kept(where: sees), exact / wi.z.magnitudes)
  }

  /// Normals in proportion to their visible area, for wi above the surface.
  @inline(__always) func sampleVisible(_ wi: PacketVector, _ u: (Packet, Packet)) -> PacketVector {
    let stretched = PacketVector(alphaU * wi.x, alphaV * wi.y, wi.z).normalized
    let length2 = stretched.x * stretched.x + stretched.y * stretched.y
    let isTilted = length2 .> 0
    let scale = (1 / length2.squareRoots).kept(where: isTilted)
    if isGGX {
      let t1 = PacketVector(
        Packet(repeating: 1).replacing(with: -stretched.y * scale, where: isTilted), stretched.x * scale,
        Packet(repeating: 0))
      let t2 = cross(stretched, t1)
      let r = u.0.squareRoots
      let (sine, cosine) = u.1.sinesAndCosinesOfTurns
      let p1 = r * cosine
      let s = (stretched.z + 1) * 0.5
      let p2 = (1 - s) * (1 - p1 * p1).atLeast(0).squareRoots + s * (r * sine)
      let n = t1 * p1 + t2 * p2 + stretched * (1 - p1 * p1 - p2 * p2).atLeast(0).squareRoots
      return PacketVector(alphaU * n.x, alphaV * n.y, n.z.atLeast(1e-7)).normalized
    }
    let c = Packet(repeating: 1).replacing(with: stretched.x * scale, where: isTilted)
    let s = stretched.y * scale
    let (along, across) = PacketBeckmannSlopes.sample(cosine: stretched.z, u)
    return PacketVector(
      -(c * along - s * across) * alphaU, -(s * along + c * across) * alphaV, Packet(repeating: 1)
    ).normalized
  }

  /// The microfacets that send light from wi to wo.
  ///
  /// - Parameter eta: as for `Microfacets.halfVector`.
  @inline(__always)
  static func halfVector(_ wi: PacketVector, _ wo: PacketVector, _ eta: Packet) -> PacketVector {
    let h = (wi + wo * eta).normalized
    return h.replacing(with: -h, where: h.z .< 0)
  }

  /// As `Microfacets.facesAgree`.
  @inline(__always)
  static func facesAgree(_ iM: Packet, _ oM: Packet, _ cosine: Packet, _ isReflection: PacketMask) -> PacketMask {
    let sign = cosine.signs
    let (i, o) = (iM * sign, oM * sign)
    return (i .> 0) .& ((o .> 0) .& isReflection .| (o .< 0) .& .!isReflection)
  }
}

/// Which microfacets a kind of packet has, known when compiling.
protocol PacketDistribution {
  static var isGGX: Bool { get }
}

enum PacketBeckmann: PacketDistribution { static var isGGX: Bool { false } }
enum PacketGGX: PacketDistribution { static var isGGX: Bool { true } }
