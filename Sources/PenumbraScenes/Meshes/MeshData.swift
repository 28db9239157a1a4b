/// A triangle mesh as read from a file: flat arrays, one entry per vertex, normals and texcoords possibly empty.
struct MeshData: Equatable {
  /// More vertices or triangles than this are refused (indices are 32 bits wide).
  static let maximumCount = Int(UInt32.max) - 1

  var positions: [Float] = []
  var normals: [Float] = []
  var texcoords: [Float] = []
  var triangles: [SIMD3<UInt32>] = []

  var vertexCount: Int { positions.count / 3 }

  func position(_ index: Int) -> SIMD3<Double> {
    [Double(positions[3 * index]), Double(positions[3 * index + 1]), Double(positions[3 * index + 2])]
  }

  mutating func flipTexcoords() {
    for index in stride(from: 1, to: texcoords.count, by: 2) { texcoords[index] = 1 - texcoords[index] }
  }

  /// Moves positions by `matrix` and normals by its inverse transpose; normals become unit vectors.
  mutating func transform(by matrix: Matrix4) {
    if matrix != .identity {
      for index in 0..<vertexCount { store(matrix.point(position(index)), in: &positions, at: index) }
    }
    for index in 0..<(normals.count / 3) {
      let n = SIMD3(Double(normals[3 * index]), Double(normals[3 * index + 1]), Double(normals[3 * index + 2]))
      let turned = matrix.normal(n)
      let size = length(turned)
      store(size > 0 ? turned / size : [0, 0, 1], in: &normals, at: index)
    }
  }

  private func store(_ v: SIMD3<Double>, in array: inout [Float], at index: Int) {
    (array[3 * index], array[3 * index + 1], array[3 * index + 2]) = (Float(v.x), Float(v.y), Float(v.z))
  }
}
