import PenumbraTransport

extension MeshData {
  /// A mesh as θ has it, moved by its pose, with the front on the other side when it is flipped.
  init(_ mesh: Mesh, pose: Pose, theta: [Float], isFlipped: Bool = false) {
    func slice(_ offset: Int?, _ components: Int) -> [Float] {
      offset.map { Array(theta[$0..<($0 + components * mesh.vertexCount)]) } ?? []
    }
    self.init(
      positions: slice(mesh.positions, 3), normals: slice(mesh.normals, 3), texcoords: slice(mesh.texcoords, 2),
      triangles: Array(mesh.triangles))
    attributes = mesh.attributes.map { attribute in
      let count = attribute.isPerFace ? mesh.triangles.count : mesh.vertexCount
      return Attribute(
        name: attribute.name, channels: attribute.channels, isPerFace: attribute.isPerFace,
        values: Array(theta[attribute.offset..<(attribute.offset + count * attribute.channels)]))
    }
    let pivot = mesh.pivot.map { SIMD3<Double>($0) } ?? boundingBoxCenter
    let matrix = Placement(pose, pivot: pivot).matrix(theta: theta)
    if matrix != .identity { transform(by: matrix) }
    if isFlipped { flipFront() }
  }

  /// Exchanges front and back: winding and normals.
  mutating func flipFront() {
    reverseWinding()
    for index in normals.indices { normals[index] = -normals[index] }
  }

  mutating func reverseWinding() {
    for index in triangles.indices { triangles[index] = [triangles[index].x, triangles[index].z, triangles[index].y] }
  }

  /// Moves it by `matrix` so that its front stays the front even where the matrix mirrors.
  mutating func place(by matrix: Matrix4) {
    transform(by: matrix)
    if matrix.determinant < 0 { reverseWinding() }
  }

  /// The same surface with three vertices of its own for every triangle, so that values of faces become values of
  /// vertices.
  var unwelded: MeshData {
    var result = MeshData()
    func spread(_ values: [Float], _ channels: Int) -> [Float] {
      guard !values.isEmpty else { return [] }
      return triangles.flatMap { corners in
        (0..<3).flatMap { values[(channels * Int(corners[$0]))..<(channels * Int(corners[$0]) + channels)] }
      }
    }
    result.positions = spread(positions, 3)
    result.normals = spread(normals, 3)
    result.texcoords = spread(texcoords, 2)
    result.triangles = triangles.indices.map { index in
      let first = UInt32(3 * index)
      return [first, first + 1, first + 2]
    }
    result.attributes = attributes.map { attribute in
      let n = attribute.channels
      let values =
        attribute.isPerFace
        ? triangles.indices.flatMap { face in (0..<3).flatMap { _ in attribute.values[(n * face)..<(n * face + n)] } }
        : spread(attribute.values, n)
      return Attribute(name: attribute.name, channels: n, isPerFace: false, values: values)
    }
    return result
  }
}
