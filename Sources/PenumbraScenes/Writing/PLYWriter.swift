import PenumbraTransport

/// Meshes as binary little-endian PLY, with the pose applied.
enum PLYWriter {
  /// - Parameter shape: a mesh.
  static func bytes(of shape: Shape, theta: [Float]) -> [UInt8] {
    guard case .mesh(let mesh) = shape.geometry else { preconditionFailure("shape \(shape.id) is not a mesh") }
    return bytes(of: MeshData(mesh, pose: shape.pose, theta: theta))
  }

  static func bytes(of mesh: MeshData) -> [UInt8] {
    let (hasNormals, hasTexcoords) = (!mesh.normals.isEmpty, !mesh.texcoords.isEmpty)
    var names = ["x", "y", "z"]
    if hasNormals { names += ["nx", "ny", "nz"] }
    if hasTexcoords { names += ["u", "v"] }
    let perVertex = mesh.attributes.filter { !$0.isPerFace }
    let perFace = mesh.attributes.filter(\.isPerFace)
    names += PLYAttributes.properties(perVertex)
    var header = "ply\nformat binary_little_endian 1.0\nelement vertex \(mesh.vertexCount)\n"
    for name in names { header += "property float \(name)\n" }
    header += "element face \(mesh.triangles.count)\nproperty list uchar int vertex_indices\n"
    for name in PLYAttributes.properties(perFace) { header += "property float \(name)\n" }
    header += "end_header\n"
    var result = Array(header.utf8)
    result.reserveCapacity(result.count + 4 * names.count * mesh.vertexCount + 13 * mesh.triangles.count)
    for vertex in 0..<mesh.vertexCount {
      for axis in 0..<3 { append(mesh.positions[3 * vertex + axis].bitPattern, to: &result) }
      if hasNormals { for axis in 0..<3 { append(mesh.normals[3 * vertex + axis].bitPattern, to: &result) } }
      if hasTexcoords { for axis in 0..<2 { append(mesh.texcoords[2 * vertex + axis].bitPattern, to: &result) } }
      append(perVertex, at: vertex, to: &result)
    }
    for (face, corners) in mesh.triangles.enumerated() {
      result.append(3)
      for corner in 0..<3 { append(corners[corner], to: &result) }
      append(perFace, at: face, to: &result)
    }
    return result
  }

  private static func append(_ attributes: [MeshData.Attribute], at index: Int, to bytes: inout [UInt8]) {
    for attribute in attributes {
      for c in 0..<attribute.channels {
        append(attribute.values[attribute.channels * index + c].bitPattern, to: &bytes)
      }
    }
  }

  private static func append(_ value: UInt32, to bytes: inout [UInt8]) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }
}
