/// Reads PLY meshes: ASCII and binary of both byte orders; `x y z`, `nx ny nz`, `u v` (or `s t`) and polygons.
///
/// Vertices keep the order of the file. Polygons become fans of triangles. Other properties are skipped.
struct PLYReader {
  private var values: PLYValues
  private var mesh = MeshData()

  static func read(_ bytes: [UInt8], file: String) throws(SceneError) -> MeshData {
    var scanner = ByteScanner(file: file, bytes: bytes)
    let header = try PLYHeader(&scanner)
    guard let vertex = header.elements.first(where: { $0.name == "vertex" }), vertex.count > 0 else {
      throw SceneError(.malformed, at: file, expected: "an element 'vertex' with entries", found: "none")
    }
    guard header.elements.contains(where: { $0.name == "face" && $0.count > 0 }) else {
      throw SceneError(.malformed, at: file, expected: "an element 'face' with entries", found: "none")
    }
    var reader = PLYReader(values: PLYValues(scanner: scanner, encoding: header.encoding))
    for element in header.elements { try reader.read(element, vertexCount: vertex.count) }
    return reader.mesh
  }

  private init(values: PLYValues) { self.values = values }

  private mutating func read(_ element: PLYHeader.Element, vertexCount: Int) throws(SceneError) {
    let file = values.scanner.file
    guard !element.properties.isEmpty || element.count == 0 else {
      throw SceneError(.malformed, at: file, expected: "properties of element '\(element.name)'", found: "none")
    }
    let available = values.scanner.bytes.count - values.scanner.offset
    let needed = element.minimumBytes(values.encoding).multipliedReportingOverflow(by: element.count)
    guard !needed.overflow, needed.partialValue <= available + 1 else {
      throw SceneError(
        .malformed, at: file, expected: "\(element.count) entries of '\(element.name)'",
        found: "\(available) bytes left in the file")
    }
    switch element.name {
    case "vertex": if !readPackedVertices(element) { try readVertices(element) }
    case "face":
      if !readPackedFaces(element, vertexCount: vertexCount) { try readFaces(element, vertexCount: vertexCount) }
    default:
      for _ in 0..<element.count {
        for property in element.properties { try skip(property) }
      }
    }
  }

  // MARK: - The usual layouts, a whole element at once

  /// - Returns: whether the element was read; where it was not, the general way reads it or says what is wrong.
  private mutating func readPackedVertices(_ element: PLYHeader.Element) -> Bool {
    guard mesh.positions.isEmpty, values.encoding == .littleEndian, let packed = PackedVertices(element) else {
      return false
    }
    guard let result = packed.read(values.scanner.bytes, at: values.scanner.offset) else { return false }
    (mesh.positions, mesh.normals, mesh.texcoords) = result
    values.scanner.offset += packed.byteCount
    return true
  }

  private mutating func readPackedFaces(_ element: PLYHeader.Element, vertexCount: Int) -> Bool {
    guard mesh.triangles.isEmpty, values.encoding == .littleEndian, let packed = PackedTriangles(element),
      let triangles = packed.read(values.scanner.bytes, at: values.scanner.offset, vertexCount: vertexCount)
    else { return false }
    mesh.triangles = triangles
    values.scanner.offset += packed.byteCount
    return true
  }

  private mutating func skip(_ property: PLYHeader.Property) throws(SceneError) {
    var count = 1
    if let type = property.countType { count = try listCount(type) }
    for _ in 0..<count { _ = try values.next(property.type) }
  }

  private mutating func listCount(_ type: PLYHeader.Scalar) throws(SceneError) -> Int {
    let count = try values.next(type)
    guard count >= 0, count <= Double(MeshData.maximumCount), count == count.rounded() else {
      throw fault("the length of a list", found: "\(count)")
    }
    return Int(count)
  }

  // MARK: - Vertices

  /// Where a vertex property goes.
  private enum Target { case position(Int), normal(Int), texcoord(Int), attribute(Int, Int), nowhere }

  private static func target(_ name: String) -> Target {
    switch name {
    case "x": .position(0)
    case "y": .position(1)
    case "z": .position(2)
    case "nx": .normal(0)
    case "ny": .normal(1)
    case "nz": .normal(2)
    case "u", "s", "texture_u": .texcoord(0)
    case "v", "t", "texture_v": .texcoord(1)
    default: .nowhere
    }
  }

  private mutating func readVertices(_ element: PLYHeader.Element) throws(SceneError) {
    guard mesh.positions.isEmpty else { throw fault("one element 'vertex'", found: "a second one") }
    let names = Set(element.properties.map(\.name))
    guard names.isSuperset(of: ["x", "y", "z"]) else {
      throw fault("vertex properties x, y and z", found: names.sorted().joined(separator: ", "))
    }
    let hasNormals = names.isSuperset(of: ["nx", "ny", "nz"])
    let hasTexcoords =
      names.isSuperset(of: ["u", "v"]) || names.isSuperset(of: ["s", "t"])
      || names.isSuperset(of: ["texture_u", "texture_v"])
    mesh.positions = [Float](repeating: 0, count: 3 * element.count)
    if hasNormals { mesh.normals = mesh.positions }
    if hasTexcoords { mesh.texcoords = [Float](repeating: 0, count: 2 * element.count) }
    let columns = PLYAttributes(element, prefix: "vertex_")
    let first = mesh.attributes.count
    mesh.attributes += columns.attributes(count: element.count)
    let targets = element.properties.enumerated().map { index, property -> Target in
      if let (attribute, channel) = columns.column(index) { return .attribute(first + attribute, channel) }
      return property.countType == nil ? Self.target(property.name) : .nowhere
    }
    for vertex in 0..<element.count {
      for (property, target) in zip(element.properties, targets) {
        if case .nowhere = target {
          try skip(property)
          continue
        }
        let value = Float(try values.next(property.type))
        guard value.isFinite else {
          throw fault("a finite number for '\(property.name)' of vertex \(vertex)", found: "\(value)")
        }
        switch target {
        case .position(let axis): mesh.positions[3 * vertex + axis] = value
        case .normal(let axis): if hasNormals { mesh.normals[3 * vertex + axis] = value }
        case .texcoord(let axis): if hasTexcoords { mesh.texcoords[2 * vertex + axis] = value }
        case .attribute(let index, let channel):
          mesh.attributes[index].values[mesh.attributes[index].channels * vertex + channel] = value
        case .nowhere: break
        }
      }
    }
  }

  // MARK: - Faces

  private mutating func readFaces(_ element: PLYHeader.Element, vertexCount: Int) throws(SceneError) {
    guard mesh.triangles.isEmpty else { throw fault("one element 'face'", found: "a second one") }
    guard element.properties.contains(where: Self.isIndexList) else {
      throw fault(
        "a face property list 'vertex_indices'", found: element.properties.map(\.name).joined(separator: ", "))
    }
    mesh.triangles.reserveCapacity(element.count)
    let columns = PLYAttributes(element, prefix: "face_")
    let first = mesh.attributes.count
    mesh.attributes += columns.attributes(count: 0)
    for face in 0..<element.count {
      let before = mesh.triangles.count
      var row = columns.emptyRow
      for (index, property) in element.properties.enumerated() {
        if Self.isIndexList(property) {
          try readPolygon(property, face: face, vertexCount: vertexCount)
        } else if let (attribute, channel) = columns.column(index) {
          row[attribute][channel] = Float(try values.next(property.type))
          guard row[attribute][channel].isFinite else {
            throw fault("a finite number for '\(property.name)' of face \(face)", found: "\(row[attribute][channel])")
          }
        } else {
          try skip(property)
        }
      }
      // A polygon's value belongs to every triangle of its fan.
      for _ in before..<mesh.triangles.count {
        for (index, values) in row.enumerated() { mesh.attributes[first + index].values += values }
      }
    }
  }

  private static func isIndexList(_ property: PLYHeader.Property) -> Bool {
    property.countType != nil && (property.name == "vertex_indices" || property.name == "vertex_index")
  }

  private mutating func readPolygon(_ list: PLYHeader.Property, face: Int, vertexCount: Int) throws(SceneError) {
    let count = try listCount(list.countType ?? .uint8)
    guard count >= 3 else { throw fault("at least 3 corners in face \(face)", found: "\(count)") }
    var (first, previous) = (UInt32(0), UInt32(0))
    for corner in 0..<count {
      let index = try values.next(list.type)
      guard index >= 0, index < Double(vertexCount), index == index.rounded() else {
        throw fault("indices below \(vertexCount) in face \(face)", found: "\(index)", .outOfRange)
      }
      let current = UInt32(index)
      if corner == 0 { first = current }
      if corner >= 2 { mesh.triangles.append([first, previous, current]) }
      previous = current
    }
  }

  private func fault(_ expected: String, found: String, _ code: SceneError.Code = .malformed) -> SceneError {
    guard values.encoding == .ascii else {
      return SceneError(code, at: values.scanner.file, expected: expected, found: found)
    }
    return values.scanner.fault(expected, found: found, code)
  }
}
