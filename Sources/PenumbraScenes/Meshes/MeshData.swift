/// A triangle mesh as read from a file: flat arrays, one entry per vertex, normals and texcoords possibly empty.
struct MeshData: Equatable {
  /// More vertices or triangles than this are refused (indices are 32 bits wide).
  static let maximumCount = Int(UInt32.max) - 1

  var positions: [Float] = []
  var normals: [Float] = []
  var texcoords: [Float] = []
  var triangles: [SIMD3<UInt32>] = []
  var attributes: [Attribute] = []

  /// Further values per vertex or triangle.
  struct Attribute: Equatable {
    /// Begins with `vertex_` or `face_`.
    var name: String
    /// 1 or 3.
    var channels: Int
    var isPerFace: Bool
    /// Shape [vertices or triangles × channels].
    var values: [Float]
  }

  var vertexCount: Int { positions.count / 3 }

  func position(_ index: Int) -> SIMD3<Double> {
    [Double(positions[3 * index]), Double(positions[3 * index + 1]), Double(positions[3 * index + 2])]
  }

  /// Pivot of the shape's pose.
  var boundingBoxCenter: SIMD3<Double> {
    guard vertexCount > 0 else { return .zero }
    var (low, high) = (position(0), position(0))
    for index in 1..<max(vertexCount, 1) {
      let p = position(index)
      low = pointwiseMin(low, p)
      high = pointwiseMax(high, p)
    }
    return (low + high) / 2
  }

  mutating func flipTexcoords() {
    for index in stride(from: 1, to: texcoords.count, by: 2) { texcoords[index] = 1 - texcoords[index] }
  }

  /// Moves positions by `matrix` and normals by its inverse transpose; normals become unit vectors.
  mutating func transform(by matrix: Matrix4) {
    if matrix == .identity, hasUnitNormals { return }
    for index in 0..<vertexCount { store(matrix.point(position(index)), in: &positions, at: index) }
    for index in 0..<(normals.count / 3) {
      let n = SIMD3(Double(normals[3 * index]), Double(normals[3 * index + 1]), Double(normals[3 * index + 2]))
      let turned = matrix.normal(n)
      let size = length(turned)
      store(size > 0 ? turned / size : [0, 0, 1], in: &normals, at: index)
    }
  }

  /// Turns over the triangles whose corners go round against their normals: the normals say where the front is.
  mutating func alignWinding() {
    guard !normals.isEmpty else { return }
    for index in triangles.indices {
      let corners = triangles[index]
      let (a, b, c) = (position(Int(corners.x)), position(Int(corners.y)), position(Int(corners.z)))
      var sum = SIMD3<Double>.zero
      for corner in 0..<3 {
        let i = 3 * Int(corners[corner])
        sum += [Double(normals[i]), Double(normals[i + 1]), Double(normals[i + 2])]
      }
      if dot(cross(b - a, c - a), sum) < 0 { triangles[index] = [corners.x, corners.z, corners.y] }
    }
  }

  /// To rounding: such normals stay as they are, so that what was written is read back bit for bit.
  private var hasUnitNormals: Bool {
    for index in stride(from: 0, to: normals.count, by: 3) {
      let square =
        normals[index] * normals[index] + normals[index + 1] * normals[index + 1]
        + normals[index + 2] * normals[index + 2]
      guard abs(square - 1) < 1e-6 else { return false }
    }
    return true
  }

  private func store(_ v: SIMD3<Double>, in array: inout [Float], at index: Int) {
    (array[3 * index], array[3 * index + 1], array[3 * index + 2]) = (Float(v.x), Float(v.y), Float(v.z))
  }
}
