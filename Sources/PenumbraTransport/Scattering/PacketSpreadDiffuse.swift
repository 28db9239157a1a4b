/// `Diffuse` of eight paths whose derivative by places is wanted: half of the directions are uniform on the hemisphere.
///
/// A normal that turns changes the reflected light by the sine of the direction, which cosine-weighted directions hardly sample
/// where it is large: the variance of their quotient has no bound.
struct PacketSpreadDiffuse: PacketBSDF {
  private let even: PacketDiffuse

  @inline(__always) init(_ inputs: PacketInputs) { even = PacketDiffuse(inputs) }

  /// (cos θ + 1/2) / 2π, for cosines above the surface.
  @inline(__always) private func density(_ cosine: Packet) -> Packet { (cosine + 0.5) * (0.5 / .pi) }

  @inline(__always) func evaluate(wi: PacketVector, wo: PacketVector) -> PacketScattering {
    let isLit = (wi.z .> 0) .& (wo.z .> 0)
    return PacketScattering(value: even.evaluate(wi: wi, wo: wo).value, pdf: density(wo.z).kept(where: isLit))
  }

  @inline(__always) func sample(wi: PacketVector, lobe: Packet, u: (Packet, Packet)) -> PacketSample {
    let wo = Self.direction(u)
    return PacketSample(
      wo: wo, value: even.reflectance * (wo.z * (1 / .pi)), pdf: density(wo.z), isFound: (wi.z .> 0) .& (wo.z .> 0))
  }

  /// A point of the disk, moved along its radius: the share of directions with smaller cosines is (cos² θ + cos θ) / 2.
  @inline(__always) private static func direction(_ u: (Packet, Packet)) -> PacketVector {
    let (x, y) = Warp.disk(u.0, u.1)
    let squared = x * x + y * y
    let share = (1 - squared).atLeast(Packet(repeating: 0))
    let cosine = (1 + 8 * share).squareRoots * 0.5 - 0.5
    let stretch = ((1 - cosine * cosine) / squared.atLeast(Packet(repeating: .leastNormalMagnitude))).squareRoots
    return PacketVector(x * stretch, y * stretch, cosine)
  }
}
