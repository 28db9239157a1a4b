/// A smooth boundary between two transparent media.
struct Dielectric<S: ShadingScalar>: BSDF {
  let eta: S
  let specularReflectance: Color<S>
  let specularTransmittance: Color<S>

  func evaluate(wi: Vector<S>, wo: Vector<S>) -> Color<S> { .zero }

  /// Energy of the reflected or refracted direction, radiance compression (η⁻²) included.
  func energy(cosine: S, isReflection: Bool) -> Color<S> {
    let f = Fresnel.dielectric(cosine, eta: eta)
    if isReflection { return specularReflectance * f.reflectance }
    return specularTransmittance * ((1 - f.reflectance) * f.etaBackward * f.etaBackward)
  }

  /// The refracted direction of wi.
  func refracted(_ wi: Vector<S>) -> Vector<S> {
    let f = Fresnel.dielectric(wi.z, eta: eta)
    return Vector(-(wi.x * f.etaBackward), -(wi.y * f.etaBackward), f.cosTransmitted)
  }
}

extension Dielectric: SampledBSDF where S == Float {
  static var lobes: LobeKinds { .dirac }

  func pdf(wi: Vector3, wo: Vector3) -> Float { 0 }

  func sample(wi: Vector3, lobe: Float, u: SIMD2<Float>) -> BSDFSample? {
    guard wi.z != 0 else { return nil }
    let f = Fresnel.dielectric(wi.z, eta: eta)
    if lobe < f.reflectance {
      return BSDFSample(
        wo: Vector3(-wi.x, -wi.y, wi.z), value: specularReflectance.value * f.reflectance, pdf: f.reflectance,
        isDirac: true)
    }
    let probability = 1 - f.reflectance
    guard probability > 0 else { return nil }
    let wo = Vector3(-wi.x * f.etaBackward, -wi.y * f.etaBackward, f.cosTransmitted)
    return BSDFSample(
      wo: wo, value: specularTransmittance.value * (probability * f.etaBackward * f.etaBackward),
      pdf: probability, eta: f.etaForward, isDirac: true)
  }
}
