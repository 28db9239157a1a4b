extension MeshData {
  /// With `other` behind it. What only one of them has is filled up: normals by those of its triangles, the rest by zeros.
  mutating func append(_ other: MeshData) {
    guard vertexCount > 0 else { return self = other }
    var other = other
    if normals.isEmpty != other.normals.isEmpty {
      fillNormals()
      other.fillNormals()
    }
    if texcoords.isEmpty != other.texcoords.isEmpty {
      fillTexcoords()
      other.fillTexcoords()
    }
    for attribute in attributes where !other.attributes.contains(where: { $0.hasLayout(of: attribute) }) {
      other.attributes.append(attribute.zeros(for: other))
    }
    for attribute in other.attributes where !attributes.contains(where: { $0.name == attribute.name }) {
      attributes.append(attribute.zeros(for: self))
    }
    for index in attributes.indices {
      let same = other.attributes.first { $0.hasLayout(of: attributes[index]) }
      attributes[index].values += (same ?? attributes[index].zeros(for: other)).values
    }
    let first = UInt32(vertexCount)
    positions += other.positions
    normals += other.normals
    texcoords += other.texcoords
    triangles += other.triangles.map { $0 &+ SIMD3(repeating: first) }
  }

  private mutating func fillNormals() {
    guard normals.isEmpty else { return }
    self = unwelded
    normals = VertexNormals.compute(for: self)
  }

  private mutating func fillTexcoords() {
    if texcoords.isEmpty { texcoords = [Float](repeating: 0, count: 2 * vertexCount) }
  }
}

extension MeshData.Attribute {
  fileprivate func hasLayout(of other: MeshData.Attribute) -> Bool {
    name == other.name && channels == other.channels && isPerFace == other.isPerFace
  }

  /// The same attribute of another mesh, all zeros.
  fileprivate func zeros(for mesh: MeshData) -> MeshData.Attribute {
    var result = self
    result.values = [Float](repeating: 0, count: channels * (isPerFace ? mesh.triangles.count : mesh.vertexCount))
    return result
  }
}
