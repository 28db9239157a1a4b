/// The thin principled material (Burley 2015) with the parametrisation and lobes of Mitsuba 3: a sheet, the same from
/// both sides, that reflects and transmits.
struct PrincipledThinBSDF<S: ShadingScalar>: BSDF {
  var baseColor: Color<S>
  var roughness, anisotropic, specTrans, eta, specTint: S
  var sheen, sheenTint, flatness: S
  /// 0...2.
  var diffTrans: S
  /// Relative probabilities of specular reflection and transmission, diffuse reflection and transmission.
  var rates: SIMD4<Float>

  private func facets(_ roughness: S) -> Microfacets<S> {
    let r2 = roughness * roughness
    let aspect = (1 - anisotropic * 0.9).safeSquareRoot()
    return Microfacets(.ggx, alphaU: (r2 / aspect).atLeast(1e-3), alphaV: (r2 * aspect).atLeast(1e-3))
  }

  var reflectingFacets: Microfacets<S> { facets(roughness) }
  /// Rougher with the index of refraction (Burley 2015, figure 15).
  var transmittingFacets: Microfacets<S> { facets((eta * 0.65 - 0.35) * roughness) }

  /// A lobe counts when its weight is positive, or when the derivative at weight 0 is asked for.
  @inline(__always) private func counts(_ weight: S) -> Bool { weight.value > 0 || S.carriesTangent }

  func evaluate(wi: Vector<S>, wo: Vector<S>) -> Color<S> {
    guard wi.z.value != 0, wo.z.value != 0 else { return .zero }
    // The sheet is the same from below.
    let (wi, wo) = wi.z.value < 0 ? (-wi, -wo) : (wi, wo)
    let isReflection = wo.z.value > 0
    // Transmission is reflection seen in a mirror that lies in the sheet.
    let mirrored = isReflection ? wo : Vector(wo.x, wo.y, -wo.z)
    let m = (wi + mirrored).normalized()
    var value = Color<S>.zero
    if counts(specTrans) {
      value = specular(wi, wo, m, isReflection)
    }
    let diffuse = 1 - specTrans
    if isReflection {
      value = value + diffuseAndSheen(wi, wo, m) * (diffuse * (1 - diffTrans * 0.5))
    } else if counts(diffTrans) {
      value = value + baseColor * (diffuse * diffTrans * wo.z.magnitude * (0.5 / .pi))
    }
    return value
  }

  private func specular(_ wi: Vector<S>, _ wo: Vector<S>, _ m: Vector<S>, _ isReflection: Bool) -> Color<S> {
    guard Microfacets<S>.facesAgree(wi.dot(m).value, wo.dot(m).value, 1, isReflection) else { return .zero }
    let facets = isReflection ? reflectingFacets : transmittingFacets
    let d = facets.density(m)
    guard d.value != 0 else { return .zero }
    let scale = specTrans * d * facets.shadowing(wi, wo, m) / (wi.z * 4)
    let f = Fresnel.dielectric(wi.dot(m), eta: eta).reflectance
    guard isReflection else { return baseColor * ((1 - f) * scale) }
    guard counts(specTint) else { return Color(f * scale) }
    let root = (eta - 1) / (eta + 1)
    let tinted = Fresnel.schlick(tint * (root * root), wi.dot(m), eta: eta)
    return Color(f).mixed(with: tinted, specTint) * scale
  }

  private func diffuseAndSheen(_ wi: Vector<S>, _ wo: Vector<S>, _ m: Vector<S>) -> Color<S> {
    let cosD = m.dot(wo)
    let fo = Fresnel.schlickWeight(wo.z)
    let fi = Fresnel.schlickWeight(wi.z)
    let rr = roughness * cosD * cosD * 2
    var shape = (1 - fi * 0.5) * (1 - fo * 0.5) + rr * (fo + fi + fo * fi * (rr - 1))
    if counts(flatness) {
      let one = S(1)
      let fss = one.mixed(with: rr * 0.5, fo) * one.mixed(with: rr * 0.5, fi)
      shape = shape.mixed(with: (fss * ((wo.z + wi.z).reciprocal() - 0.5) + 0.5) * 1.25, flatness)
    }
    var value = baseColor * (wo.z * shape * (1 / .pi))
    if counts(sheen) {
      let color = counts(sheenTint) ? Color(S(1)).mixed(with: tint, sheenTint) : Color(S(1))
      value = value + color * (sheen * Fresnel.schlickWeight(cosD.magnitude) * wo.z)
    }
    return value
  }

  /// Base colour without its luminance.
  private var tint: Color<S> {
    let luminance = baseColor.luminance
    return luminance.value > 0 ? baseColor * luminance.reciprocal() : Color(S(1))
  }
}

extension PrincipledThinBSDF: SampledBSDF where S == Float {

  /// Probabilities of the lobes in the order of `rates`.
  private var probabilities: SIMD4<Float> {
    let diffuse = 1 - specTrans
    let p = rates * SIMD4(specTrans * 0.5, specTrans * 0.5, diffuse * (1 - diffTrans * 0.5), diffuse * diffTrans * 0.5)
    let sum = p.sum()
    return sum > 0 ? p / sum : .zero
  }

  func pdf(wi: Vector3, wo: Vector3) -> Float {
    guard wi.z != 0, wo.z != 0 else { return 0 }
    let (wi, wo) = wi.z < 0 ? (-wi, -wo) : (wi, wo)
    let isReflection = wo.z > 0
    let mirrored = Vector3(wo.x, wo.y, abs(wo.z))
    let m = (wi + mirrored).normalized
    let p = probabilities
    var density = (isReflection ? p.z : p.w) * Warp.cosineHemisphereDensity(mirrored)
    let specular = isReflection ? p.x : p.y
    if specular > 0, Microfacets<Float>.facesAgree(dot(wi, m), dot(wo, m), 1, isReflection) {
      let facets = isReflection ? reflectingFacets : transmittingFacets
      density += specular * facets.visibleDensity(wi, m) / (4 * abs(dot(mirrored, m)))
    }
    return density
  }

  func sample(wi: Vector3, lobe: Float, u: SIMD2<Float>) -> BSDFSample? {
    guard wi.z != 0 else { return nil }
    let facing = wi.z < 0 ? -wi : wi
    let p = probabilities
    let isSpecular = lobe < p.x + p.y
    let transmits = isSpecular ? lobe >= p.x : lobe >= p.x + p.y + p.z
    var wo: Vector3
    if isSpecular {
      let facets = transmits ? transmittingFacets : reflectingFacets
      let m = facets.sampleVisible(facing, u)
      wo = reflect(facing, about: m)
      guard wo.z > 0 else { return nil }
      if transmits { wo.z = -wo.z }
      guard Microfacets<Float>.facesAgree(dot(facing, m), dot(wo, m), 1, !transmits) else { return nil }
    } else {
      wo = Warp.cosineHemisphere(u)
      if transmits { wo.z = -wo.z }
    }
    if wi.z < 0 { wo = -wo }
    let density = pdf(wi: wi, wo: wo)
    guard density > 0 else { return nil }
    return BSDFSample(wo: wo, value: evaluate(wi: Vector(wi), wo: Vector(wo)).value, pdf: density)
  }
}
