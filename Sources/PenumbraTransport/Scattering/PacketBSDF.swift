/// Scattering at the points that eight paths met: what `BSDF` and `SampledBSDF` say of one, lane by lane.
protocol PacketBSDF {
  /// - Parameter inputs: of materials of this kind.
  init(_ inputs: PacketInputs)
  /// The part without Dirac lobes: f(wi, wo) · |cos θₒ| and the density of `sample`, both in sr⁻¹ and 0 where nothing is
  /// scattered.
  func evaluate(wi: PacketVector, wo: PacketVector) -> PacketScattering
  /// Draws `wo`.
  func sample(wi: PacketVector, lobe: Packet, u: (Packet, Packet)) -> PacketSample
}

struct PacketScattering {
  var value: PacketVector
  var pdf: Packet

  static var none: Self {
    let zero = Packet(repeating: 0)
    return Self(value: PacketVector(zero, zero, zero), pdf: zero)
  }
}

/// `BSDFSample` of eight paths.
struct PacketSample {
  var wo: PacketVector
  var value: PacketVector
  var pdf: Packet
  /// Relative index of refraction crossed, 1 for reflection.
  var eta = Packet(repeating: 1)
  var isDirac = PacketMask(repeating: false)
  /// Whether light is scattered at all.
  var isFound: PacketMask
}

extension PacketBSDF {
  /// The sample that `evaluate` completes.
  @inline(__always)
  func sample(
    _ wo: PacketVector, wi: PacketVector, eta: Packet = Packet(repeating: 1), where isFound: PacketMask
  ) -> PacketSample {
    let scattering = evaluate(wi: wi, wo: wo)
    return PacketSample(
      wo: wo, value: scattering.value, pdf: scattering.pdf, eta: eta, isFound: isFound .& (scattering.pdf .> 0))
  }
}

@inline(__always) func reflect(_ wi: PacketVector, about m: PacketVector) -> PacketVector {
  m * (2 * dot(wi, m)) - wi
}

extension PacketVector {
  /// The mirrored direction in the local frame.
  @inline(__always) var mirrored: Self { Self(-x, -y, z) }
}
