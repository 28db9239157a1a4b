/// A rough boundary between two transparent media (Walter et al. 2007).
///
/// GGX facets seen edge-on still scatter: refraction ends in a jump at m.z = 0 whose place depends on η. Derivatives by η
/// hold the interior part alone, and miss that jump's motion for GGX; Beckmann's density vanishes there.
struct RoughDielectric<S: ShadingScalar>: BSDF {
  let microfacets: Microfacets<S>
  let eta: S
  let specularReflectance: Color<S>
  let specularTransmittance: Color<S>

  func evaluate(wi: Vector<S>, wo: Vector<S>) -> Color<S> {
    guard wi.z.value != 0, wo.z.value != 0 else { return .zero }
    let isReflection = wi.z.value * wo.z.value > 0
    let etaPath = wi.z.value > 0 ? eta : eta.reciprocal()
    let m = Microfacets.halfVector(wi, wo, isReflection ? S(1) : etaPath)
    let iM = wi.dot(m)
    let oM = wo.dot(m)
    guard Microfacets<S>.facesAgree(iM.value, oM.value, wi.z.value, isReflection) else { return .zero }
    let f = Fresnel.dielectric(iM, eta: eta).reflectance
    let d = microfacets.density(m)
    guard d.value != 0 else { return .zero }
    let g = microfacets.shadowing(wi, wo, m)
    if isReflection { return specularReflectance * (f * d * g / (wi.z.magnitude * 4)) }
    guard f.value < 1 else { return .zero }
    // Radiance is compressed by η⁻², which cancels the η² of the half vector's Jacobian.
    let denominator = iM + etaPath * oM
    let scale = (1 - f) * d * g * (iM * oM) / (wi.z * denominator * denominator)
    return specularTransmittance * scale.magnitude
  }
}

extension RoughDielectric: SampledBSDF where S == Float {

  func pdf(wi: Vector3, wo: Vector3) -> Float {
    guard wi.z != 0, wo.z != 0 else { return 0 }
    let isReflection = wi.z * wo.z > 0
    let etaPath = wi.z > 0 ? eta : 1 / eta
    let m = Microfacets<Float>.halfVector(Vector(wi), Vector(wo), isReflection ? 1 : etaPath).value
    let iM = dot(wi, m)
    let oM = dot(wo, m)
    guard Microfacets<Float>.facesAgree(iM, oM, wi.z, isReflection) else { return 0 }
    let visible = microfacets.visibleDensity(wi.z > 0 ? wi : -wi, m)
    let f = Fresnel.dielectric(iM, eta: eta).reflectance
    if isReflection { return f * visible / (4 * abs(oM)) }
    let denominator = iM + etaPath * oM
    return (1 - f) * visible * abs(etaPath * etaPath * oM / (denominator * denominator))
  }

  func sample(wi: Vector3, lobe: Float, u: SIMD2<Float>) -> BSDFSample? {
    guard wi.z != 0 else { return nil }
    let m = microfacets.sampleVisible(wi.z > 0 ? wi : -wi, u)
    let cosine = dot(wi, m)
    let f = Fresnel.dielectric(cosine, eta: eta)
    let isReflection = lobe < f.reflectance
    let wo =
      isReflection ? reflect(wi, about: m) : m * (cosine * f.etaBackward + f.cosTransmitted) - wi * f.etaBackward
    guard isReflection == (wi.z * wo.z > 0) else { return nil }
    let density = pdf(wi: wi, wo: wo)
    guard density > 0 else { return nil }
    return BSDFSample(
      wo: wo, value: evaluate(wi: Vector(wi), wo: Vector(wo)).value, pdf: density,
      eta: isReflection ? 1 : f.etaForward)
  }
}
