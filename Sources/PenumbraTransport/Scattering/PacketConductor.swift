/// `Conductor` of eight paths.
struct PacketConductor: PacketBSDF {
  private let eta: PacketVector
  private let k: PacketVector
  private let specularReflectance: PacketVector

  @inline(__always) init(_ inputs: PacketInputs) {
    eta = inputs.color(0)
    k = inputs.color(3)
    specularReflectance = inputs.color(6)
  }

  @inline(__always) func evaluate(wi: PacketVector, wo: PacketVector) -> PacketScattering { .none }

  @inline(__always) func sample(wi: PacketVector, lobe: Packet, u: (Packet, Packet)) -> PacketSample {
    PacketSample(
      wo: wi.mirrored, value: specularReflectance * PacketFresnel.conductor(wi.z, eta: eta, k: k),
      pdf: Packet(repeating: 1), isDirac: PacketMask(repeating: true), isFound: wi.z .> 0)
  }
}

/// `RoughConductor` of eight paths.
struct PacketRoughConductor<Distribution: PacketDistribution>: PacketBSDF {
  private let facets: PacketMicrofacets
  private let eta: PacketVector
  private let k: PacketVector
  private let specularReflectance: PacketVector

  @inline(__always) init(_ inputs: PacketInputs) {
    eta = inputs.color(0)
    k = inputs.color(3)
    specularReflectance = inputs.color(6)
    facets = PacketMicrofacets(isGGX: Distribution.isGGX, alphaU: inputs.scalar(9), alphaV: inputs.scalar(10))
  }

  @inline(__always) func evaluate(wi: PacketVector, wo: PacketVector) -> PacketScattering {
    let isLit = (wi.z .> 0) .& (wo.z .> 0)
    let m = (wi + wo).normalized
    let (iM, oM) = (dot(wi, m), dot(wo, m))
    let density = facets.density(m).kept(where: isLit)
    let shadowing = facets.shadowing(wi, wo, iM, oM)
    let scale = density * shadowing.both / (wi.z * 4)
    let value = specularReflectance * PacketFresnel.conductor(iM, eta: eta, k: k) * scale
    let isSeen = isLit .& (density .> 0)
    return PacketScattering(
      value: value.kept(where: isSeen),
      pdf: (density * shadowing.visible * iM / (oM.magnitudes * 4)).kept(where: isSeen .& (iM .> 0)))
  }

  @inline(__always) func sample(wi: PacketVector, lobe: Packet, u: (Packet, Packet)) -> PacketSample {
    let wo = reflect(wi, about: facets.sampleVisible(wi, u))
    return sample(wo, wi: wi, where: (wi.z .> 0) .& (wo.z .> 0))
  }
}
