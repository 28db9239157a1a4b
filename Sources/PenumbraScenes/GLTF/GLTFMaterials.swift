import PenumbraImages

/// Metallic-roughness materials as `principled` BSDFs.
///
/// From the outside in: `mask` for alpha, `twosided`, `normalmap`, `principled`.
struct GLTFMaterials {
  private let file: GLTFFile
  private let materials: [JSONNode]
  private var pictures: GLTFPictures
  private var nodes: [Key: SceneNode] = [:]
  private var names: Set<String> = []
  private(set) var warnings: [String] = []
  private let location: SourceLocation

  private struct Key: Hashable {
    var material: Int
    var hasColors: Bool
  }

  init(_ file: GLTFFile) throws(SceneError) {
    self.file = file
    location = SourceLocation(file: file.path)
    materials = try file.root.children("materials")
    pictures = try GLTFPictures(file)
  }

  /// In the order of their first use.
  private(set) var shared: [SceneNode] = []

  /// The BSDF of a primitive.
  ///
  /// - Parameter index: `nil` for the default material.
  /// - Parameter hasColors: whether its vertices have colours, which the base colour is multiplied by.
  mutating func bsdf(_ index: Int?, hasColors: Bool, place: String) throws(SceneError) -> SceneNode {
    if let index, index >= materials.count {
      throw SceneError(.outOfRange, at: place, expected: "a material below \(materials.count)", found: "\(index)")
    }
    let key = Key(material: index ?? -1, hasColors: hasColors)
    if let known = nodes[key] { return known }
    let source = index == nil ? try JSONNode(.object([:]), place: place) : materials[index ?? 0]
    let name = freeName(try source.string("name") ?? "material")
    let node = try material(source, id: name, hasColors: hasColors)
    nodes[key] = node
    shared.append(node)
    return node
  }

  /// The area light of a primitive; `nil` when its material does not shine.
  mutating func emitter(_ index: Int?) throws(SceneError) -> SceneNode? {
    guard let index, index < materials.count else { return nil }
    let source = materials[index]
    let factor = try color(source, "emissiveFactor", fallback: 0)
    let strength =
      try source.addition("KHR_materials_emissive_strength")?.number("emissiveStrength", default: 1, in: 0...1e30) ?? 1
    let emitted = factor * strength
    guard emitted.max() > 0 else { return nil }
    let radiance: PropertyValue
    if let reference = try source.child("emissiveTexture") {
      let image = try pictures.picture(reference, raw: false).colors(times: emitted)
      guard image.values.contains(where: { $0 > 0 }) else { return nil }
      radiance = .object(try pictures.bitmap(image, like: reference, name: "radiance"))
    } else {
      radiance = .rgb(emitted)
    }
    return node(.emitter, "area", [("radiance", radiance)])
  }

  // MARK: - Parts

  private func node(
    _ kind: ObjectKind, _ plugin: String, id: String? = nil, _ properties: [(String, PropertyValue)]
  ) -> SceneNode {
    SceneNode(
      kind: kind, plugin: plugin, id: id, location: location,
      properties: properties.map { SceneNode.Property(name: $0, value: $1, location: location) })
  }

  private mutating func material(_ source: JSONNode, id: String, hasColors: Bool) throws(SceneError) -> SceneNode {
    let alpha = try source.string("alphaMode") ?? "OPAQUE"
    let isTwoSided = try source.boolean("doubleSided")
    let transmits = try source.addition("KHR_materials_transmission")?.number("transmissionFactor") ?? 0 > 0
    let opacity = alpha == "OPAQUE" ? nil : try opacity(source, isCutout: alpha == "MASK")
    let normal = try source.child("normalTexture")
    let needsTwoSided = isTwoSided && !transmits

    // Only the outermost BSDF has the name.
    let (plugin, base) = try base(source, hasColors: hasColors)
    var result = node(.bsdf, plugin, id: opacity == nil && !needsTwoSided && normal == nil ? id : nil, base)
    if let normal {
      let scale = try normal.number("scale", default: 1, in: 0...1e3)
      let image = try pictures.picture(normal, raw: true).colors(times: [1, 1, 1]).scalingNormals(by: Float(scale))
      let map = try pictures.bitmap(image, like: normal, name: "normalmap")
      result = node(
        .bsdf, "normalmap", id: opacity == nil && !needsTwoSided ? id : nil,
        [("normalmap", .object(map)), ("", .object(result))])
    }
    if needsTwoSided { result = node(.bsdf, "twosided", id: opacity == nil ? id : nil, [("", .object(result))]) }
    if let opacity { result = node(.bsdf, "mask", id: id, [("opacity", opacity), ("", .object(result))]) }
    return result
  }

  /// `principled`, or `diffuse` where nothing but diffuse light is scattered.
  private mutating func base(_ source: JSONNode, hasColors: Bool) throws(SceneError) -> (
    plugin: String, properties: [(String, PropertyValue)]
  ) {
    let properties = try principled(source, hasColors: hasColors)
    let metallic = try source.child("pbrMetallicRoughness")?.number("metallicFactor", default: 1, in: 0...1) ?? 1
    let coat = try source.addition("KHR_materials_clearcoat")
    let transmission = try source.addition("KHR_materials_transmission")
    guard try specular(source) == 0, metallic == 0, coat == nil, transmission == nil,
      let color = properties.first(where: { $0.0 == "base_color" })
    else { return ("principled", properties) }
    return ("diffuse", [("reflectance", color.1)])
  }

  private func specular(_ source: JSONNode) throws(SceneError) -> Double {
    try source.addition("KHR_materials_specular")?.number("specularFactor", default: 1, in: 0...1) ?? 1
  }

  /// With the factor of KHR_materials_specular in the reflectance at normal incidence, F = ((η − 1) / (η + 1))².
  private mutating func indexOfRefraction(_ source: JSONNode) throws(SceneError) -> Double {
    let eta = try source.addition("KHR_materials_ior")?.number("ior", default: 1.5, in: 1...100) ?? 1.5
    let factor = try specular(source)
    if let addition = try source.addition("KHR_materials_specular"),
      addition.has("specularTexture") || addition.has("specularColorFactor") || addition.has("specularColorTexture")
    {
      warnings.append("\(addition.place): colours and textures of the specular factor are left out")
    }
    guard factor != 1 else { return eta }
    let root = (eta - 1) / (eta + 1) * factor.squareRoot()
    return (1 + root) / (1 - root)
  }

  private mutating func principled(_ source: JSONNode, hasColors: Bool) throws(SceneError) -> [(String, PropertyValue)]
  {
    let empty = try JSONNode(.object([:]), place: source.place)
    let rough = try source.child("pbrMetallicRoughness") ?? empty
    var properties: [(String, PropertyValue)] = []

    let base = try rough.numbers("baseColorFactor", count: 4) ?? [1, 1, 1, 1]
    let factor = SIMD3(base[0], base[1], base[2]).clamped(lowerBound: .zero, upperBound: .one)
    if let reference = try rough.child("baseColorTexture") {
      let image = try pictures.picture(reference, raw: false).colors(times: factor)
      properties.append(("base_color", .object(try pictures.bitmap(image, like: reference, name: "base_color"))))
      if hasColors { warnings.append("\(source.place): vertex colours are left out where there is a colour texture") }
      try checkCoordinates(reference)
    } else if hasColors {
      // The colours were multiplied by the factor when the mesh was read.
      let texture = node(.texture, "mesh_attribute", [("name", .string("vertex_color"))])
      properties.append(("base_color", .object(texture)))
    } else {
      properties.append(("base_color", .rgb(factor)))
    }

    let metallic = try rough.number("metallicFactor", default: 1, in: 0...1)
    let roughness = try rough.number("roughnessFactor", default: 1, in: 0...1)
    if let reference = try rough.child("metallicRoughnessTexture") {
      try checkCoordinates(reference)
      let image = try pictures.picture(reference, raw: true)
      for (name, channel, factor) in [("metallic", "B", Float(metallic)), ("roughness", "G", Float(roughness))] {
        let texels = image.channel(channel) { min(max($0 * factor, 0), 1) }
        properties.append((name, .object(try pictures.bitmap(texels, like: reference, name: name))))
      }
    } else {
      properties += [("metallic", .float(metallic)), ("roughness", .float(roughness))]
    }

    properties.append(("eta", .float(try indexOfRefraction(source))))
    if let coat = try source.addition("KHR_materials_clearcoat") { properties += try clearcoat(coat) }
    if let transmission = try source.addition("KHR_materials_transmission") {
      properties.append(
        try scalar("spec_trans", transmission, "transmissionFactor", "transmissionTexture", channel: "R", fallback: 0))
    }
    for name in ["KHR_materials_sheen", "KHR_materials_volume", "KHR_materials_iridescence"]
    where try source.addition(name) != nil {
      warnings.append("\(source.place): \(name) is left out")
    }
    return properties
  }

  /// `principled` has a gloss g with α = 0.1 + g (0.001 − 0.1); glTF has α = roughness².
  private mutating func clearcoat(_ coat: JSONNode) throws(SceneError) -> [(String, PropertyValue)] {
    let strength = try scalar("clearcoat", coat, "clearcoatFactor", "clearcoatTexture", channel: "R", fallback: 0)
    let roughness = try coat.number("clearcoatRoughnessFactor", default: 0, in: 0...1)
    func gloss(_ r: Double) -> Double { min(max((0.1 - r * r) / 0.099, 0), 1) }
    guard let reference = try coat.child("clearcoatRoughnessTexture") else {
      return [strength, ("clearcoat_gloss", .float(gloss(roughness)))]
    }
    let texels = try pictures.picture(reference, raw: true).channel("G") { Float(gloss(Double($0) * roughness)) }
    return [strength, ("clearcoat_gloss", .object(try pictures.bitmap(texels, like: reference, name: "gloss")))]
  }

  /// A factor, or one channel of a texture times it.
  private mutating func scalar(
    _ name: String, _ source: JSONNode, _ factorName: String, _ textureName: String, channel: String,
    fallback: Double
  ) throws(SceneError) -> (String, PropertyValue) {
    let factor = try source.number(factorName, default: fallback, in: 0...1)
    guard factor > 0, let reference = try source.child(textureName) else { return (name, .float(factor)) }
    let texels = try pictures.picture(reference, raw: true).channel(channel) { $0 * Float(factor) }
    return (name, .object(try pictures.bitmap(texels, like: reference, name: name)))
  }

  /// Alpha, or 0 and 1 below and above the cutoff.
  private mutating func opacity(_ source: JSONNode, isCutout: Bool) throws(SceneError) -> PropertyValue {
    let rough = try source.child("pbrMetallicRoughness")
    let base = try rough?.numbers("baseColorFactor", count: 4)
    let factor = min(max(base?[3] ?? 1, 0), 1)
    let cutoff = try source.number("alphaCutoff", default: 0.5, in: 0...1e3)
    func visible(_ alpha: Double) -> Double { isCutout ? (alpha >= cutoff ? 1 : 0) : alpha }
    guard let reference = try rough?.child("baseColorTexture") else { return .float(visible(factor)) }
    let texels = try pictures.picture(reference, raw: false).channel("A") { Float(visible(Double($0) * factor)) }
    return .object(try pictures.bitmap(texels, like: reference, name: "opacity"))
  }

  private mutating func checkCoordinates(_ reference: JSONNode) throws(SceneError) {
    let own = try reference.integer("texCoord")
    let set = try reference.addition("KHR_texture_transform")?.integer("texCoord") ?? own
    if let set, set > 0 { warnings.append("\(reference.place): texture coordinates \(set) are read as set 0") }
  }

  /// Base colour that vertex colours are multiplied by.
  func colorFactor(_ index: Int?) throws(SceneError) -> SIMD3<Double> {
    guard let index, index < materials.count, let rough = try materials[index].child("pbrMetallicRoughness"),
      let base = try rough.numbers("baseColorFactor", count: 4)
    else { return .one }
    return SIMD3(base[0], base[1], base[2])
  }

  private func color(_ source: JSONNode, _ name: String, fallback: Double) throws(SceneError) -> SIMD3<Double> {
    guard let values = try source.numbers(name, count: 3) else { return SIMD3(repeating: fallback) }
    let color = SIMD3(values[0], values[1], values[2])
    guard color.min() >= 0, color.max() <= 1e30 else {
      throw SceneError(.outOfRange, at: "\(source.place).\(name)", expected: "a colour", found: "\(values)")
    }
    return color
  }

  /// Letters, digits, `_` and `-`, numbered where taken.
  mutating func freeName(_ name: String) -> String {
    let safe = String(name.prefix(60).map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "_" })
    return SceneAssembler.freeName(safe.isEmpty ? "object" : safe, &names)
  }
}

extension Image {
  /// Tangential components of encoded normals times a factor; pictures of normals stay unnormalised.
  fileprivate func scalingNormals(by factor: Float) -> Image {
    guard factor != 1 else { return self }
    var result = self
    for index in result.values.indices where index % 3 < 2 {
      result.values[index] = min(max((values[index] * 2 - 1) * factor * 0.5 + 0.5, 0), 1)
    }
    return result
  }
}
