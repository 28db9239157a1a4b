extension MeshData {
  /// The same surface with equal vertices made one: those with the same position, normal, texture coordinates and colour.
  ///
  /// Meshes with other values at their vertices stay as they are.
  var welded: MeshData {
    let perVertex = attributes.filter { !$0.isPerFace }
    guard perVertex.count <= 1, perVertex.allSatisfy({ $0.channels <= 3 }) else { return self }
    var numbers: [SIMD16<UInt32>: UInt32] = [:]
    numbers.reserveCapacity(vertexCount / 3)
    var (kept, target): ([Int], [UInt32]) = ([], [])
    target.reserveCapacity(vertexCount)
    for vertex in 0..<vertexCount {
      let key = key(of: vertex, perVertex.first)
      if let known = numbers[key] {
        target.append(known)
      } else {
        numbers[key] = UInt32(kept.count)
        target.append(UInt32(kept.count))
        kept.append(vertex)
      }
    }
    guard kept.count < vertexCount else { return self }
    func pick(_ values: [Float], _ n: Int) -> [Float] {
      values.isEmpty ? [] : kept.flatMap { values[(n * $0)..<(n * $0 + n)] }
    }
    var result = MeshData(
      positions: pick(positions, 3), normals: pick(normals, 3), texcoords: pick(texcoords, 2),
      triangles: triangles.map { [target[Int($0.x)], target[Int($0.y)], target[Int($0.z)]] })
    result.attributes = attributes.map { attribute in
      var attribute = attribute
      if !attribute.isPerFace { attribute.values = pick(attribute.values, attribute.channels) }
      return attribute
    }
    return result
  }

  private func key(of vertex: Int, _ attribute: Attribute?) -> SIMD16<UInt32> {
    var key = SIMD16<UInt32>.zero
    func put(_ values: [Float], _ n: Int, at first: Int) {
      guard !values.isEmpty else { return }
      // −0 and 0 are the same place.
      for c in 0..<n { key[first + c] = (values[n * vertex + c] + 0).bitPattern }
    }
    put(positions, 3, at: 0)
    put(normals, 3, at: 3)
    put(texcoords, 2, at: 6)
    if let attribute { put(attribute.values, attribute.channels, at: 8) }
    return key
  }
}
