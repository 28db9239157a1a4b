/// Turns shapes into what the kernel reads.
struct ShapeRecordBuilder {
  let structure: SceneStructure
  let layout: ExpansionLayout
  let values: UnsafeMutablePointer<Float>

  /// Corner indices, 3 per triangle; empty for analytic shapes.
  static func triangles(of shape: Shape) -> OwnedBuffer<UInt32> {
    switch shape.geometry {
    case .mesh(let mesh): return mesh.triangles.storage
    case .rectangle: return OwnedBuffer([0, 1, 2, 2, 3, 0])
    case .sphere, .disk, .cylinder: return OwnedBuffer([])
    }
  }

  func record(_ index: Int, triangles: OwnedBuffer<UInt32>, areas: OwnedBuffer<Float>?) -> ShapeRecord {
    let shape = structure.shapes[index]
    let offset = Int32(layout.shapeOffsets[index])
    var record = ShapeRecord(
      kind: .mesh, orientation: shape.flipNormals ? -1 : 1, material: Int32(shape.material.index),
      triangles: UnsafePointer(triangles.base))
    record.triangleCount = Int32(triangles.count / 3)
    switch shape.geometry {
    case .mesh(let mesh):
      record.positions = offset
      record.texcoords = mesh.texcoords.map { Int32($0) } ?? -1
      record.normals = layout.meshes.first { $0.shape == index }?.normals.map { Int32($0) } ?? -1
    case .rectangle:
      record.isRectangle = true
      record.positions = offset
      record.texcoords = offset + 12
    case .sphere:
      record.kind = .sphere
      record.matrix = offset
    case .disk:
      record.kind = .disk
      record.matrix = offset
    case .cylinder:
      record.kind = .cylinder
      record.matrix = offset
    }
    for (i, emitter) in structure.emitters.enumerated() {
      if case .area(let id, let radiance) = emitter.source, id.index == index {
        record.emitter = Int32(i)
        record.needsUV = record.needsUV || isTextured(radiance)
      }
    }
    if let areas {
      record.triangleAreas = CumulativeTable(cumulative: UnsafePointer(areas.base), count: areas.count)
    }
    record.needsTangent = isAnisotropic(shape.material)
    let isShown = structure.integrator.aovs.contains { $0.kind == .uv }
    record.needsUV = record.needsUV || record.needsTangent || isShown || usesUV(shape.material)
    record.packetKind = packetKind(shape.material)
    record.wrapsPackets = record.packetKind == nil && perturbations(shape.material).map { $0 <= 1 } ?? false
    if record.kind == .mesh { record.turnedKind = turnedKind(shape.material) }
    return record
  }

  private func packetKind(_ id: MaterialID) -> PacketKind? {
    kind(ofSidesOf: id) { MaterialRecord(structure.materials[$0.index]).packetKind }
  }

  /// The kind of a BSDF under one bump or normal map.
  private func turnedKind(_ id: MaterialID) -> PacketKind? {
    kind(ofSidesOf: id) {
      switch structure.materials[$0.index] {
      case .normalMap, .bumpMap:
        structure.materials[$0.index].children.first.flatMap {
          MaterialRecord(structure.materials[$0.index]).packetKind
        }
      default: nil
      }
    }
  }

  /// `nil` where front and back are of two kinds.
  private func kind(ofSidesOf id: MaterialID, _ kind: (MaterialID) -> PacketKind?) -> PacketKind? {
    guard case .twosided(let front, let back) = structure.materials[id.index] else { return kind(id) }
    let found = kind(front)
    return found == kind(back) ? found : nil
  }

  /// How often the normal is turned at most before a material scatters in packets; `nil` where it may scatter alone.
  private func perturbations(_ id: MaterialID) -> Int? {
    let material = structure.materials[id.index]
    let children = material.children
    if children.isEmpty { return MaterialRecord(material).packetKind == nil ? nil : 0 }
    var most = 0
    for child in children {
      guard let count = perturbations(child) else { return nil }
      most = max(most, count)
    }
    switch material {
    case .normalMap, .bumpMap: return most + 1
    // Light that passes a mask meets no surface at all.
    case .mask: return nil
    default: return most
    }
  }

  private func isTextured(_ id: TextureID) -> Bool {
    if case .constant = structure.textures[id.index] { return false }
    return true
  }

  private func usesUV(_ id: MaterialID) -> Bool { textures(of: id).contains { isTextured($0) } }

  private func textures(of id: MaterialID) -> [TextureID] {
    let material = structure.materials[id.index]
    return material.textures + material.children.flatMap { textures(of: $0) }
  }

  /// Whether the direction of the tangents matters: it then needs dp/du at every hit.
  private func isAnisotropic(_ id: MaterialID) -> Bool {
    switch structure.materials[id.index] {
    case .roughConductor(_, let u, let v, _, _, _), .roughDielectric(_, let u, let v, _, _, _): u != v
    // Constant zero stays isotropic only while nobody changes it, and θ may change; a keyless constant cannot.
    case .principled(let p): !isHiddenZero(p.anisotropic)
    case .principledThin(let p): !isHiddenZero(p.anisotropic)
    case .normalMap, .bumpMap: true
    case .twosided(let front, let back): isAnisotropic(front) || isAnisotropic(back)
    case .blend(_, let first, let second): isAnisotropic(first) || isAnisotropic(second)
    case .mask(_, let nested): isAnisotropic(nested)
    case .diffuse, .conductor, .dielectric, .thinDielectric, .plastic, .roughPlastic, .null: false
    }
  }

  private func isHiddenZero(_ id: TextureID) -> Bool {
    guard case .constant(let offset, _) = structure.textures[id.index], values[offset] == 0 else { return false }
    return !structure.parameters.all.contains { $0.range.contains(offset) }
  }
}
