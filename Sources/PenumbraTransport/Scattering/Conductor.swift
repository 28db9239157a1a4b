/// A perfect mirror with complex index of refraction.
struct Conductor<S: ShadingScalar>: BSDF {
  let eta: Color<S>
  let k: Color<S>
  let specularReflectance: Color<S>

  func evaluate(wi: Vector<S>, wo: Vector<S>) -> Color<S> { .zero }

  /// Energy of the mirrored direction.
  func energy(cosine: S) -> Color<S> { specularReflectance * Fresnel.conductor(cosine, eta: eta, k: k) }
}

extension Conductor: SampledBSDF where S == Float {
  static var lobes: LobeKinds { .dirac }

  func pdf(wi: Vector3, wo: Vector3) -> Float { 0 }

  func sample(wi: Vector3, lobe: Float, u: SIMD2<Float>) -> BSDFSample? {
    guard wi.z > 0 else { return nil }
    return BSDFSample(
      wo: Vector3(-wi.x, -wi.y, wi.z), value: energy(cosine: wi.z).value, pdf: 1, isDirac: true)
  }
}

/// A rough metal: Torrance–Sparrow with Beckmann or GGX microfacets.
struct RoughConductor<S: ShadingScalar>: BSDF {
  let microfacets: Microfacets<S>
  let eta: Color<S>
  let k: Color<S>
  let specularReflectance: Color<S>

  func evaluate(wi: Vector<S>, wo: Vector<S>) -> Color<S> {
    guard wi.z.value > 0, wo.z.value > 0 else { return .zero }
    let m = (wi + wo).normalized()
    let d = microfacets.density(m)
    guard d.value != 0 else { return .zero }
    let scale = d * microfacets.shadowing(wi, wo, m) / (wi.z * 4)
    return specularReflectance * Fresnel.conductor(wi.dot(m), eta: eta, k: k) * scale
  }
}

extension RoughConductor: SampledBSDF where S == Float {
  func pdf(wi: Vector3, wo: Vector3) -> Float {
    guard wi.z > 0, wo.z > 0 else { return 0 }
    let m = (wi + wo).normalized
    return microfacets.visibleDensity(wi, m) / (4 * abs(dot(wo, m)))
  }

  func sample(wi: Vector3, lobe: Float, u: SIMD2<Float>) -> BSDFSample? {
    guard wi.z > 0 else { return nil }
    let wo = reflect(wi, about: microfacets.sampleVisible(wi, u))
    guard wo.z > 0 else { return nil }
    let density = pdf(wi: wi, wo: wo)
    guard density > 0 else { return nil }
    return BSDFSample(
      wo: wo, value: evaluate(wi: Vector(wi), wo: Vector(wo)).value, pdf: density)
  }
}
