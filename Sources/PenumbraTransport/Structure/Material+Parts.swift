/// What a material is made of.
extension Material {
  /// Its own textures, in the order of the kernel's slots.
  public var textures: [TextureID] {
    switch self {
    case .diffuse(let reflectance): [reflectance]
    case .conductor(let eta, let k, let specular): [eta, k, specular]
    case .roughConductor(_, let u, let v, let eta, let k, let specular): [eta, k, specular, u, v]
    case .dielectric(_, let reflectance, let transmittance), .thinDielectric(_, let reflectance, let transmittance):
      [reflectance, transmittance]
    case .roughDielectric(_, let u, let v, _, let reflectance, let transmittance): [reflectance, transmittance, u, v]
    case .plastic(_, let diffuse, let specular, _): [diffuse, specular]
    case .roughPlastic(_, let alpha, _, let diffuse, let specular, _): [diffuse, specular, alpha]
    case .principled(let p):
      [
        p.baseColor, p.roughness, p.anisotropic, p.metallic, p.specTrans, p.specTint, p.sheen, p.sheenTint,
        p.flatness, p.clearcoat, p.clearcoatGloss,
      ]
    case .principledThin(let p):
      [
        p.baseColor, p.roughness, p.anisotropic, p.specTrans, p.eta, p.specTint, p.sheen, p.sheenTint, p.flatness,
        p.diffTrans,
      ]
    case .mask(let opacity, _): [opacity]
    case .blend(let weight, _, _): [weight]
    case .normalMap(let normals, _, _): [normals]
    case .bumpMap(let heights, _, _, _): [heights]
    case .null, .twosided: []
    }
  }

  /// θ offset of its single number: an index of refraction or the scale of a bump map.
  public var number: Int? {
    switch self {
    case .dielectric(let eta, _, _), .thinDielectric(let eta, _, _), .roughDielectric(_, _, _, let eta, _, _),
      .plastic(let eta, _, _, _), .roughPlastic(_, _, let eta, _, _, _):
      eta
    case .principled(let p): p.etaOffset
    case .bumpMap(_, let scale, _, _): scale
    case .diffuse, .conductor, .roughConductor, .principledThin, .null, .twosided, .mask, .blend, .normalMap: nil
    }
  }

  /// The materials that a wrapper wraps; empty for BSDFs.
  public var children: [MaterialID] {
    switch self {
    case .twosided(let front, let back): [front, back]
    case .mask(_, let nested), .normalMap(_, let nested, _), .bumpMap(_, _, let nested, _): [nested]
    case .blend(_, let first, let second): [first, second]
    case .diffuse, .conductor, .roughConductor, .dielectric, .roughDielectric, .thinDielectric, .plastic,
      .roughPlastic, .principled, .principledThin, .null:
      []
    }
  }

  /// Whether it turns the shading frame.
  var isPerturbation: Bool {
    switch self {
    case .normalMap, .bumpMap: true
    default: false
    }
  }

  /// How deep wrappers may be nested, and how many of them may turn the frame: every one owns derivative lanes.
  public static let maximumNesting = 8
  public static let maximumPerturbations = 4
}
