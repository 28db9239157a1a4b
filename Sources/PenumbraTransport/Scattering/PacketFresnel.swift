/// Reflectance of smooth interfaces for eight paths: `Fresnel` lane by lane.
enum PacketFresnel {
  struct Dielectric {
    var reflectance: Packet
    /// As in `Fresnel.Dielectric`.
    var cosTransmitted: Packet
    var etaForward: Packet
    var etaBackward: Packet

    /// The refracted direction of wi through facets m, given wi · m.
    @inline(__always) func refracted(_ wi: PacketVector, _ m: PacketVector, _ cosine: Packet) -> PacketVector {
      m * (cosine * etaBackward + cosTransmitted) - wi * etaBackward
    }
  }

  @inline(__always) static func dielectric(_ cosine: Packet, eta: Packet) -> Dielectric {
    let isOutside = cosine .>= 0
    let inverse = 1 / eta
    let forward = inverse.replacing(with: eta, where: isOutside)
    let backward = eta.replacing(with: inverse, where: isOutside)
    let cosSquared = 1 - (1 - cosine * cosine) * backward * backward
    let incident = cosine.magnitudes
    let transmitted = cosSquared.atLeast(0).squareRoots
    let s = (incident - forward * transmitted) / (incident + forward * transmitted)
    let p = (forward * incident - transmitted) / (forward * incident + transmitted)
    var reflectance = ((s * s + p * p) * 0.5).replacing(with: 0, where: forward .== 1)
    let isTotal = cosSquared .<= 0
    reflectance = reflectance.replacing(with: 1, where: isTotal)
    let cosTransmitted = transmitted.replacing(with: -transmitted, where: isOutside)
    return Dielectric(
      reflectance: reflectance, cosTransmitted: cosTransmitted, etaForward: forward, etaBackward: backward)
  }

  /// For one channel.
  @inline(__always) static func conductor(_ cosine: Packet, eta: Packet, k: Packet) -> Packet {
    let c2 = cosine * cosine
    let s2 = 1 - c2
    let difference = eta * eta - k * k - s2
    let product = eta * k
    let modulus = (difference * difference + product * product * 4).squareRoots
    let root = ((modulus + difference.magnitudes) * 0.5).squareRoots
    let a = root.replacing(with: product / root, where: difference .< 0)
    let sum = modulus + c2
    let cross = a * cosine * 2
    let s = (sum - cross) / (sum + cross)
    let sumP = modulus * c2 + s2 * s2
    let crossP = cross * s2
    let p = s * (sumP - crossP) / (sumP + crossP)
    return (s + p) * 0.5
  }

  @inline(__always) static func conductor(_ cosine: Packet, eta: PacketVector, k: PacketVector) -> PacketVector {
    PacketVector(
      conductor(cosine, eta: eta.x, k: k.x), conductor(cosine, eta: eta.y, k: k.y),
      conductor(cosine, eta: eta.z, k: k.z))
  }

  @inline(__always) static func schlickWeight(_ cosine: Packet) -> Packet {
    let m = (1 - cosine).atLeast(0).atMost(1)
    let m2 = m * m
    return m2 * m2 * m
  }

  /// The weight of white in Schlick's approximation, with the refracted angle when coming from the denser side.
  @inline(__always) static func schlickShare(_ cosine: Packet, eta: Packet) -> Packet {
    let forward = (1 / eta).replacing(with: eta, where: cosine .>= 0)
    let backward = 1 / forward
    let cosTransmitted = (1 - (1 - cosine * cosine) * backward * backward).atLeast(0).squareRoots
    return schlickWeight(cosTransmitted.replacing(with: cosine.magnitudes, where: forward .> 1))
  }
}
