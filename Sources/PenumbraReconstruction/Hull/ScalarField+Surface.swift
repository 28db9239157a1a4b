import PenumbraScenes

extension ScalarField {
  /// The zero surface as a closed mesh, if the field is positive on its border (`closeBorder`); normals point to positive
  /// values.
  var surface: TriangleMesh {
    var marching = MarchingTetrahedra(size: size)
    for z in 0..<(size.z - 1) {
      for y in 0..<(size.y - 1) {
        for x in 0..<(size.x - 1) { marching.addCube(SIMD3(x, y, z)) { values[$0] } }
      }
    }
    var mesh = TriangleMesh()
    mesh.triangles = marching.triangles
    mesh.positions = marching.vertices.map { vertex in
      let (p, q) = (position(ofCorner: vertex.ends.0), position(ofCorner: vertex.ends.1))
      // Away from the ends, so that no two vertices coincide.
      return p + (q - p) * min(max(vertex.place, 0.02), 0.98)
    }
    return mesh
  }

  private func position(ofCorner index: Int) -> SIMD3<Float> {
    let corner = MarchingTetrahedra.coordinates(ofCorner: index, in: size)
    return position(corner.x, corner.y, corner.z)
  }
}
