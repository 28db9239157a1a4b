/// An OBJ file: its mesh, and which triangles have which material.
struct OBJModel {
  var mesh: MeshData
  /// Material names with the first triangle that has them, ascending; triangles before have none.
  var runs: [(material: String, firstTriangle: Int)]
  /// Files that describe the materials.
  var libraries: [String]

  /// One mesh per material, in the order of their first use; `nil` names the triangles without.
  func parts() -> [(material: String?, mesh: MeshData)] {
    guard !runs.isEmpty else { return [(nil, mesh)] }
    var order: [String?] = []
    var ranges: [String?: [Range<Int>]] = [:]
    var pieces: [(String?, Range<Int>)] = [(nil, 0..<runs[0].firstTriangle)]
    for (index, run) in runs.enumerated() {
      let end = index + 1 < runs.count ? runs[index + 1].firstTriangle : mesh.triangles.count
      pieces.append((run.material, run.firstTriangle..<end))
    }
    for (name, range) in pieces where !range.isEmpty {
      if ranges[name] == nil { order.append(name) }
      ranges[name, default: []].append(range)
    }
    guard order.count > 1 else { return [(order.first ?? nil, mesh)] }
    return order.map { ($0, part(ranges[$0] ?? [])) }
  }

  /// The triangles of some ranges with the vertices they use.
  private func part(_ ranges: [Range<Int>]) -> MeshData {
    var result = MeshData()
    var numbers = [UInt32](repeating: .max, count: mesh.vertexCount)
    var count: UInt32 = 0
    for corners in ranges.joined().lazy.map({ mesh.triangles[$0] }) {
      var renumbered = corners
      for corner in 0..<3 {
        let vertex = Int(corners[corner])
        if numbers[vertex] == .max {
          numbers[vertex] = count
          count += 1
          result.positions += mesh.positions[(3 * vertex)..<(3 * vertex + 3)]
          if !mesh.normals.isEmpty { result.normals += mesh.normals[(3 * vertex)..<(3 * vertex + 3)] }
          if !mesh.texcoords.isEmpty { result.texcoords += mesh.texcoords[(2 * vertex)..<(2 * vertex + 2)] }
        }
        renumbered[corner] = numbers[vertex]
      }
      result.triangles.append(renumbered)
    }
    return result
  }
}
