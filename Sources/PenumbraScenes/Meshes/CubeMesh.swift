/// The cube [−1, 1]³ with four vertices for each face, so that faces have their own normals and texture.
enum CubeMesh {
  static let data: MeshData = {
    var mesh = MeshData()
    for (face, (normal, corners)) in faces.enumerated() {
      for corner in corners {
        mesh.positions += [corner.x, corner.y, corner.z]
        mesh.normals += [normal.x, normal.y, normal.z]
      }
      mesh.texcoords += [0, 1, 1, 1, 1, 0, 0, 0]
      let first = UInt32(4 * face)
      mesh.triangles += [[first, first + 1, first + 2], [first + 3, first, first + 2]]
    }
    return mesh
  }()

  /// In the order of the vertices that `vertex_positions` lists.
  private static let faces: [(normal: SIMD3<Float>, corners: [SIMD3<Float>])] = [
    ([0, -1, 0], [[1, -1, -1], [1, -1, 1], [-1, -1, 1], [-1, -1, -1]]),
    ([0, 1, 0], [[1, 1, -1], [-1, 1, -1], [-1, 1, 1], [1, 1, 1]]),
    ([1, 0, 0], [[1, -1, -1], [1, 1, -1], [1, 1, 1], [1, -1, 1]]),
    ([0, 0, 1], [[1, -1, 1], [1, 1, 1], [-1, 1, 1], [-1, -1, 1]]),
    ([-1, 0, 0], [[-1, -1, 1], [-1, 1, 1], [-1, 1, -1], [-1, -1, -1]]),
    ([0, 0, -1], [[1, 1, -1], [1, -1, -1], [-1, -1, -1], [-1, 1, -1]]),
  ]
}
