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

/// `BeckmannSlopes` of eight paths.
enum PacketBeckmannSlopes {
  private static let inverseRootPi: Float = 0.564_189_58

  /// - Parameter slope2: squared tangents of the directions.
  @inline(__always) static func shadowing(_ slope2: Packet) -> Packet {
    let a = 1 / slope2.atLeast(1e-12).squareRoots
    let lambda = 0.5 * (a.errorFunctions - 1) + (-(a * a)).exponentials * inverseRootPi / (2 * a)
    return (1 / (1 + lambda.atLeast(0))).replacing(with: 1, where: a .> 4)
  }

  static func sample(cosine: Packet, _ u: (Packet, Packet)) -> (Packet, Packet) {
    let tangent = (1 - cosine * cosine).atLeast(0).squareRoots / cosine
    let cotangent = 1 / tangent.atLeast(1e-12)
    let top = cotangent.errorFunctions
    let p = u.0.atLeast(1e-7).atMost(1 - 1e-7)
    let scaled = p * (1 + top + inverseRootPi * tangent * (-(cotangent * cotangent)).exponentials)
    // As for one path: all go on until the last has found its root.
    var (low, high) = (Packet(repeating: -1), top)
    var x = top - (top + 1) * (-p.logarithms).squareRoots.errorFunctions
    var isOpen = PacketMask(repeating: true)
    for _ in 0..<8 {
      x = x.replacing(with: 0.5 * (low + high), where: isOpen .& .!((x .>= low) .& (x .<= high)))
      let slope = inverseErrorFunction(x)
      let excess = 1 + x + inverseRootPi * tangent * (-(slope * slope)).exponentials - scaled
      isOpen = isOpen .& .!(excess.magnitudes .< 1e-6 * scaled)
      if PacketBits(isOpen).isEmpty { break }
      let isHigh = excess .> 0
      high = high.replacing(with: x, where: isOpen .& isHigh)
      low = low.replacing(with: x, where: isOpen .& .!isHigh)
      x = x.replacing(with: x - excess / (1 - slope * tangent), where: isOpen)
    }
    x = x.replacing(with: 0.5 * (low + high), where: .!((x .>= low) .& (x .<= high)))
    return (inverseErrorFunction(x), inverseErrorFunction(2 * u.1 - 1))
  }

  @inline(__always) private static func inverseErrorFunction(_ x: Packet) -> Packet {
    let clamped = x.atLeast(-1 + 0x1p-24).atMost(1 - 0x1p-24)
    let w = -((1 - clamped) * (1 + clamped)).logarithms
    let near = (w - 2.5).polynomial(
      2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503,
      -0.00417768164, 0.246640727, 1.50140941)
    let isFar = w .>= 5
    if PacketBits(isFar).isEmpty { return near * clamped }
    let far = (w.squareRoots - 3).polynomial(
      -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613,
      0.00943887047, 1.00167406, 2.83297682)
    return near.replacing(with: far, where: isFar) * clamped
  }
}
