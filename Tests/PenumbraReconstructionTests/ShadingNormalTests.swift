import Testing

@testable import PenumbraReconstruction

@Suite("Normals for shading") struct ShadingNormalTests {
  /// A sphere of radius 0.7 whose vertices are off along its normals by up to `noise` edges.
  private func sphere(noise: Float) -> TriangleMesh {
    let field = ScalarField(box: Box([-1, -1, -1], [1, 1, 1]), resolution: 40) { grid, y, z in
      (0..<grid.size.x).map { length(grid.position($0, y, z)) - 0.7 }
    }
    var mesh = Remesher.remesh(field.surface, edgeLength: 0.05)
    var generator = SplitMix(state: 2)
    for i in mesh.positions.indices {
      mesh.positions[i] *= 1 + 0.05 * noise * Float.random(in: -1...1, using: &generator) / 0.7
    }
    return mesh
  }

  /// Root mean square of the angle to the sphere's own normals, in radians.
  private func error(_ normals: [SIMD3<Float>], _ mesh: TriangleMesh) -> Float {
    let squares = zip(normals, mesh.positions).map { n, p in 2 * (1 - dot(n, normalize(p))) }
    return (squares.reduce(0, +) / Float(squares.count)).squareRoot()
  }

  @Test("Noise of a sphere's vertices turns its shading normals by less than half as much as its vertex normals")
  func noise() {
    let mesh = sphere(noise: 0.3)
    let before = error(mesh.vertexNormals(), mesh)
    #expect(before > 0.1)
    #expect(error(mesh.shadingNormals(), mesh) < 0.5 * before)
  }

  @Test("Faces of a cube keep their normals up to its creases")
  func creases() {
    // Each face a grid of its own vertices' neighbours: flat but for the rows at the creases.
    let field = ScalarField(box: Box([-1, -1, -1], [1, 1, 1]), resolution: 40) { grid, y, z in
      (0..<grid.size.x).map { x -> Float in
        let p = grid.position(x, y, z)
        return max(abs(p.x), max(abs(p.y), abs(p.z))) - 0.61
      }
    }
    let mesh = field.surface
    for (normal, position) in zip(mesh.shadingNormals(), mesh.positions) {
      let sizes = [abs(position.x), abs(position.y), abs(position.z)].sorted()
      // Three cubes from the nearest crease, eight rounds of means over one neighbour would have reached it.
      guard sizes[1] < 0.61 - 3 * 0.05 else { continue }
      #expect(max(abs(normal.x), max(abs(normal.y), abs(normal.z))) > 0.999)
    }
  }
}
