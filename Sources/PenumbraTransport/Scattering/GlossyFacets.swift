/// What tells where a rough surface sends most of its light: the roughness of its facets, and whether they also refract.
struct GlossyFacets {
  /// The larger of the two roughnesses.
  var alpha: Float
  /// Index of refraction of what lies behind the facets; 1 for thin sheets, `nil` where nothing passes.
  var eta: Float?

  /// The direction in which smooth facets would reflect light that comes from wi; and the one in which they would
  /// refract it, where they do.
  func peaks(_ wi: Vector3) -> (reflected: Vector3, refracted: Vector3?) {
    let refracted = eta.flatMap { eta -> Vector3? in
      let f = Fresnel.dielectric(wi.z, eta: eta)
      return f.cosTransmitted == 0 ? nil : Vector3(-wi.x * f.etaBackward, -wi.y * f.etaBackward, f.cosTransmitted)
    }
    return (Vector3(-wi.x, -wi.y, wi.z), refracted)
  }
}

extension Scattering where S == Float {
  /// `nil` for perfectly smooth and for diffuse surfaces.
  var glossyFacets: GlossyFacets? {
    func facets(_ microfacets: Microfacets<Float>, eta: Float? = nil) -> GlossyFacets {
      GlossyFacets(alpha: max(microfacets.alphaU, microfacets.alphaV), eta: eta)
    }
    return switch self {
    case .roughConductor(let bsdf): facets(bsdf.microfacets)
    case .roughDielectric(let bsdf): facets(bsdf.microfacets, eta: bsdf.eta)
    case .roughPlastic(let bsdf): facets(bsdf.microfacets)
    case .principled(let bsdf): facets(bsdf.facets, eta: bsdf.transmittingWeight > 0 ? bsdf.eta : nil)
    case .principledThin(let bsdf): facets(bsdf.reflectingFacets, eta: bsdf.specTrans > 0 ? 1 : nil)
    case .diffuse, .conductor, .dielectric, .thinDielectric, .plastic, .null: nil
    }
  }
}
