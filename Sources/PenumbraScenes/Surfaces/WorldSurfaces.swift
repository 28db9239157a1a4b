import PenumbraTransport

/// Every visible surface of a scene as a mesh in the world, copies of instances included.
struct WorldSurfaces {
  struct Surface {
    var name: String
    /// Equal for surfaces with equal materials.
    var material: MaterialID
    var radiance: TextureID?
    var mesh: MeshData
  }

  /// Triangles, copies included, above which a scene is not written as one mesh.
  private static let maximumTriangles = 1 << 27

  let surfaces: [Surface]

  /// - Throws: how many triangles there would be, when they are too many.
  init(_ scene: Scene) throws(TooMany) {
    let structure = scene.structure
    let radiances = structure.radiances
    var (surfaces, count): ([Surface], Int) = ([], 0)
    func add(_ index: Int, _ name: String, _ outer: Matrix4) throws(TooMany) {
      let shape = structure.shapes[index]
      let radiance = radiances[index]
      if case .null = structure.materials[shape.material.index], radiance == nil { return }
      var placed = PlacedSurface(shape: index, in: scene)
      placed.placement = outer * placed.placement
      count += placed.mesh.triangles.count
      guard count <= Self.maximumTriangles else { throw TooMany(count: count) }
      surfaces.append(Surface(name: name, material: shape.material, radiance: radiance, mesh: placed.placedMesh))
    }
    for index in structure.worldShapes { try add(index, structure.shapes[index].id, .identity) }
    for instance in structure.instances {
      for index in structure.groups[instance.group.index].shapes {
        try add(index, "\(instance.id).\(structure.shapes[index].id)", instance.placement(theta: scene.theta))
      }
    }
    self.surfaces = surfaces
  }

  struct TooMany: Error {
    var count: Int
  }
}
