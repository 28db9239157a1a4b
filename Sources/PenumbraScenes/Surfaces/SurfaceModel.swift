import PenumbraTransport

/// A material in the terms of metallic-roughness shading: base colour, metal, roughness, and thin layers around them.
struct SurfaceModel {
  var name = "material"
  var baseColor = SurfaceField.number(0.5)
  var metallic = SurfaceField.number(0)
  /// The square root of the microfacet α.
  var roughness = SurfaceField.number(1)
  var indexOfRefraction: Float = 1.5
  /// Factor on the reflectance of the dielectric surface; 0 for one that only scatters diffusely.
  var specular: Float = 1
  var clearcoat = SurfaceField.number(0)
  var clearcoatRoughness = SurfaceField.number(0)
  var transmission = SurfaceField.number(0)
  var opacity = SurfaceField.number(1)
  /// Normals in the surface's frame, encoded as (n + 1) / 2.
  var normals: SurfaceField?
  var isTwoSided = false
  /// Radiance.
  var emission: SurfaceField?
  /// Nothing of the surface is seen.
  var isInvisible = false
  /// What could not be carried over, in words.
  var losses: [String] = []

  /// - Parameter id: any material of the scene, wrappers included.
  init(_ id: MaterialID, in scene: Scene) {
    self.init(scene.structure.materials[id.index], in: scene)
    name = Self.name(of: id, in: scene) ?? name
  }

  private init(_ material: Material, in scene: Scene) {
    func color(_ id: TextureID) -> SurfaceField { SurfaceField(id, in: scene) }
    func number(_ id: TextureID) -> SurfaceField { SurfaceField(id, in: scene, isScalar: true) }
    switch material {
    case .diffuse(let reflectance):
      baseColor = color(reflectance)
      specular = 0
    case .conductor(let eta, let k, let reflectance):
      setMetal(eta: color(eta), k: color(k), tint: color(reflectance))
      roughness = .number(0)
    case .roughConductor(_, let u, let v, let eta, let k, let reflectance):
      setMetal(eta: color(eta), k: color(k), tint: color(reflectance))
      setRoughness(number(u), number(v))
    case .dielectric(let eta, let reflectance, let transmittance),
      .thinDielectric(let eta, let reflectance, let transmittance):
      setGlass(eta: scene.theta[eta], color(reflectance), color(transmittance))
      roughness = .number(0)
    case .roughDielectric(_, let u, let v, let eta, let reflectance, let transmittance):
      setGlass(eta: scene.theta[eta], color(reflectance), color(transmittance))
      setRoughness(number(u), number(v))
    case .plastic(let eta, let diffuse, _, _):
      baseColor = color(diffuse)
      indexOfRefraction = scene.theta[eta]
      roughness = .number(0)
    case .roughPlastic(_, let alpha, let eta, let diffuse, _, _):
      baseColor = color(diffuse)
      indexOfRefraction = scene.theta[eta]
      setRoughness(number(alpha), number(alpha))
    case .principled(let p): setPrincipled(p, color, number, scene.theta)
    case .principledThin(let p): setPrincipledThin(p, color, number)
    case .null: isInvisible = true
    case .twosided(let front, let back):
      self = Self(scene.structure.materials[front.index], in: scene)
      if front != back { losses.append("the material of the back") }
      isTwoSided = true
    case .mask(let opacity, let nested):
      self = Self(scene.structure.materials[nested.index], in: scene)
      self.opacity = self.opacity.combined(with: number(opacity)) { $0 * $1 }
    case .blend(let weight, let first, let second):
      let materials = scene.structure.materials
      self = Self(materials[first.index], in: scene)
        .mixed(with: Self(materials[second.index], in: scene), weight: number(weight))
    case .normalMap(let normals, let nested, _):
      self = Self(scene.structure.materials[nested.index], in: scene)
      if self.normals != nil { losses.append("the inner of two normal maps") }
      self.normals = color(normals)
    case .bumpMap(_, _, let nested, _):
      self = Self(scene.structure.materials[nested.index], in: scene)
      losses.append("the bump map")
    }
  }

  // MARK: - Parts

  /// Reflectance at normal incidence, |(η + ik − 1) / (η + ik + 1)|².
  private mutating func setMetal(eta: SurfaceField, k: SurfaceField, tint: SurfaceField) {
    let one = SIMD3<Float>.one
    baseColor = eta.combined(with: k) { eta, k in
      ((eta - one) * (eta - one) + k * k) / ((eta + one) * (eta + one) + k * k)
    }.combined(with: tint) { $0 * $1 }
    metallic = .number(1)
  }

  private mutating func setGlass(eta: Float, _ reflectance: SurfaceField, _ transmittance: SurfaceField) {
    baseColor = transmittance
    transmission = .number(1)
    indexOfRefraction = eta
    if reflectance.constant != .one { losses.append("the colour of reflections on glass") }
  }

  private mutating func setRoughness(_ u: SurfaceField, _ v: SurfaceField) {
    roughness = u.combined(with: v) { a, b in (a * b).squareRoot().squareRoot() }
    if let a = u.constant, let b = v.constant, a != b { losses.append("the direction of the roughness") }
  }

  private mutating func setPrincipled(
    _ p: Material.Principled, _ color: (TextureID) -> SurfaceField, _ number: (TextureID) -> SurfaceField,
    _ theta: [Float]
  ) {
    baseColor = color(p.baseColor)
    (metallic, roughness) = (number(p.metallic), number(p.roughness))
    let value = theta[p.etaOffset]
    indexOfRefraction = p.etaIsSpecular ? 2 / (1 - (0.08 * value).squareRoot()) - 1 : value
    transmission = number(p.specTrans)
    clearcoat = number(p.clearcoat)
    // α = 0.1 + gloss (0.001 − 0.1), and α = roughness².
    clearcoatRoughness = number(p.clearcoatGloss).map { gloss in
      (0.1 - 0.099 * gloss).clamped(lowerBound: .zero, upperBound: .one).squareRoot()
    }
    for (input, name) in [(p.sheen, "sheen"), (p.anisotropic, "anisotropy"), (p.flatness, "flatness")]
    where number(input).maximum.max() > 0 { losses.append(name) }
  }

  private mutating func setPrincipledThin(
    _ p: Material.PrincipledThin, _ color: (TextureID) -> SurfaceField, _ number: (TextureID) -> SurfaceField
  ) {
    baseColor = color(p.baseColor)
    roughness = number(p.roughness)
    transmission = number(p.specTrans)
    indexOfRefraction = number(p.eta).mean.x
    for (input, name) in [
      (p.sheen, "sheen"), (p.anisotropic, "anisotropy"), (p.flatness, "flatness"),
      (p.diffTrans, "diffuse transmission"),
    ] where number(input).maximum.max() > 0 { losses.append(name) }
    isTwoSided = true
  }

  /// The share `weight` of `other` and the rest of this.
  private func mixed(with other: SurfaceModel, weight: SurfaceField) -> SurfaceModel {
    func mix(_ input: KeyPath<SurfaceModel, SurfaceField>) -> SurfaceField {
      // (1 − w) a first, then w b on top: two steps, since fields are combined in pairs.
      let rest = self[keyPath: input].combined(with: weight) { a, w in a * (.one - w) }
      let share = other[keyPath: input].combined(with: weight) { b, w in b * w }
      return rest.combined(with: share, +)
    }
    let w = weight.mean.x
    var result = w < 0.5 ? self : other
    for input in [
      \SurfaceModel.baseColor, \.metallic, \.roughness, \.clearcoat, \.clearcoatRoughness, \.transmission, \.opacity,
    ] { result[keyPath: input] = mix(input) }
    result.indexOfRefraction = (1 - w) * indexOfRefraction + w * other.indexOfRefraction
    result.specular = (1 - w) * specular + w * other.specular
    result.isTwoSided = isTwoSided && other.isTwoSided
    result.isInvisible = isInvisible && other.isInvisible
    result.losses = losses + other.losses + ["the exact blend of two materials"]
    return result
  }

  // MARK: - Names

  /// What a scene file calls the material: the first part of the keys of its numbers, or the parts up to `bsdf` where a
  /// shape owns it.
  private static func name(of id: MaterialID, in scene: Scene) -> String? {
    let material = scene.structure.materials[id.index]
    for texture in material.textures {
      guard let offset = scene.structure.textures[texture.index].firstOffset else { continue }
      if let name = name(ofNumberAt: offset, in: scene) { return name }
    }
    if let offset = material.number, let name = name(ofNumberAt: offset, in: scene) { return name }
    for child in material.children { if let name = name(of: child, in: scene) { return name } }
    return nil
  }

  private static func name(ofNumberAt offset: Int, in scene: Scene) -> String? {
    // Parameters are in the order of θ.
    let all = scene.structure.parameters.all
    var (low, high) = (0, all.count)
    while low < high {
      let middle = (low + high) / 2
      if all[middle].range.upperBound <= offset { low = middle + 1 } else { high = middle }
    }
    guard low < all.count, all[low].range.contains(offset) else { return nil }
    let parts = all[low].key.split(separator: ".")
    guard let last = parts.firstIndex(of: "bsdf") else { return parts.first.map(String.init) }
    return parts[...last].joined(separator: "_")
  }
}

extension Texture {
  /// Where its numbers are in θ; `nil` where they belong to a mesh.
  fileprivate var firstOffset: Int? {
    switch self {
    case .constant(let offset, _): offset
    case .bitmap(let offset, _, _, _, _, _, _): offset
    case .checkerboard(let offset, _, _, _, _): offset
    case .meshAttribute: nil
    }
  }
}
