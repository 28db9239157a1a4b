import Testing

@testable import PenumbraReconstruction

@Suite("Visual hull and its mesh") struct HullTests {
  private let photos = SyntheticPhotos.sphere(radius: 0.8, center: [0.3, -0.2, 0.1], count: 24)

  @Test("The hull of a sphere's silhouettes is the sphere to half a pixel, found without a box")
  func sphere() throws {
    let start = try #require(SceneBounds.ofMasks(photos))
    let hull = VisualHull(photos)
    let box = try #require(hull.bounds(within: start))
    let mesh = hull.field(in: box.grown(by: 0.05), resolution: 48).surface
    let topology = MeshTopology(mesh)
    #expect(topology.isWatertight)
    #expect(topology.eulerCharacteristic == 2)
    // A pixel is 4 / (1.4 · 96) wide at the centre; the hull of 24 cones sticks out by a little more between them.
    let pixel = 4.0 / (1.4 * 96)
    for p in mesh.positions {
      let r = length(SIMD3<Double>(p) - SIMD3(0.3, -0.2, 0.1))
      #expect(r > 0.8 - 0.7 * pixel && r < 0.8 * 1.12)
    }
    for photo in photos {
      let overlap = DepthMap(mesh, from: photo.camera).overlap(with: try #require(photo.mask))
      #expect(overlap > 0.97, "\(photo.name)")
    }
  }

  @Test("Normals point outwards: the signed volume is that of a ball")
  func orientation() throws {
    let field = ball(radius: 0.7)
    let mesh = field.surface
    let volume = mesh.triangles.reduce(Float(0)) { sum, t in
      let (a, b, c) = mesh.corners(t)
      return sum + dot(a, cross(b, c)) / 6
    }
    let exact: Float = 4 / 3 * .pi * 0.343
    #expect(abs(volume - exact) < 0.01 * exact)
  }

  @Test("A torus has Euler characteristic 0, two balls have 4")
  func topology() {
    var torus = ScalarField(box: Box([-1, -1, -1], [1, 1, 1]), resolution: 40) { grid, y, z in
      (0..<grid.size.x).map { x in
        let p = grid.position(x, y, z)
        let ring = (p.x * p.x + p.y * p.y).squareRoot() - 0.6
        return (ring * ring + p.z * p.z).squareRoot() - 0.25
      }
    }
    torus.closeBorder()
    let ring = MeshTopology(torus.surface)
    #expect(ring.isWatertight && ring.eulerCharacteristic == 0)
    var balls = ScalarField(box: Box([-1, -1, -1], [1, 1, 1]), resolution: 40) { grid, y, z in
      (0..<grid.size.x).map { x in
        let p = grid.position(x, y, z)
        return min(length(p - SIMD3(0.5, 0, 0)), length(p + SIMD3(0.5, 0, 0))) - 0.3
      }
    }
    balls.closeBorder()
    let mesh = balls.surface
    #expect(MeshTopology(mesh).eulerCharacteristic == 4)
    #expect(mesh.parts().count == 2)
  }

  @Test("Crumbs and inner walls are removed, the large part stays")
  func crumbs() {
    var field = ball(radius: 0.7)
    for z in 0..<field.size.z {
      for y in 0..<field.size.y {
        for x in 0..<field.size.x {
          let p = field.position(x, y, z)
          // A cavity, and a speck in a corner.
          let i = field.index(x, y, z)
          field.values[i] = max(field.values[i], 0.3 - length(p))
          field.values[i] = min(field.values[i], length(p - SIMD3(0.85, 0.85, 0.85)) - 0.08)
        }
      }
    }
    field.closeBorder()
    let mesh = field.surface
    #expect(mesh.parts().count == 3)
    let clean = MeshTopology(mesh.withoutCrumbs())
    #expect(clean.isWatertight && clean.eulerCharacteristic == 2)
  }

  @Test("Signed distance to a disk's outline is exact to a fifth of a pixel")
  func distance() {
    let (side, radius) = (64, 20.0)
    let mask = (0..<(side * side)).map { i -> Float in
      let d = SIMD2(Double(i % side) + 0.5 - 32, Double(i / side) + 0.5 - 32)
      return Float(min(max(radius - (d * d).sum().squareRoot() + 0.5, 0), 1))
    }
    let distance = SilhouetteDistance(mask: mask, width: side, height: side)
    for i in 0..<(side * side) {
      let d = SIMD2(Double(i % side) + 0.5 - 32, Double(i / side) + 0.5 - 32)
      let exact = Float((d * d).sum().squareRoot() - radius)
      // Far pixels measure to pixel centres on the outline.
      #expect(abs(distance.values[i] - exact) < 0.75)
    }
  }

  private func ball(radius: Float) -> ScalarField {
    var field = ScalarField(box: Box([-1, -1, -1], [1, 1, 1]), resolution: 40) { grid, y, z in
      (0..<grid.size.x).map { length(grid.position($0, y, z)) - radius }
    }
    field.closeBorder()
    return field
  }
}
