/// A diffuse base under a smooth dielectric coat, light scattered between them included.
struct Plastic<S: ShadingScalar>: BSDF {
  let eta: S
  let diffuseReflectance: Color<S>
  let specularReflectance: Color<S>
  /// Whether what the coat throws back to the base is coloured by it again.
  let isNonlinear: Bool

  func evaluate(wi: Vector<S>, wo: Vector<S>) -> Color<S> {
    guard wi.z.value > 0, wo.z.value > 0 else { return .zero }
    let fi = Fresnel.dielectric(wi.z, eta: eta).reflectance
    let fo = Fresnel.dielectric(wo.z, eta: eta).reflectance
    let inside = Fresnel.diffuseReflectance(eta: eta.reciprocal())
    let scale = wo.z * (1 - fi) * (1 - fo) / (eta * eta * .pi)
    return diffuseReflectance.scattered(inside: inside, isNonlinear: isNonlinear) * scale
  }

  /// Energy of the mirrored direction.
  func energy(cosine: S) -> Color<S> {
    specularReflectance * Fresnel.dielectric(cosine, eta: eta).reflectance
  }
}

extension Color {
  /// Reflectance of a diffuse base of this colour under a coat that reflects the fraction `inside` of what comes from
  /// the base: c / (1 − c · inside), or with the base's colour counted once only.
  func scattered(inside: S, isNonlinear: Bool) -> Self {
    isNonlinear ? map { $0 / (1 - $0 * inside) } : self * (1 - inside).reciprocal()
  }
}

/// How a coated base divides its samples between coat and base.
enum CoatSampling {
  /// Probability of sampling the coat.
  ///
  /// - Parameter reflected: fraction of light that the coat reflects from this direction.
  static func probability(reflected: Float, specular: Spectrum, diffuse: Spectrum) -> Float {
    let (s, d) = (specular.sum() / 3, diffuse.sum() / 3)
    // Neither part is ever starved, since a colour of 0 has a derivative; but little is spent on what is not there.
    let weight = s + d > 0 ? min(max(s / (s + d), 0.01), 0.99) : 0.5
    let coat = reflected * weight
    let base = (1 - reflected) * (1 - weight)
    return coat / (coat + base)
  }
}

extension Plastic: SampledBSDF where S == Float {
  static var lobes: LobeKinds { .mixed }

  private func coatProbability(_ cosine: Float) -> Float {
    CoatSampling.probability(
      reflected: Fresnel.dielectric(cosine, eta: eta).reflectance, specular: specularReflectance.value,
      diffuse: diffuseReflectance.value)
  }

  func pdf(wi: Vector3, wo: Vector3) -> Float {
    wi.z > 0 ? (1 - coatProbability(wi.z)) * Warp.cosineHemisphereDensity(wo) : 0
  }

  func sample(wi: Vector3, lobe: Float, u: SIMD2<Float>) -> BSDFSample? {
    guard wi.z > 0 else { return nil }
    let coat = coatProbability(wi.z)
    if lobe < coat {
      return BSDFSample(
        wo: Vector3(-wi.x, -wi.y, wi.z), value: energy(cosine: wi.z).value, pdf: coat, isDirac: true)
    }
    let wo = Warp.cosineHemisphere(u)
    let density = (1 - coat) * wo.z * (1 / .pi)
    guard density > 0 else { return nil }
    return BSDFSample(wo: wo, value: evaluate(wi: Vector(wi), wo: Vector(wo)).value, pdf: density)
  }
}
