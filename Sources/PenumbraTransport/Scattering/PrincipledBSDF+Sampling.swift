extension PrincipledBSDF: SampledBSDF where S == Float {

  /// Probabilities of the four lobes for a facet with dielectric reflectance `f`.
  private struct LobeProbabilities {
    var diffuse: Float
    var clearcoat: Float
    var transmission: Float
    var reflection: Float
  }

  private func probabilities(_ f: Float, front: Bool) -> LobeProbabilities {
    var p: LobeProbabilities
    if front {
      p = LobeProbabilities(
        diffuse: reflectingWeight * rates.z, clearcoat: 0.25 * clearcoat * rates.y,
        transmission: rates.x * transmittingWeight * (1 - f), reflection: rates.x * (1 - transmittingWeight * (1 - f)))
    } else {
      p = LobeProbabilities(diffuse: 0, clearcoat: 0, transmission: specTrans > 0 ? 1 - f : 0, reflection: f)
    }
    let sum = p.diffuse + p.clearcoat + p.transmission + p.reflection
    guard sum > 0 else { return LobeProbabilities(diffuse: 0, clearcoat: 0, transmission: 0, reflection: 0) }
    let scale = 1 / sum
    p.diffuse *= scale
    p.clearcoat *= scale
    p.transmission *= scale
    p.reflection *= scale
    return p
  }

  func pdf(wi: Vector3, wo: Vector3) -> Float {
    let isReflection = wi.z * wo.z > 0
    let front = wi.z > 0
    guard wi.z != 0, wo.z != 0, front || transmittingWeight > 0 else { return 0 }
    let etaPath = front ? eta : 1 / eta
    let m = Microfacets<Float>.halfVector(Vector(wi), Vector(wo), isReflection ? 1 : etaPath).value
    let iM = dot(wi, m)
    let oM = dot(wo, m)
    let p = probabilities(Fresnel.dielectric(iM, eta: eta).reflectance, front: front)
    var density: Float = 0
    if Microfacets<Float>.facesAgree(iM, oM, wi.z, isReflection) {
      let facing = front ? wi : -wi
      let visible = facets.visibleDensity(facing, m)
      if isReflection {
        let cc = ClearcoatLobe(gloss: clearcoatGloss)
        let jacobian = 1 / (4 * abs(oM))
        density += p.reflection * visible * jacobian
        if p.clearcoat > 0 { density += p.clearcoat * max(m.z, 0) * cc.density(Vector(m)) * jacobian }
      } else if transmittingWeight > 0 {
        let denominator = iM + etaPath * oM
        density += p.transmission * visible * abs(etaPath * etaPath * oM / (denominator * denominator))
      }
    }
    if isReflection && front { density += p.diffuse * Warp.cosineHemisphereDensity(wo) }
    return density
  }

  func sample(wi: Vector3, lobe: Float, u: SIMD2<Float>) -> BSDFSample? {
    let front = wi.z > 0
    guard wi.z != 0, front || transmittingWeight > 0 else { return nil }
    let facing = front ? wi : -wi
    let visible = facets.sampleVisible(facing, u)
    let f = Fresnel.dielectric(dot(wi, visible), eta: eta)
    let p = probabilities(f.reflectance, front: front)
    let wo: Vector3
    var isTransmission = false
    if lobe < p.diffuse {
      wo = Warp.cosineHemisphere(u)
    } else if lobe < p.diffuse + p.clearcoat {
      wo = reflect(wi, about: ClearcoatLobe(gloss: clearcoatGloss).sample(u))
    } else if lobe < p.diffuse + p.clearcoat + p.transmission {
      wo = visible * (dot(wi, visible) * f.etaBackward + f.cosTransmitted) - wi * f.etaBackward
      isTransmission = true
    } else {
      wo = reflect(wi, about: visible)
    }
    guard isTransmission == (wi.z * wo.z < 0) else { return nil }
    let density = pdf(wi: wi, wo: wo)
    guard density > 0 else { return nil }
    return BSDFSample(
      wo: wo, value: evaluate(wi: Vector(wi), wo: Vector(wo)).value, pdf: density,
      eta: isTransmission ? f.etaForward : 1)
  }
}
