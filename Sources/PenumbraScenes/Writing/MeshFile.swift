/// Mesh files for callers that have no scene around their mesh.
public enum MeshFile {
  /// A binary little-endian PLY.
  ///
  /// - Parameters:
  ///   - positions: shape [vertices × 3].
  ///   - normals: unit vectors, shape [vertices × 3]; empty for flat shading.
  ///   - texcoords: shape [vertices × 2]; empty for none.
  public static func ply(
    positions: [Float], normals: [Float] = [], texcoords: [Float] = [], triangles: [SIMD3<UInt32>]
  ) -> [UInt8] {
    let count = positions.count / 3
    precondition(normals.isEmpty || normals.count == 3 * count, "\(normals.count) normal values for \(count) vertices")
    precondition(
      texcoords.isEmpty || texcoords.count == 2 * count, "\(texcoords.count) uv values for \(count) vertices")
    return PLYWriter.bytes(
      of: MeshData(positions: positions, normals: normals, texcoords: texcoords, triangles: triangles))
  }
}
