/// The principled material (Burley 2012, 2015) with the parametrisation and lobes of Mitsuba 3.
struct PrincipledBSDF<S: ShadingScalar>: BSDF {
  var baseColor: Color<S>
  var roughness, anisotropic, metallic, specTrans, specTint: S
  var sheen, sheenTint, flatness, clearcoat, clearcoatGloss: S
  var eta: S
  /// Relative probabilities of specular, clearcoat and diffuse sampling.
  var rates: Vector3

  /// η from `specular` in 0...1; 0 would be no interface at all, so it stays just above.
  static func eta(specular: S) -> S {
    let s = specular.atLeast(1e-3)
    return (1 - (s * 0.08).safeSquareRoot()).reciprocal() * 2 - 1
  }

  var facets: Microfacets<S> {
    let r2 = roughness * roughness
    let aspect = (1 - anisotropic * 0.9).safeSquareRoot()
    return Microfacets(.ggx, alphaU: (r2 / aspect).atLeast(1e-3), alphaV: (r2 * aspect).atLeast(1e-3))
  }

  /// Weights of the reflecting and of the transmitting base.
  var reflectingWeight: S { (1 - metallic) * (1 - specTrans) }
  var transmittingWeight: S { (1 - metallic) * specTrans }

  /// A lobe counts when its weight is positive, or when the derivative at weight 0 is asked for.
  @inline(__always) private func counts(_ weight: S) -> Bool { weight.value > 0 || S.carriesTangent }

  func evaluate(wi: Vector<S>, wo: Vector<S>) -> Color<S> {
    let isReflection = wi.z.value * wo.z.value > 0
    let front = wi.z.value > 0
    guard wi.z.value != 0, wo.z.value != 0, isReflection || counts(transmittingWeight) else { return .zero }
    guard front || counts(transmittingWeight) else { return .zero }
    let etaPath = front ? eta : eta.reciprocal()
    let m = Microfacets.halfVector(wi, wo, isReflection ? S(1) : etaPath)
    let iM = wi.dot(m)
    let oM = wo.dot(m)
    let f = Fresnel.dielectric(iM, eta: eta)
    guard Microfacets<S>.facesAgree(iM.value, oM.value, wi.z.value, isReflection) else {
      return isReflection && front ? diffuseAndSheen(wi, wo, m) : .zero
    }
    let d = facets.density(m)
    let g = facets.shadowing(wi, wo, m)
    guard isReflection else {
      guard f.reflectance.value < 1 else { return .zero }
      let denominator = iM + etaPath * oM
      let scale = transmittingWeight * (1 - f.reflectance) * d * g * (iM * oM) / (wi.z * denominator * denominator)
      return baseColor.map { $0.safeSquareRoot() } * scale.magnitude
    }
    var value = Color<S>.zero
    if f.reflectance.value > 0 {
      value = fresnel(f.reflectance, iM, front) * (d * g / (wi.z.magnitude * 4))
    }
    guard front else { return value }
    if counts(clearcoat) { value = value + Color(clearcoatValue(wi, wo, m, iM)) }
    return value + diffuseAndSheen(wi, wo, m)
  }

  /// Base colour without its luminance.
  private var tint: Color<S> {
    let luminance = baseColor.luminance
    return luminance.value > 0 ? baseColor * luminance.reciprocal() : Color(S(1))
  }

  private func fresnel(_ dielectric: S, _ cosine: S, _ front: Bool) -> Color<S> {
    guard front else { return Color(transmittingWeight * dielectric) }
    var value = Color((1 - metallic) * (1 - specTint) * dielectric)
    if counts(metallic) { value = value + Fresnel.schlick(baseColor, cosine, eta: eta) * metallic }
    if counts(specTint) {
      let forward = cosine.value >= 0 ? eta : eta.reciprocal()
      let root = (forward - 1) / (forward + 1)
      value = value + Fresnel.schlick(tint * (root * root), cosine, eta: eta) * ((1 - metallic) * specTint)
    }
    return value
  }

  private func clearcoatValue(_ wi: Vector<S>, _ wo: Vector<S>, _ m: Vector<S>, _ iM: S) -> S {
    let lobe = ClearcoatLobe(gloss: clearcoatGloss)
    let g = lobe.shadowing(wi, m) * lobe.shadowing(wo, m)
    return clearcoat * 0.25 * Fresnel.schlick(Color(S(0.04)), iM, eta: eta).r * lobe.density(m) * g * wo.z.magnitude
  }

  private func diffuseAndSheen(_ wi: Vector<S>, _ wo: Vector<S>, _ m: Vector<S>) -> Color<S> {
    let cosO = wo.z.magnitude
    let cosD = m.dot(wo)
    var value = Color<S>.zero
    if counts(reflectingWeight) {
      let fo = Fresnel.schlickWeight(cosO)
      let fi = Fresnel.schlickWeight(wi.z.magnitude)
      let rr = roughness * cosD * cosD * 2
      let retro = rr * (fo + fi + fo * fi * (rr - 1))
      var shape = (1 - fi * 0.5) * (1 - fo * 0.5) + retro
      if counts(flatness) { shape = shape.mixed(with: flattened(rr * 0.5, fo, fi, cosO + wi.z.magnitude), flatness) }
      value = baseColor * (reflectingWeight * cosO * shape * (1 / .pi))
    }
    if counts(sheen) {
      let color = counts(sheenTint) ? Color(S(1)).mixed(with: tint, sheenTint) : Color(S(1))
      value = value + color * (sheen * (1 - metallic) * Fresnel.schlickWeight(cosD.magnitude) * cosO)
    }
    return value
  }

  /// Hanrahan–Krueger-like subsurface shape (Burley 2012).
  private func flattened(_ fss90: S, _ fo: S, _ fi: S, _ cosines: S) -> S {
    let one = S(1)
    let fss = one.mixed(with: fss90, fo) * one.mixed(with: fss90, fi)
    return (fss * (cosines.reciprocal() - 0.5) + 0.5) * 1.25
  }
}
