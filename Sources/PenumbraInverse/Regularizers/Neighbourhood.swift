import PenumbraTransport

/// Which elements of a parameter are beside each other: texels in a grid, or the vertices of a mesh.
struct Neighbourhood {
  private enum Kind {
    case grid(height: Int, width: Int, channels: Int)
    case mesh(UniformLaplacian, channels: Int)
  }
  private let kind: Kind

  /// `nil` when elements have no neighbours.
  init?(_ slice: Unknowns.Slice, in scene: Scene) {
    let meshes = scene.structure.shapes.compactMap { shape -> Mesh? in
      if case .mesh(let mesh) = shape.geometry { mesh } else { nil }
    }
    let start = slice.range.lowerBound
    for mesh in meshes {
      let vertexValues =
        [mesh.positions, mesh.normals, mesh.texcoords].compactMap { $0 }
        + mesh.attributes.filter { !$0.isPerFace }.map(\.offset)
      guard vertexValues.contains(start), slice.range.count % mesh.vertexCount == 0 else { continue }
      let laplacian = UniformLaplacian(
        triangles: Array(mesh.triangles), welding: VertexWelding(vertexCount: mesh.vertexCount))
      kind = .mesh(laplacian, channels: slice.range.count / mesh.vertexCount)
      return
    }
    guard slice.shape.count == 2 || slice.shape.count == 3 else { return nil }
    kind = .grid(height: slice.shape[0], width: slice.shape[1], channels: slice.shape.count == 3 ? slice.shape[2] : 1)
  }

  /// Elements beside one, in ascending order.
  func around(_ element: Int) -> [Int] {
    switch kind {
    case .mesh(let laplacian, let channels):
      let (vertex, channel) = (element / channels, element % channels)
      return laplacian.neighbours[Int(laplacian.starts[vertex])..<Int(laplacian.starts[vertex + 1])]
        .map { Int($0) * channels + channel }
    case .grid(let height, let width, let channels):
      let (row, column) = (element / (width * channels), element / channels % width)
      var result: [Int] = []
      if row > 0 { result.append(element - width * channels) }
      if column > 0 { result.append(element - channels) }
      if column + 1 < width { result.append(element + channels) }
      if row + 1 < height { result.append(element + width * channels) }
      return result
    }
  }
}
