/// A diffuse base under a rough dielectric coat.
struct RoughPlastic<S: ShadingScalar>: BSDF {
  let microfacets: Microfacets<S>
  let eta: S
  let diffuseReflectance: Color<S>
  let specularReflectance: Color<S>
  let isNonlinear: Bool
  let coat: CoatTransmittance

  func evaluate(wi: Vector<S>, wo: Vector<S>) -> Color<S> {
    guard wi.z.value > 0, wo.z.value > 0 else { return .zero }
    let m = (wi + wo).normalized()
    let d = microfacets.density(m)
    let alpha = microfacets.alphaU
    let ti = coat.external(wi.z, alpha: alpha, eta: eta)
    let to = coat.external(wo.z, alpha: alpha, eta: eta)
    let inside = coat.internalReflectance(alpha: alpha, eta: eta)
    let base = diffuseReflectance.scattered(inside: inside, isNonlinear: isNonlinear)
    let diffuse = base * (wo.z * ti * to / (eta * eta * .pi))
    guard d.value != 0 else { return diffuse }
    let f = Fresnel.dielectric(wi.dot(m), eta: eta).reflectance
    return specularReflectance * (f * d * microfacets.shadowing(wi, wo, m) / (wi.z * 4)) + diffuse
  }
}

extension RoughPlastic: SampledBSDF where S == Float {

  private func coatProbability(_ cosine: Float) -> Float {
    CoatSampling.probability(
      reflected: 1 - coat.external(cosine, alpha: microfacets.alphaU, eta: eta),
      specular: specularReflectance.value, diffuse: diffuseReflectance.value)
  }

  func pdf(wi: Vector3, wo: Vector3) -> Float {
    guard wi.z > 0, wo.z > 0 else { return 0 }
    let m = (wi + wo).normalized
    let p = coatProbability(wi.z)
    return p * microfacets.visibleDensity(wi, m) / (4 * abs(dot(wo, m))) + (1 - p) * Warp.cosineHemisphereDensity(wo)
  }

  func sample(wi: Vector3, lobe: Float, u: SIMD2<Float>) -> BSDFSample? {
    guard wi.z > 0 else { return nil }
    let wo =
      lobe < coatProbability(wi.z)
      ? reflect(wi, about: microfacets.sampleVisible(wi, u)) : Warp.cosineHemisphere(u)
    let density = pdf(wi: wi, wo: wo)
    guard density > 0 else { return nil }
    return BSDFSample(wo: wo, value: evaluate(wi: Vector(wi), wo: Vector(wo)).value, pdf: density)
  }
}
