/// An attribute of a mesh as the kernel reads it.
struct AttributeRecord {
  /// Offset of the values in the expanded vector.
  var offset: Int32 = 0
  var channels: Int32 = 1
  var isPerFace = false
}

/// A point of a shape by triangle and barycentric coordinates.
struct SurfacePlace {
  var shape: UnsafePointer<ShapeRecord>?
  var primitive: Int32 = 0
  var barycentric = SIMD2<Float>.zero
}

extension AttributeRecord {
  /// For each mesh that carries attributes, one record per texture of the scene.
  ///
  /// - Throws: when a shape is shaded with an attribute that it has not, or a light is.
  static func tables(_ structure: SceneStructure) throws(TransportError) -> [Int: OwnedBuffer<AttributeRecord>] {
    var names: [Int: String] = [:]
    for (index, texture) in structure.textures.enumerated() {
      if case .meshAttribute(let name, _) = texture { names[index] = name }
    }
    guard !names.isEmpty else { return [:] }
    for emitter in structure.emitters {
      for id in emitter.textures where names[id.index] != nil {
        throw TransportError(
          .invalidScene, "emitter \(emitter.id): mesh attributes are supported in materials only, not in lights")
      }
    }
    var tables: [Int: OwnedBuffer<AttributeRecord>] = [:]
    for (index, shape) in structure.shapes.enumerated() {
      var records = [AttributeRecord](repeating: AttributeRecord(), count: structure.textures.count)
      for (texture, name) in names {
        if let attribute = shape.attributes.first(where: { $0.name == name }) {
          records[texture] = AttributeRecord(
            offset: Int32(attribute.offset), channels: Int32(attribute.channels), isPerFace: attribute.isPerFace)
        } else if structure.textures(of: shape.material).contains(where: { $0.index == texture }) {
          let known = shape.attributes.map { "'\($0.name)'" }.joined(separator: ", ")
          throw TransportError(
            .invalidScene,
            "shape \(shape.id): its material reads the attribute '\(name)', the shape has \(known.isEmpty ? "none" : known)"
          )
        }
      }
      if !shape.attributes.isEmpty { tables[index] = OwnedBuffer(records) }
    }
    return tables
  }
}

extension Shape {
  var attributes: [MeshAttribute] {
    if case .mesh(let mesh) = geometry { return mesh.attributes }
    return []
  }
  var vertexCount: Int {
    if case .mesh(let mesh) = geometry { return mesh.vertexCount }
    return 0
  }
  var triangleCount: Int {
    if case .mesh(let mesh) = geometry { return mesh.triangles.count }
    return 0
  }
}

extension Emitter {
  /// Textures that its light is read from.
  var textures: [TextureID] {
    switch source {
    case .area(_, let id), .point(_, let id), .directional(_, let id), .constant(let id): [id]
    case .spot(let id, let picture, _, _, _): [id] + (picture.map { [$0] } ?? [])
    case .projector(let id, _, _, _, _): [id]
    case .environment: []
    }
  }
}

extension SceneStructure {
  /// Every texture that a material and those inside it read.
  func textures(of id: MaterialID) -> [TextureID] {
    let material = materials[id.index]
    return material.textures + material.children.flatMap { textures(of: $0) }
  }
}

extension KernelScene {
  /// Textures for lookups at a surface point.
  @inline(__always) func textures(at hit: SurfaceHit) -> TextureTable {
    var table = textures
    table.place = SurfacePlace(
      shape: shapes + Int(hit.shape), primitive: hit.primitive, barycentric: hit.barycentric)
    return table
  }
}

extension TextureTable {
  @inline(__always) func footprint(_ id: Int32, _ uv: SIMD2<Float>, isScalar: Bool = false) -> TextureFootprint {
    let record = records + Int(id)
    if record.pointee.kind == .attribute {
      return attributeFootprint(record.pointee, id, scale: values[Int(record.pointee.offset)])
    }
    return record.pointee.footprint(at: uv, isScalar: isScalar)
  }

  /// RGB of an attribute at the corners of the point's triangle: what `attributeFootprint` sums to.
  @inline(__always) func attributeColor(_ record: TextureRecord, _ id: Int32) -> Spectrum? {
    guard let shape = place.shape, let attributes = shape.pointee.attributes else { return nil }
    let attribute = attributes[Int(id)]
    guard !attribute.isPerFace, attribute.channels == 3 else { return nil }
    let (i0, i1, i2) = shape.pointee.corners(place.primitive)
    let (b, scale) = (place.barycentric, values[Int(record.offset)])
    func corner(_ index: Int) -> Spectrum { ShapeRecord.load(values, attribute.offset, index) }
    let first: Spectrum = corner(i0) * ((1 - b.x - b.y) * scale) + corner(i1) * (b.x * scale)
    return first + corner(i2) * (b.y * scale)
  }

  /// Values at the corners of the point's triangle, weighted by barycentric coordinates, or the value of its face.
  func attributeFootprint(_ record: TextureRecord, _ id: Int32, scale: Float) -> TextureFootprint {
    guard let shape = place.shape, let attributes = shape.pointee.attributes else {
      return record.footprint(at: .zero)
    }
    let attribute = attributes[Int(id)]
    if attribute.isPerFace {
      return TextureFootprint(
        offsets: SIMD4(repeating: attribute.offset + place.primitive * attribute.channels),
        weights: SIMD4(scale, 0, 0, 0),
        count: 1, channels: attribute.channels)
    }
    let (i0, i1, i2) = shape.pointee.corners(place.primitive)
    let b = place.barycentric
    let corners = SIMD4<Int32>(Int32(i0), Int32(i1), Int32(i2), Int32(i0))
    let (perU, perV) = shape.pointee.barycentricPerUV(values, (i0, i1, i2))
    return TextureFootprint(
      offsets: corners &* SIMD4(repeating: attribute.channels) &+ SIMD4(repeating: attribute.offset),
      weights: SIMD4(1 - b.x - b.y, b.x, b.y, 0) * scale,
      weightsU: SIMD4(-perU.x - perU.y, perU.x, perU.y, 0) * scale,
      weightsV: SIMD4(-perV.x - perV.y, perV.x, perV.y, 0) * scale, count: 3, channels: attribute.channels)
  }
}

extension ShapeRecord {
  /// ∂(b₁, b₂)/∂u and ∂v on a triangle; a mesh without texture coordinates has (u, v) = (b₁, b₂).
  fileprivate func barycentricPerUV(_ e: UnsafePointer<Float>, _ i: (Int, Int, Int)) -> (SIMD2<Float>, SIMD2<Float>) {
    guard texcoords >= 0 else { return ([1, 0], [0, 1]) }
    let t0 = Self.load2(e, texcoords, i.0)
    let d1 = Self.load2(e, texcoords, i.1) - t0
    let d2 = Self.load2(e, texcoords, i.2) - t0
    let determinant = d1.x * d2.y - d1.y * d2.x
    guard determinant != 0 else { return (.zero, .zero) }
    return (SIMD2(d2.y, -d1.y) / determinant, SIMD2(-d2.x, d1.x) / determinant)
  }
}
