import PenumbraTransport

extension SceneAssembler {
  /// A mesh shape: reads or makes its geometry, applies `to_world`, adds normals and declares it all in θ.
  mutating func mesh(_ plugin: ShapePlugin, _ reader: inout PropertyReader) throws(SceneError) -> Mesh {
    let node = reader.node
    let matrix = try reader.transform("to_world") ?? .identity
    guard matrix.determinant != 0 else {
      throw reader.outOfRange("to_world", "an invertible transform", found: "a singular one")
    }
    var data: MeshData
    var faceNormals = false
    if plugin == .cube {
      data = CubeMesh.data
    } else if plugin == .sdfgrid {
      data = try distanceSurface(&reader)
    } else {
      faceNormals = try reader.boolean("face_normals", default: false)
      let flip = plugin == .serialized ? false : try reader.boolean("flip_tex_coords", default: plugin == .obj)
      data = try load(plugin, &reader)
      if flip { data.flipTexcoords() }
    }
    data.transform(by: matrix)
    if faceNormals {
      data.normals = []
    } else if data.normals.isEmpty {
      data.normals = VertexNormals.compute(for: data)
    } else {
      data.alignWinding()
    }
    guard data.positions.allSatisfy({ $0.isFinite }) else {
      throw SceneError(.outOfRange, at: node.place, expected: "finite positions", found: "an overflow in to_world")
    }
    for name in ["to_world", "face_normals", "flip_tex_coords"] { bindings.bind(node, name, .omitted) }
    if faceNormals { bindings.bind(node, "face_normals", .boolean(true)) }
    return try declare(data, at: node.location.description)
  }

  /// The surface of a grid of distances: a mesh on it, close enough that no picture shows the difference.
  private mutating func distanceSurface(_ reader: inout PropertyReader) throws(SceneError) -> MeshData {
    let normals = try reader.choice("normals", default: DistanceGrid.Normals.smooth)
    guard let file = try reader.string("filename") else { throw reader.missing("'filename'") }
    let bytes = try SourceFile.read(file, referrer: reader.node.location, maximumBytes: SourceFile.maximumMeshBytes)
    let grid = try VolumeReader.read(bytes, file: file)
    let crossed = grid.crossedCells
    guard (1...DistanceGrid.maximumCrossed).contains(crossed.count) else {
      throw SceneError(
        .outOfRange, at: file, expected: "a surface in 1...\(DistanceGrid.maximumCrossed) cells of the grid",
        found: "\(crossed.count)")
    }
    bindings.bind(reader.node, "normals", .omitted)
    return grid.mesh(in: crossed, normals)
  }

  private mutating func load(_ plugin: ShapePlugin, _ reader: inout PropertyReader) throws(SceneError) -> MeshData {
    if case .mesh(let embedded)? = reader.take("filename")?.value { return embedded.data }
    guard let file = try reader.string("filename") else { throw reader.missing("'filename'") }
    let bytes = try SourceFile.read(file, referrer: reader.node.location, maximumBytes: SourceFile.maximumMeshBytes)
    switch plugin {
    case .obj: return try OBJReader.read(bytes, file: file)
    case .serialized:
      let index = try reader.integer("shape_index", default: 0, in: 0...Int(Int32.max))
      bindings.bind(reader.node, "shape_index", .omitted)
      return try SerializedReader.read(bytes, index: index, file: file)
    default: return try PLYReader.read(bytes, file: file)
    }
  }

  private mutating func declare(_ data: MeshData, at location: String) throws(SceneError) -> Mesh {
    let count = data.vertexCount
    builder.reserve(
      data.attributes.reduce(data.positions.count + data.normals.count + data.texcoords.count) { $0 + $1.values.count })
    let positions = try declare(
      Parameter(
        key: "vertex_positions", shape: [count, 3], unit: "world units", movesDiscontinuities: true),
      values: data.positions, at: location)
    var (normals, texcoords): (Int?, Int?)
    if !data.normals.isEmpty {
      normals = try declare(
        Parameter(key: "vertex_normals", shape: [count, 3]), values: data.normals, at: location)
    }
    if !data.texcoords.isEmpty {
      texcoords = try declare(
        Parameter(key: "vertex_texcoords", shape: [count, 2], isDifferentiable: false), values: data.texcoords,
        at: location)
    }
    var mesh = Mesh(
      positions: positions, vertexCount: count, triangles: data.triangles, normals: normals, texcoords: texcoords,
      pivot: SIMD3<Float>(data.boundingBoxCenter))
    for attribute in data.attributes {
      let entries = attribute.isPerFace ? data.triangles.count : count
      let offset = try declare(
        Parameter(key: attribute.name, shape: [entries, attribute.channels]), values: attribute.values, at: location)
      mesh.attributes.append(
        MeshAttribute(
          name: attribute.name, offset: offset, channels: attribute.channels, isPerFace: attribute.isPerFace))
    }
    return mesh
  }
}
