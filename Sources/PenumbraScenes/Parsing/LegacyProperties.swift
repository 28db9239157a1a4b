/// Properties that files before version 2.0.0 spelled or split differently.
enum LegacyProperties {
  static func upgrade(_ properties: inout [SceneNode.Property], kind: ObjectKind, plugin: String) {
    if kind == .bsdf, plugin == "diffuse" {
      for index in properties.indices where properties[index].name == "diffuse_reflectance" {
        properties[index].name = "reflectance"
      }
    }
    if kind == .texture { joinTextureTransform(&properties) }
  }

  /// `uoffset`, `voffset`, `uscale` and `vscale` become one `to_uv`.
  private static func joinTextureTransform(_ properties: inout [SceneNode.Property]) {
    var (offset, scale) = (SIMD3<Double>.zero, SIMD3<Double>(1, 1, 1))
    var place: SourceLocation?
    properties.removeAll { property in
      guard case .float(let value) = property.value else { return false }
      switch property.name {
      case "uoffset": offset.x = value
      case "voffset": offset.y = value
      case "uscale": scale.x = value
      case "vscale": scale.y = value
      default: return false
      }
      place = property.location
      return true
    }
    guard let place else { return }
    let matrix = Matrix4.scale(scale) * Matrix4.translation(offset)
    properties.append(.init(name: "to_uv", value: .transform(matrix), location: place))
  }
}
