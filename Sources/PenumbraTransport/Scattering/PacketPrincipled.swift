/// `PrincipledBSDF` of eight paths. Lobes that none of them has are left out.
struct PacketPrincipled: PacketBSDF {
  private let baseColor: PacketVector
  private let roughness, metallic, specTint: Packet
  private let sheen, sheenTint, flatness, clearcoat, clearcoatGloss: Packet
  private let specTrans, eta: Packet
  private let facets: PacketMicrofacets
  private let rates: PacketVector
  /// Weights of the reflecting and of the transmitting base.
  private let reflectingWeight, transmittingWeight: Packet
  private let transmits: PacketMask
  private let hasTransmission, hasClearcoat, hasSheen, hasFlatness, hasSpecTint, hasMetal: Bool

  @inline(__always) init(_ inputs: PacketInputs) {
    baseColor = inputs.color(0)
    roughness = inputs.scalar(3)
    metallic = inputs.scalar(5)
    specTrans = inputs.scalar(6)
    specTint = inputs.scalar(7)
    sheen = inputs.scalar(8)
    sheenTint = inputs.scalar(9)
    flatness = inputs.scalar(10)
    clearcoat = inputs.scalar(11)
    clearcoatGloss = inputs.scalar(12)
    eta = inputs.scalar(13)
    let r2 = roughness * roughness
    let aspect = (1 - inputs.scalar(4) * 0.9).atLeast(0).squareRoots
    facets = PacketMicrofacets(
      isGGX: true, alphaU: (r2 / aspect).atLeast(1e-3), alphaV: (r2 * aspect).atLeast(1e-3))
    rates = Self.rates(inputs.materials)
    reflectingWeight = (1 - metallic) * (1 - specTrans)
    transmittingWeight = (1 - metallic) * specTrans
    transmits = transmittingWeight .> 0
    func isAny(_ weight: Packet) -> Bool { !PacketBits(weight .> 0).isEmpty }
    hasTransmission = isAny(transmittingWeight)
    hasClearcoat = isAny(clearcoat)
    hasSheen = isAny(sheen)
    hasFlatness = isAny(flatness)
    hasSpecTint = isAny(specTint)
    hasMetal = isAny(metallic)
  }

  @inline(__always)
  private static func rates(_ materials: UnsafeMutablePointer<UnsafePointer<MaterialRecord>>) -> PacketVector {
    var result = PacketVector(Packet(repeating: 1))
    func read(_ component: Int) -> Packet {
      var packet = Packet(repeating: 0)
      withUnsafeMutableBytes(of: &packet) { bytes in
        let target = bytes.assumingMemoryBound(to: Float.self)
        for lane in 0..<8 { target[lane] = materials[lane].pointee.rates[component] }
      }
      return packet
    }
    (result.x, result.y, result.z) = (read(0), read(1), read(2))
    return result
  }

  /// What `evaluate` needs of the facet between two directions.
  private struct Facet {
    var m: PacketVector
    var iM: Packet
    var oM: Packet
    var isReflection: PacketMask
    var isFront: PacketMask
    var etaPath: Packet
    /// Whether both directions see it.
    var isSeen: PacketMask
    /// Whether the surface scatters between the directions at all.
    var isValid: PacketMask
  }

  @inline(__always) private func facet(_ wi: PacketVector, _ wo: PacketVector) -> Facet {
    let product = wi.z * wo.z
    let (isReflection, isFront) = (product .> 0, wi.z .> 0)
    let etaPath = (1 / eta).replacing(with: eta, where: isFront)
    let m = PacketMicrofacets.halfVector(wi, wo, etaPath.replacing(with: 1, where: isReflection))
    let (iM, oM) = (dot(wi, m), dot(wo, m))
    let isValid = (isReflection .| ((product .< 0) .& transmits)) .& (isFront .| transmits)
    return Facet(
      m: m, iM: iM, oM: oM, isReflection: isReflection, isFront: isFront, etaPath: etaPath,
      isSeen: isValid .& PacketMicrofacets.facesAgree(iM, oM, wi.z, isReflection), isValid: isValid)
  }

  @inline(__always) func evaluate(wi: PacketVector, wo: PacketVector) -> PacketScattering {
    let facet = facet(wi, wo)
    let (iM, oM) = (facet.iM, facet.oM)
    let f = PacketFresnel.dielectric(iM, eta: eta).reflectance
    let density = facets.density(facet.m).kept(where: facet.isSeen)
    let shadowing = facets.shadowing(wi, wo, iM, oM)
    let dg = density * shadowing.both
    let visible = density * shadowing.visible * iM.magnitudes
    let p = probabilities(f, facet.isFront)
    let reflects = facet.isSeen .& facet.isReflection
    let specular = fresnel(f, iM, facet.isFront) * (dg / (wi.z.magnitudes * 4))
    let jacobian = 1 / (oM.magnitudes * 4)
    var value = specular.kept(where: reflects .& (f .> 0))
    var pdf = (p.reflection * visible * jacobian).kept(where: reflects)
    if hasTransmission {
      let passes = facet.isSeen .& .!facet.isReflection
      let denominator = iM + facet.etaPath * oM
      let squared = 1 / (denominator * denominator)
      let scale = (transmittingWeight * (1 - f) * dg * (iM * oM) * squared / wi.z).magnitudes
      let root = PacketVector(
        baseColor.x.atLeast(0).squareRoots, baseColor.y.atLeast(0).squareRoots, baseColor.z.atLeast(0).squareRoots)
      value = value.replacing(with: root * scale, where: passes)
      let density = p.transmission * visible * (facet.etaPath * facet.etaPath * oM * squared).magnitudes
      pdf = pdf.replacing(with: density, where: passes)
    }
    if hasClearcoat {
      let coats = reflects .& facet.isFront
      let lobe = PacketClearcoat(gloss: clearcoatGloss)
      let density = lobe.density(facet.m).kept(where: coats)
      let share = PacketFresnel.schlickShare(iM, eta: eta)
      let reflectance = share * (1 - 0.04) + 0.04
      let g = lobe.shadowing(wi, iM) * lobe.shadowing(wo, oM)
      value = value + PacketVector((clearcoat * 0.25 * reflectance * density * g * wo.z.magnitudes).kept(where: coats))
      pdf += p.clearcoat * facet.m.z.atLeast(0) * density * jacobian.kept(where: coats)
    }
    let isBase = facet.isValid .& facet.isReflection .& facet.isFront
    value = value + diffuseAndSheen(wi, wo, facet.m).kept(where: isBase)
    pdf += (p.diffuse * wo.z.atLeast(0) * (1 / .pi)).kept(where: isBase)
    return PacketScattering(value: value, pdf: pdf)
  }

  /// Base colour without its luminance.
  @inline(__always) private var tint: PacketVector {
    let luminance = baseColor.luminance
    return PacketVector(Packet(repeating: 1)).replacing(with: baseColor * (1 / luminance), where: luminance .> 0)
  }

  @inline(__always)
  private func fresnel(_ dielectric: Packet, _ cosine: Packet, _ isFront: PacketMask) -> PacketVector {
    var value = PacketVector((1 - metallic) * (1 - specTint) * dielectric)
    if hasMetal || hasSpecTint {
      let share = PacketFresnel.schlickShare(cosine, eta: eta)
      value = value + (baseColor * (1 - share) + PacketVector(share)) * metallic
      if hasSpecTint {
        let forward = (1 / eta).replacing(with: eta, where: cosine .>= 0)
        let root = (forward - 1) / (forward + 1)
        let tinted = tint * (root * root * (1 - share)) + PacketVector(share)
        value = value + tinted * ((1 - metallic) * specTint)
      }
    }
    return PacketVector(transmittingWeight * dielectric).replacing(with: value, where: isFront)
  }

  @inline(__always)
  private func diffuseAndSheen(_ wi: PacketVector, _ wo: PacketVector, _ m: PacketVector) -> PacketVector {
    let cosO = wo.z.magnitudes
    let cosI = wi.z.magnitudes
    let cosD = dot(m, wo)
    let fo = PacketFresnel.schlickWeight(cosO)
    let fi = PacketFresnel.schlickWeight(cosI)
    let rr = roughness * cosD * cosD * 2
    let retro = rr * (fo + fi + fo * fi * (rr - 1))
    var shape = (1 - fi * 0.5) * (1 - fo * 0.5) + retro
    if hasFlatness {
      let fss90 = rr * 0.5
      let one = Packet(repeating: 1)
      let fss = one.mixed(with: fss90, fo) * one.mixed(with: fss90, fi)
      let flat = (fss * (1 / (cosO + cosI) - 0.5) + 0.5) * 1.25
      shape = shape.mixed(with: flat, flatness)
    }
    var value = baseColor * (reflectingWeight * cosO * shape * (1 / .pi))
    if hasSheen {
      let white = PacketVector(Packet(repeating: 1))
      let color = white + (tint - white) * sheenTint
      value = value + color * (sheen * (1 - metallic) * PacketFresnel.schlickWeight(cosD.magnitudes) * cosO)
    }
    return value
  }

  /// Probabilities of the four lobes for facets with dielectric reflectance `f`.
  private struct Probabilities {
    var diffuse: Packet
    var clearcoat: Packet
    var transmission: Packet
    var reflection: Packet
  }

  @inline(__always) private func probabilities(_ f: Packet, _ isFront: PacketMask) -> Probabilities {
    let passing = transmittingWeight * (1 - f)
    let diffuse = (reflectingWeight * rates.z).kept(where: isFront)
    let clearcoat = (0.25 * clearcoat * rates.y).kept(where: isFront)
    let inside = (1 - f).kept(where: specTrans .> 0)
    let transmission = inside.replacing(with: rates.x * passing, where: isFront)
    let reflection = f.replacing(with: rates.x * (1 - passing), where: isFront)
    let sum = diffuse + clearcoat + transmission + reflection
    let scale = (1 / sum).kept(where: sum .> 0)
    return Probabilities(
      diffuse: diffuse * scale, clearcoat: clearcoat * scale, transmission: transmission * scale,
      reflection: reflection * scale)
  }

  @inline(__always) func sample(wi: PacketVector, lobe: Packet, u: (Packet, Packet)) -> PacketSample {
    let isFront = wi.z .> 0
    let visible = facets.sampleVisible(wi.replacing(with: -wi, where: .!isFront), u)
    let cosine = dot(wi, visible)
    let f = PacketFresnel.dielectric(cosine, eta: eta)
    let p = probabilities(f.reflectance, isFront)
    let diffuseEnd = p.diffuse
    let coatEnd = diffuseEnd + p.clearcoat
    let transmissionEnd = coatEnd + p.transmission
    var wo = reflect(wi, about: visible)
    var isTransmission = PacketMask(repeating: false)
    if hasTransmission {
      isTransmission = (lobe .>= coatEnd) .& (lobe .< transmissionEnd)
      wo = wo.replacing(with: f.refracted(wi, visible, cosine), where: isTransmission)
    }
    if hasClearcoat {
      let coat = reflect(wi, about: PacketClearcoat(gloss: clearcoatGloss).sample(u))
      wo = wo.replacing(with: coat, where: (lobe .>= diffuseEnd) .& (lobe .< coatEnd))
    }
    wo = wo.replacing(with: Warp.cosineHemisphere(u.0, u.1), where: lobe .< diffuseEnd)
    let crosses = wi.z * wo.z .< 0
    let agrees = (isTransmission .& crosses) .| (.!isTransmission .& .!crosses)
    return sample(
      wo, wi: wi, eta: Packet(repeating: 1).replacing(with: f.etaForward, where: isTransmission),
      where: agrees .& (isFront .| (transmits .& (wi.z .< 0))))
  }
}
