/// Every BSDF a scene may contain, with its inputs at one point. The switch is the dispatch table.
enum Scattering<S: ShadingScalar> {
  case diffuse(Diffuse<S>)
  case conductor(Conductor<S>)
  case roughConductor(RoughConductor<S>)
  case dielectric(Dielectric<S>)
  case principled(PrincipledBSDF<S>)

  /// f(wi, wo) · |cos θₒ| in sr⁻¹; zero for Dirac lobes.
  @inline(__always) func evaluate(wi: Vector<S>, wo: Vector<S>) -> Color<S> {
    switch self {
    case .diffuse(let bsdf): bsdf.evaluate(wi: wi, wo: wo)
    case .roughConductor(let bsdf): bsdf.evaluate(wi: wi, wo: wo)
    case .principled(let bsdf): bsdf.evaluate(wi: wi, wo: wo)
    case .conductor, .dielectric: .zero
    }
  }

  /// Energy of a Dirac lobe.
  func energy(wi: Vector<S>, isReflection: Bool) -> Color<S> {
    switch self {
    case .conductor(let bsdf): bsdf.energy(cosine: wi.z)
    case .dielectric(let bsdf): bsdf.energy(cosine: wi.z, isReflection: isReflection)
    case .diffuse, .roughConductor, .principled: .zero
    }
  }

  /// Direction of a Dirac lobe.
  func diracDirection(wi: Vector<S>, isReflection: Bool) -> Vector<S> {
    if !isReflection, case .dielectric(let bsdf) = self { return bsdf.refracted(wi) }
    return Vector(-wi.x, -wi.y, wi.z)
  }
}

extension Scattering where S == Float {
  /// Reflectance for the albedo layer: the colour that scales the BSDF.
  var albedo: Spectrum {
    switch self {
    case .diffuse(let bsdf): bsdf.reflectance.value
    case .roughConductor(let bsdf): bsdf.specularReflectance.value
    case .conductor(let bsdf): bsdf.specularReflectance.value
    case .dielectric(let bsdf): bsdf.specularTransmittance.value
    case .principled(let bsdf): bsdf.baseColor.value
    }
  }
}
