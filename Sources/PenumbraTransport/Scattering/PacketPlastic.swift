/// `Plastic` of eight paths.
struct PacketPlastic: PacketBSDF {
  private let eta: Packet
  private let diffuseReflectance: PacketVector
  private let specularReflectance: PacketVector
  private let isNonlinear: PacketMask

  @inline(__always) init(_ inputs: PacketInputs) {
    diffuseReflectance = inputs.color(0)
    specularReflectance = inputs.color(3)
    eta = inputs.scalar(6)
    isNonlinear = inputs.flag { $0.isNonlinear }
  }

  /// Probability of sampling the coat.
  @inline(__always) private func coatProbability(_ reflected: Packet) -> Packet {
    PacketCoat.probability(reflected: reflected, specular: specularReflectance, diffuse: diffuseReflectance)
  }

  @inline(__always) func evaluate(wi: PacketVector, wo: PacketVector) -> PacketScattering {
    let fi = PacketFresnel.dielectric(wi.z, eta: eta).reflectance
    return scattering(wi, wo, reflected: fi, coatProbability(fi))
  }

  @inline(__always)
  private func scattering(_ wi: PacketVector, _ wo: PacketVector, reflected fi: Packet, _ coat: Packet)
    -> PacketScattering
  {
    let isLit = (wi.z .> 0) .& (wo.z .> 0)
    let fo = PacketFresnel.dielectric(wo.z, eta: eta).reflectance
    let inside = PacketCoat.diffuseReflectance(1 / eta)
    let scale = wo.z * (1 - fi) * (1 - fo) / (eta * eta * .pi)
    let base = PacketCoat.scattered(diffuseReflectance, inside: inside, isNonlinear)
    return PacketScattering(
      value: (base * scale).kept(where: isLit), pdf: ((1 - coat) * wo.z * (1 / .pi)).kept(where: isLit))
  }

  @inline(__always) func sample(wi: PacketVector, lobe: Packet, u: (Packet, Packet)) -> PacketSample {
    let fi = PacketFresnel.dielectric(wi.z, eta: eta).reflectance
    let coat = coatProbability(fi)
    let isCoat = lobe .< coat
    let wo = Warp.cosineHemisphere(u.0, u.1)
    let base = scattering(wi, wo, reflected: fi, coat)
    return PacketSample(
      wo: wo.replacing(with: wi.mirrored, where: isCoat),
      value: base.value.replacing(with: specularReflectance * fi, where: isCoat),
      pdf: base.pdf.replacing(with: coat, where: isCoat), isDirac: isCoat,
      isFound: (wi.z .> 0) .& (isCoat .| (base.pdf .> 0)))
  }
}

/// `RoughPlastic` of eight paths.
struct PacketRoughPlastic<Distribution: PacketDistribution>: PacketBSDF {
  private let facets: PacketMicrofacets
  private let eta: Packet
  private let alpha: Packet
  private let diffuseReflectance: PacketVector
  private let specularReflectance: PacketVector
  private let isNonlinear: PacketMask
  private let inputs: PacketInputs

  @inline(__always) init(_ inputs: PacketInputs) {
    self.inputs = inputs
    diffuseReflectance = inputs.color(0)
    specularReflectance = inputs.color(3)
    alpha = inputs.scalar(6)
    facets = PacketMicrofacets(isGGX: Distribution.isGGX, alphaU: alpha, alphaV: alpha)
    eta = inputs.scalar(7)
    isNonlinear = inputs.flag { $0.isNonlinear }
  }

  @inline(__always) private func coatProbability(_ transmitted: Packet) -> Packet {
    PacketCoat.probability(reflected: 1 - transmitted, specular: specularReflectance, diffuse: diffuseReflectance)
  }

  @inline(__always) func evaluate(wi: PacketVector, wo: PacketVector) -> PacketScattering {
    scattering(wi, wo, transmitted: PacketCoat.external(inputs, wi.z, facets.alphaU))
  }

  @inline(__always)
  private func scattering(_ wi: PacketVector, _ wo: PacketVector, transmitted ti: Packet) -> PacketScattering {
    let isLit = (wi.z .> 0) .& (wo.z .> 0)
    let m = (wi + wo).normalized
    let (iM, oM) = (dot(wi, m), dot(wo, m))
    let density = facets.density(m)
    let shadowing = facets.shadowing(wi, wo, iM, oM)
    let to = PacketCoat.external(inputs, wo.z, facets.alphaU)
    let base = PacketCoat.scattered(
      diffuseReflectance, inside: PacketCoat.internalReflectance(inputs, facets.alphaU), isNonlinear)
    let diffuse = base * (wo.z * ti * to / (eta * eta * .pi))
    let f = PacketFresnel.dielectric(iM, eta: eta).reflectance
    let coat = coatProbability(ti)
    let isSeen = isLit .& (density .> 0)
    let specular = (f * density * shadowing.both / (wi.z * 4)).kept(where: isSeen)
    let visible = (density * shadowing.visible * iM / (oM.magnitudes * 4)).kept(where: isSeen .& (iM .> 0))
    return PacketScattering(
      value: (specularReflectance * specular + diffuse).kept(where: isLit),
      pdf: (coat * visible + (1 - coat) * wo.z * (1 / .pi)).kept(where: isLit))
  }

  @inline(__always) func sample(wi: PacketVector, lobe: Packet, u: (Packet, Packet)) -> PacketSample {
    let ti = PacketCoat.external(inputs, wi.z, facets.alphaU)
    let isCoat = lobe .< coatProbability(ti)
    let wo = Warp.cosineHemisphere(u.0, u.1).replacing(
      with: reflect(wi, about: facets.sampleVisible(wi, u)), where: isCoat)
    let scattering = scattering(wi, wo, transmitted: ti)
    return PacketSample(
      wo: wo, value: scattering.value, pdf: scattering.pdf, isFound: (wi.z .> 0) .& (scattering.pdf .> 0))
  }
}
