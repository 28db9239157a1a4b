import PenumbraImages

/// Materials of a glTF asset that is being written.
struct GLTFMaterialWriter {
  private(set) var materials: [GLTFMaterial] = []
  private(set) var textures = GLTFTextures()
  private(set) var losses: [String] = []
  private var names: Set<String> = []

  /// Extensions that the materials use.
  var extensions: Set<String> {
    var used = Set(materials.flatMap { $0.extensions?.used ?? [] })
    if textures.usesTransform { used.insert("KHR_texture_transform") }
    return used
  }

  /// Adds a material and returns its number.
  mutating func add(_ model: SurfaceModel) throws(ImageError) -> Int {
    let name = SceneAssembler.freeName(model.name, &names)
    var model = model
    var material = GLTFMaterial(name: name, pbrMetallicRoughness: try metallicRoughness(&model, name))
    setAlpha(of: &material, model.opacity)
    if let normals = model.normals?.grid {
      material.normalTexture = try reference(normals, isColor: false, "\(name)_normal", &model.losses)
    }
    if model.isTwoSided { material.doubleSided = true }
    var extensions = GLTFMaterial.Extensions()
    try addLayers(of: &model, name, to: &extensions)
    try addEmission(of: &model, name, to: &material, &extensions)
    if !extensions.used.isEmpty { material.extensions = extensions }
    losses += model.losses.map { "material '\(name)': \($0) is left out" }
    materials.append(material)
    return materials.count - 1
  }

  // MARK: - Parts

  private mutating func metallicRoughness(_ model: inout SurfaceModel, _ name: String) throws(ImageError)
    -> GLTFMaterial.MetallicRoughness
  {
    let (color, colorFactor) = split(model.baseColor)
    var result = GLTFMaterial.MetallicRoughness(
      baseColorFactor: [colorFactor.x, colorFactor.y, colorFactor.z, 1], metallicFactor: 0, roughnessFactor: 1)
    if let alpha = model.opacity.grid {
      // The texture of the base colour has the alpha.
      let merged = SurfaceField.texels(alpha).combined(with: color.map { .texels($0) } ?? .number(1)) { a, _ in a }
      let colors = SurfaceField.texels(alpha).combined(with: color.map { .texels($0) } ?? .number(1)) { _, c in c }
      if let alphas = merged.grid, let colors = colors.grid {
        if let color, color.layout != alpha.layout { model.losses.append("the colour texture below the mask") }
        let values = zip(colors.values, alphas.values).flatMap { [$0.x, $0.y, $0.z, $1.x] }
        result.baseColorTexture = try textures.reference(
          values, like: alphas, isColor: true, name: "\(name)_base_color", losses: &model.losses)
      }
    } else {
      result.baseColorFactor[3] = min(max(model.opacity.mean.x, 0), 1)
      if let color {
        result.baseColorTexture = try reference(color, isColor: true, "\(name)_base_color", &model.losses)
      }
    }
    if model.metallic.grid == nil && model.roughness.grid == nil {
      result.metallicFactor = unit(model.metallic.mean.x)
      result.roughnessFactor = unit(model.roughness.mean.x)
      return result
    }
    // Green is roughness, blue metal.
    result.metallicFactor = model.metallic.grid == nil ? unit(model.metallic.mean.x) : 1
    result.roughnessFactor = model.roughness.grid == nil ? unit(model.roughness.mean.x) : 1
    let one = SurfaceField.number(1)
    let (rough, metal) = (
      model.roughness.grid == nil ? one : model.roughness, model.metallic.grid == nil ? one : model.metallic
    )
    if let a = rough.grid, let b = metal.grid, a.layout != b.layout {
      model.losses.append("one of two texture transforms")
    }
    if let both = rough.combined(with: metal, { [0, $0.x, $1.x] }).grid {
      result.metallicRoughnessTexture = try reference(both, isColor: false, "\(name)_metallic_roughness", &model.losses)
    }
    return result
  }

  private func setAlpha(of material: inout GLTFMaterial, _ opacity: SurfaceField) {
    if opacity.constant == .one { return }
    let isCutout = opacity.grid?.values.allSatisfy { $0.x == 0 || $0.x == 1 } ?? false
    material.alphaMode = isCutout ? "MASK" : "BLEND"
    if isCutout { material.alphaCutoff = 0.5 }
  }

  private mutating func addLayers(
    of model: inout SurfaceModel, _ name: String, to extensions: inout GLTFMaterial.Extensions
  ) throws(ImageError) {
    if model.clearcoat.maximum.max() > 0 {
      var coat = GLTFMaterial.Extensions.Clearcoat(
        clearcoatFactor: model.clearcoat.grid == nil ? unit(model.clearcoat.mean.x) : 1,
        clearcoatRoughnessFactor: model.clearcoatRoughness.grid == nil ? unit(model.clearcoatRoughness.mean.x) : 1)
      if let grid = model.clearcoat.grid {
        coat.clearcoatTexture = try reference(grid, isColor: false, "\(name)_clearcoat", &model.losses)
      }
      if let grid = model.clearcoatRoughness.grid {
        coat.clearcoatRoughnessTexture = try reference(
          grid, isColor: false, "\(name)_clearcoat_roughness", &model.losses)
      }
      extensions.clearcoat = coat
    }
    if model.transmission.maximum.max() > 0 {
      var transmission = GLTFMaterial.Extensions.Transmission(
        transmissionFactor: model.transmission.grid == nil ? unit(model.transmission.mean.x) : 1)
      if let grid = model.transmission.grid {
        transmission.transmissionTexture = try reference(grid, isColor: false, "\(name)_transmission", &model.losses)
      }
      extensions.transmission = transmission
    }
    if model.indexOfRefraction != 1.5 { extensions.indexOfRefraction = .init(ior: max(model.indexOfRefraction, 1)) }
    if model.specular != 1 { extensions.specular = .init(specularFactor: unit(model.specular)) }
  }

  /// A factor in 0...1, a texture in 0...1, and the strength that both are multiplied by.
  private mutating func addEmission(
    of model: inout SurfaceModel, _ name: String, to material: inout GLTFMaterial,
    _ extensions: inout GLTFMaterial.Extensions
  ) throws(ImageError) {
    guard let emission = model.emission else { return }
    let (texels, factor) = split(emission, isBounded: false)
    let strength = max(factor.max(), 1)
    material.emissiveFactor = [factor.x / strength, factor.y / strength, factor.z / strength]
    if strength != 1 { extensions.strength = .init(emissiveStrength: strength) }
    if let texels {
      material.emissiveTexture = try reference(texels, isColor: true, "\(name)_emission", &model.losses)
    }
  }

  private mutating func reference(_ grid: TexelGrid, isColor: Bool, _ name: String, _ losses: inout [String])
    throws(ImageError) -> GLTFMaterial.Reference
  {
    let isGrey = grid.values.allSatisfy { $0.x == $0.y && $0.y == $0.z }
    let values = isGrey ? grid.values.map(\.x) : grid.values.flatMap { [$0.x, $0.y, $0.z] }
    return try textures.reference(values, like: grid, isColor: isColor, name: name, losses: &losses)
  }

  private func unit(_ value: Float) -> Float { min(max(value, 0), 1) }

  /// Texels and the factor they are multiplied by. The factor is 1 where 8 bits hold the texels as they are; elsewhere it
  /// is their maximum, so that the codes are used in full.
  private func split(_ field: SurfaceField, isBounded: Bool = true) -> (TexelGrid?, SIMD3<Float>) {
    guard let grid = field.grid else {
      if case .attribute(_, _) = field { return (nil, .one) }
      let limit = SIMD3<Float>(repeating: isBounded ? 1 : .infinity)
      return (nil, field.mean.clamped(lowerBound: .zero, upperBound: limit))
    }
    let isCoded = grid.values.allSatisfy { texel in
      (0..<3).allSatisfy { c in
        let decoded = SRGB.decoded8[Int(SRGB.quantized(texel[c], maximum: 255))]
        return abs(decoded - texel[c]) < 1e-6
      }
    }
    if isCoded { return (grid, .one) }
    var factor = field.maximum.clamped(
      lowerBound: .zero, upperBound: SIMD3(repeating: isBounded ? 1 : .infinity))
    factor.replace(with: 1, where: factor .<= 0)
    let texels = grid.map { ($0 / factor).clamped(lowerBound: .zero, upperBound: .one) }
    return (texels, factor)
  }
}
