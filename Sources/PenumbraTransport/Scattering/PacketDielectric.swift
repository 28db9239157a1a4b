/// `Dielectric` of eight paths.
struct PacketDielectric: PacketBSDF {
  private let eta: Packet
  private let specularReflectance: PacketVector
  private let specularTransmittance: PacketVector

  @inline(__always) init(_ inputs: PacketInputs) {
    specularReflectance = inputs.color(0)
    specularTransmittance = inputs.color(3)
    eta = inputs.scalar(6)
  }

  @inline(__always) func evaluate(wi: PacketVector, wo: PacketVector) -> PacketScattering { .none }

  @inline(__always) func sample(wi: PacketVector, lobe: Packet, u: (Packet, Packet)) -> PacketSample {
    let f = PacketFresnel.dielectric(wi.z, eta: eta)
    let isReflection = lobe .< f.reflectance
    let share = 1 - f.reflectance
    let refracted = PacketVector(-wi.x * f.etaBackward, -wi.y * f.etaBackward, f.cosTransmitted)
    let transmitted = specularTransmittance * (share * f.etaBackward * f.etaBackward)
    return PacketSample(
      wo: refracted.replacing(with: wi.mirrored, where: isReflection),
      value: transmitted.replacing(with: specularReflectance * f.reflectance, where: isReflection),
      pdf: share.replacing(with: f.reflectance, where: isReflection),
      eta: f.etaForward.replacing(with: 1, where: isReflection), isDirac: PacketMask(repeating: true),
      isFound: (wi.z.magnitudes .> 0) .& (isReflection .| (share .> 0)))
  }
}

/// `RoughDielectric` of eight paths.
struct PacketRoughDielectric<Distribution: PacketDistribution>: PacketBSDF {
  private let facets: PacketMicrofacets
  private let eta: Packet
  private let specularReflectance: PacketVector
  private let specularTransmittance: PacketVector

  @inline(__always) init(_ inputs: PacketInputs) {
    specularReflectance = inputs.color(0)
    specularTransmittance = inputs.color(3)
    facets = PacketMicrofacets(isGGX: Distribution.isGGX, alphaU: inputs.scalar(6), alphaV: inputs.scalar(7))
    eta = inputs.scalar(8)
  }

  @inline(__always) func evaluate(wi: PacketVector, wo: PacketVector) -> PacketScattering {
    let isReflection = wi.z * wo.z .> 0
    let etaPath = (1 / eta).replacing(with: eta, where: wi.z .> 0)
    let m = PacketMicrofacets.halfVector(wi, wo, etaPath.replacing(with: 1, where: isReflection))
    let (iM, oM) = (dot(wi, m), dot(wo, m))
    let isFacing = (wi.z * wo.z .< 0) .| isReflection
    let isSeen = isFacing .& PacketMicrofacets.facesAgree(iM, oM, wi.z, isReflection)
    let f = PacketFresnel.dielectric(iM, eta: eta).reflectance
    let density = facets.density(m).kept(where: isSeen)
    let shadowing = facets.shadowing(wi, wo, iM, oM)
    let dg = density * shadowing.both
    let visible = density * shadowing.visible * iM.magnitudes
    let denominator = iM + etaPath * oM
    let jacobian = 1 / (denominator * denominator)
    let transmitted = ((1 - f) * dg * (iM * oM) * jacobian / wi.z).magnitudes
    let reflected = f * dg / (wi.z.magnitudes * 4)
    let value = (specularTransmittance * transmitted).replacing(
      with: specularReflectance * reflected, where: isReflection)
    let pdf = ((1 - f) * visible * (etaPath * etaPath * oM * jacobian).magnitudes).replacing(
      with: f * visible / (oM.magnitudes * 4), where: isReflection)
    return PacketScattering(value: value.kept(where: density .> 0), pdf: pdf.kept(where: density .> 0))
  }

  @inline(__always) func sample(wi: PacketVector, lobe: Packet, u: (Packet, Packet)) -> PacketSample {
    let m = facets.sampleVisible(wi.replacing(with: -wi, where: wi.z .< 0), u)
    let cosine = dot(wi, m)
    let f = PacketFresnel.dielectric(cosine, eta: eta)
    let isReflection = lobe .< f.reflectance
    let wo = f.refracted(wi, m, cosine).replacing(with: reflect(wi, about: m), where: isReflection)
    let staysOutside = wi.z * wo.z .> 0
    return sample(
      wo, wi: wi, eta: f.etaForward.replacing(with: 1, where: isReflection),
      where: (isReflection .& staysOutside) .| (.!isReflection .& .!staysOutside))
  }
}
