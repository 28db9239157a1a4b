/// `ClearcoatLobe` of eight paths.
struct PacketClearcoat {
  private let alpha: Packet

  @inline(__always) init(gloss: Packet) { alpha = gloss * (0.001 - 0.1) + 0.1 }

  @inline(__always) func density(_ m: PacketVector) -> Packet {
    let a2 = alpha * alpha
    let numerator = a2 - 1
    let d = numerator / (a2.logarithms * (numerator * m.z * m.z + 1) * .pi)
    return d.kept(where: d * m.z .> 1e-20)
  }

  /// - Parameter vM: cosine of v and the facet.
  @inline(__always) func shadowing(_ v: PacketVector, _ vM: Packet) -> Packet {
    let c2 = v.z * v.z
    let tan2 = (1 - c2) / c2
    return (2 / ((tan2 * (0.25 * 0.25) + 1).squareRoots + 1)).kept(where: vM * v.z .> 0)
  }

  @inline(__always) func sample(_ u: (Packet, Packet)) -> PacketVector {
    let a2 = alpha * alpha
    let c2 = (1 - ((1 - u.1) * a2.logarithms).exponentials) / (1 - a2)
    let s = (1 - c2).atLeast(0).squareRoots
    let (sine, cosine) = u.0.sinesAndCosinesOfTurns
    return PacketVector(cosine * s, sine * s, c2.atLeast(0).squareRoots)
  }
}
