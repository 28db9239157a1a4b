import Testing

@testable import PenumbraReconstruction

@Suite("Remeshing and texture atlas") struct RemeshTests {
  /// A closed surface with thin and thick parts.
  private var peanut: TriangleMesh {
    var field = ScalarField(box: Box([-1.2, -1, -1], [1.2, 1, 1]), resolution: 36) { grid, y, z in
      (0..<grid.size.x).map { x in
        let p = grid.position(x, y, z)
        let (a, b) = (length(p - SIMD3(0.5, 0, 0)) - 0.5, length(p + SIMD3(0.5, 0.1, 0)) - 0.45)
        return min(a, b, (p.y * p.y + p.z * p.z).squareRoot() - 0.15 + 0.2 * abs(p.x))
      }
    }
    field.closeBorder()
    return field.surface
  }

  @Test("Edges come near the wanted length, no sliver is left, topology and shape stay", arguments: [Float(0.05), 0.1])
  func isotropic(edge: Float) {
    let before = peanut
    let after = Remesher.remesh(before, edgeLength: edge)
    let topology = MeshTopology(after)
    #expect(topology.isWatertight)
    #expect(topology.eulerCharacteristic == MeshTopology(before).eulerCharacteristic)
    #expect(abs(after.meanEdgeLength - edge) < 0.2 * edge)
    let worst = after.triangles.map { t -> Float in
      let (a, b, c) = after.corners(t)
      let longest = max(length(b - a), length(c - b), length(a - c))
      return length(after.areaVector(t)) / (longest * longest)
    }
    // Height over longest side; an equilateral triangle has 0.87.
    #expect(worst.min() ?? 0 > 0.1)
    #expect(abs(after.area - before.area) < 0.05 * before.area)
  }

  @Test("Neighbouring triangles do not fold over")
  func noFolds() {
    let mesh = Remesher.remesh(peanut, edgeLength: 0.07)
    let neighbours = mesh.triangleNeighbours()
    let normals = mesh.triangles.map { normalize(mesh.areaVector($0)) }
    var folded = 0
    for (i, n) in neighbours.enumerated() {
      for side in 0..<3 where n[side] > Int32(i) {
        if dot(normals[i], normals[Int(n[side])]) < -0.3 { folded += 1 }
      }
    }
    #expect(folded == 0)
  }

  @Test("Every triangle has its own texels: no centre lies in two, and texel density is even")
  func atlas() {
    let mesh = Remesher.remesh(peanut, edgeLength: 0.08)
    let atlas = UVAtlas(mesh, texelsPerUnit: 60, largestSide: 1024)
    #expect(atlas.triangles.count == mesh.triangles.count)
    #expect(atlas.coordinates.allSatisfy { $0.min() >= 0 && $0.max() <= 1 })
    for (a, b) in zip(atlas.triangles, mesh.triangles) {
      for i in 0..<3 { #expect(atlas.sources[Int(a[i])] == Int32(b[i])) }
    }
    var owners: [Int32: Int32] = [:]
    var doubled = 0
    for texel in atlas.surfaceTexels() where texel.at.min() > 1e-3 {
      if owners.updateValue(texel.triangle, forKey: texel.index) != nil { doubled += 1 }
    }
    #expect(doubled == 0)
    // Projection shrinks by at most the cone's cosine.
    for triangle in mesh.triangles.indices {
      let flat = atlas.texelCorners(triangle)
      let (u, v) = (flat[1] - flat[0], flat[2] - flat[0])
      let texels = abs(u.x * v.y - u.y * v.x)
      let world = length(mesh.areaVector(mesh.triangles[triangle])) * 3600
      #expect(texels > 0.55 * world && texels < 1.01 * world)
    }
  }

  @Test("A limit on the texture's side is kept by coarser texels")
  func limit() {
    let atlas = UVAtlas(peanut, texelsPerUnit: 4000, largestSide: 256)
    #expect(max(atlas.width, atlas.height) <= 256)
  }

  @Test("Holes in a texture get the colours around them")
  func fill() {
    var texels = [Float](repeating: 0, count: 64)
    var known = [Bool](repeating: false, count: 64)
    texels[0] = 3
    known[0] = true
    TextureFill.dilate(&texels, channels: 1, known: &known, width: 8, height: 8, rounds: 1)
    #expect(texels[9] == 3 && known.count(where: \.self) == 4)
    TextureFill.fill(&texels, channels: 1, known: known, width: 8, height: 8)
    #expect(texels.allSatisfy { $0 == 3 })
  }
}
