/// Two parallel smooth boundaries so close that light passes straight on.
struct ThinDielectric<S: ShadingScalar>: BSDF {
  let eta: S
  let specularReflectance: Color<S>
  let specularTransmittance: Color<S>

  func evaluate(wi: Vector<S>, wo: Vector<S>) -> Color<S> { .zero }

  /// Fraction reflected by both boundaries and everything between them: r + t r t + t r³ t + … = 2r / (1 + r).
  private func reflectance(cosine: S) -> S {
    let r = Fresnel.dielectric(cosine.magnitude, eta: eta).reflectance
    return r * 2 / (r + 1)
  }

  /// Energy of the mirrored direction or of the one straight on.
  func energy(cosine: S, isReflection: Bool) -> Color<S> {
    let r = reflectance(cosine: cosine)
    return isReflection ? specularReflectance * r : specularTransmittance * (1 - r)
  }
}

extension ThinDielectric: SampledBSDF where S == Float {
  static var lobes: LobeKinds { .dirac }

  func pdf(wi: Vector3, wo: Vector3) -> Float { 0 }

  func sample(wi: Vector3, lobe: Float, u: SIMD2<Float>) -> BSDFSample? {
    guard wi.z != 0 else { return nil }
    let r = reflectance(cosine: wi.z)
    if lobe < r {
      return BSDFSample(
        wo: Vector3(-wi.x, -wi.y, wi.z), value: specularReflectance.value * r, pdf: r, isDirac: true)
    }
    guard r < 1 else { return nil }
    return BSDFSample(
      wo: -wi, value: specularTransmittance.value * (1 - r), pdf: 1 - r, isDirac: true, isNull: true)
  }
}

/// No surface at all: light passes straight on.
struct NullBSDF<S: ShadingScalar>: BSDF {
  func evaluate(wi: Vector<S>, wo: Vector<S>) -> Color<S> { .zero }
}

extension NullBSDF: SampledBSDF where S == Float {
  static var lobes: LobeKinds { .dirac }

  func pdf(wi: Vector3, wo: Vector3) -> Float { 0 }

  func sample(wi: Vector3, lobe: Float, u: SIMD2<Float>) -> BSDFSample? {
    BSDFSample(wo: -wi, value: .one, pdf: 1, isDirac: true, isNull: true)
  }
}
