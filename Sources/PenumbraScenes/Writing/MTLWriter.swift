import PenumbraImages

/// Wavefront MTL with the entries for physically based shading, and the PNG textures of base colours.
struct MTLWriter {
  private let name: String
  private var text = ""
  private var names: Set<String> = []
  private var textures: [(path: String, bytes: [UInt8])] = []
  private(set) var losses: [String] = []

  /// - Parameter name: of the files, without extension.
  init(name: String) { self.name = name }

  /// Textures, then the MTL file.
  var files: [(path: String, bytes: [UInt8])] { textures + [("\(name).mtl", Array(text.utf8))] }

  /// Adds a material and returns its name.
  mutating func add(_ model: SurfaceModel) throws(ImageError) -> String {
    let material = SceneAssembler.freeName(OBJWriter.word(model.name), &names)
    text += "newmtl \(material)\n"
    let metallic = model.metallic.mean.x
    color("Kd", model.baseColor.grid == nil ? model.baseColor.mean : .one)
    let reflects = model.specular > 0 || metallic > 0
    color("Ks", SIMD3(repeating: reflects ? 1 : 0))
    if reflects { text += "Pr \(model.roughness.mean.x)\nPm \(metallic)\nNi \(max(model.indexOfRefraction, 1))\n" }
    let opacity = min(max(model.opacity.mean.x, 0), 1)
    if opacity < 1 { text += "d \(opacity)\n" }
    if let emission = model.emission { color("Ke", emission.mean) }
    if let grid = model.baseColor.grid { try addTexture(grid, of: material) }
    note(model, material)
    return material
  }

  private mutating func addTexture(_ grid: TexelGrid, of material: String) throws(ImageError) {
    let image = Image(
      width: grid.width, height: grid.height, values: grid.values.flatMap { [$0.x, $0.y, $0.z] })
    let path = "\(name)_textures/\(material).png"
    textures.append((path, try image.encoded(as: .png, name: path)))
    text += "map_Kd \(path)\n"
    if grid.layout.transform != [1, 0, 0, 0, 1, 0] { losses.append("material '\(material)': to_uv is left out") }
  }

  private mutating func note(_ model: SurfaceModel, _ material: String) {
    var missing = model.losses
    let fields = [(model.metallic, "metallic"), (model.roughness, "roughness"), (model.opacity, "opacity")]
    for (field, name) in fields where field.grid != nil { missing.append("the \(name) texture") }
    if model.transmission.maximum.max() > 0 { missing.append("transmission") }
    if model.clearcoat.maximum.max() > 0 { missing.append("clearcoat") }
    if model.normals != nil { missing.append("the normal map") }
    if model.emission?.grid != nil { missing.append("the texture of the emission") }
    losses += missing.map { "material '\(material)': \($0) is left out" }
  }

  private mutating func color(_ keyword: String, _ value: SIMD3<Float>) {
    text += "\(keyword) \(value.x) \(value.y) \(value.z)\n"
  }
}
