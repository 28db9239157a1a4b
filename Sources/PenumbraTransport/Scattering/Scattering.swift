/// Every BSDF a scene may contain, with its inputs at one point. The switch is the dispatch table.
enum Scattering<S: ShadingScalar> {
  case diffuse(Diffuse<S>)
  case conductor(Conductor<S>)
  case roughConductor(RoughConductor<S>)
  case dielectric(Dielectric<S>)
  case roughDielectric(RoughDielectric<S>)
  case thinDielectric(ThinDielectric<S>)
  case plastic(Plastic<S>)
  case roughPlastic(RoughPlastic<S>)
  case principled(PrincipledBSDF<S>)
  case principledThin(PrincipledThinBSDF<S>)
  case null(NullBSDF<S>)

  /// f(wi, wo) · |cos θₒ| in sr⁻¹; zero for Dirac lobes.
  @inline(__always) func evaluate(wi: Vector<S>, wo: Vector<S>) -> Color<S> {
    switch self {
    case .diffuse(let bsdf): bsdf.evaluate(wi: wi, wo: wo)
    case .roughConductor(let bsdf): bsdf.evaluate(wi: wi, wo: wo)
    case .roughDielectric(let bsdf): bsdf.evaluate(wi: wi, wo: wo)
    case .plastic(let bsdf): bsdf.evaluate(wi: wi, wo: wo)
    case .roughPlastic(let bsdf): bsdf.evaluate(wi: wi, wo: wo)
    case .principled(let bsdf): bsdf.evaluate(wi: wi, wo: wo)
    case .principledThin(let bsdf): bsdf.evaluate(wi: wi, wo: wo)
    case .conductor, .dielectric, .thinDielectric, .null: .zero
    }
  }

  /// Energy of a Dirac lobe.
  func energy(wi: Vector<S>, isReflection: Bool) -> Color<S> {
    switch self {
    case .conductor(let bsdf): bsdf.energy(cosine: wi.z)
    case .dielectric(let bsdf): bsdf.energy(cosine: wi.z, isReflection: isReflection)
    case .thinDielectric(let bsdf): bsdf.energy(cosine: wi.z, isReflection: isReflection)
    case .plastic(let bsdf): bsdf.energy(cosine: wi.z)
    case .null: Color(S(1))
    case .diffuse, .roughConductor, .roughDielectric, .roughPlastic, .principled, .principledThin: .zero
    }
  }

  /// Direction of a Dirac lobe.
  func diracDirection(wi: Vector<S>, isReflection: Bool) -> Vector<S> {
    if isReflection { return Vector(-wi.x, -wi.y, wi.z) }
    if case .dielectric(let bsdf) = self { return bsdf.refracted(wi) }
    return -wi
  }
}

/// The family as one BSDF, for wrapped surfaces; plain ones have a body of their own each.
extension Scattering: BSDF, SampledBSDF where S == Float {
  static var lobes: LobeKinds { .mixed }

  func pdf(wi: Vector3, wo: Vector3) -> Float {
    switch self {
    case .diffuse(let bsdf): bsdf.pdf(wi: wi, wo: wo)
    case .roughConductor(let bsdf): bsdf.pdf(wi: wi, wo: wo)
    case .roughDielectric(let bsdf): bsdf.pdf(wi: wi, wo: wo)
    case .plastic(let bsdf): bsdf.pdf(wi: wi, wo: wo)
    case .roughPlastic(let bsdf): bsdf.pdf(wi: wi, wo: wo)
    case .principled(let bsdf): bsdf.pdf(wi: wi, wo: wo)
    case .principledThin(let bsdf): bsdf.pdf(wi: wi, wo: wo)
    case .conductor, .dielectric, .thinDielectric, .null: 0
    }
  }

  func sample(wi: Vector3, lobe: Float, u: SIMD2<Float>) -> BSDFSample? {
    switch self {
    case .diffuse(let bsdf): bsdf.sample(wi: wi, lobe: lobe, u: u)
    case .conductor(let bsdf): bsdf.sample(wi: wi, lobe: lobe, u: u)
    case .roughConductor(let bsdf): bsdf.sample(wi: wi, lobe: lobe, u: u)
    case .dielectric(let bsdf): bsdf.sample(wi: wi, lobe: lobe, u: u)
    case .roughDielectric(let bsdf): bsdf.sample(wi: wi, lobe: lobe, u: u)
    case .thinDielectric(let bsdf): bsdf.sample(wi: wi, lobe: lobe, u: u)
    case .plastic(let bsdf): bsdf.sample(wi: wi, lobe: lobe, u: u)
    case .roughPlastic(let bsdf): bsdf.sample(wi: wi, lobe: lobe, u: u)
    case .principled(let bsdf): bsdf.sample(wi: wi, lobe: lobe, u: u)
    case .principledThin(let bsdf): bsdf.sample(wi: wi, lobe: lobe, u: u)
    case .null(let bsdf): bsdf.sample(wi: wi, lobe: lobe, u: u)
    }
  }

  /// Reflectance for the albedo layer: the colour that scales the BSDF.
  var albedo: Spectrum {
    switch self {
    case .diffuse(let bsdf): bsdf.reflectance.value
    case .roughConductor(let bsdf): bsdf.specularReflectance.value
    case .conductor(let bsdf): bsdf.specularReflectance.value
    case .dielectric(let bsdf): bsdf.specularTransmittance.value
    case .roughDielectric(let bsdf): bsdf.specularTransmittance.value
    case .thinDielectric(let bsdf): bsdf.specularTransmittance.value
    case .plastic(let bsdf): bsdf.diffuseReflectance.value
    case .roughPlastic(let bsdf): bsdf.diffuseReflectance.value
    case .principled(let bsdf): bsdf.baseColor.value
    case .principledThin(let bsdf): bsdf.baseColor.value
    case .null: .zero
    }
  }
}
