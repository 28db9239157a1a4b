import Testing

@testable import PenumbraTransport

struct EdgeTopologyTests {
  private func edges(_ scene: TestScene) throws -> [EdgeRecord] {
    let built = try scene.builder.build()
    return try EdgeTopology(built.structure, expanded: try ExpandedScene(built)).edges
  }

  /// A closed box of two triangles a side; every side has its own four vertices.
  private func box(normals: (Vector3, Vector3) -> Vector3?) throws -> TestScene {
    var scene = TestScene()
    var (positions, shading, triangles): ([Vector3], [Vector3], [SIMD3<UInt32>]) = ([], [], [])
    for axis in 0..<3 {
      for sign: Float in [-1, 1] {
        var n = Vector3.zero
        n[axis] = sign
        let u = Vector3(n.y, n.z, n.x)
        let v = cross(n, u)
        let first = UInt32(positions.count)
        for (a, b): (Float, Float) in [(-1, -1), (1, -1), (1, 1), (-1, 1)] {
          positions.append(n + u * a + v * b)
          if let normal = normals(n, n + u * a + v * b) { shading.append(normal) }
        }
        triangles += [SIMD3(first, first + 1, first + 2), SIMD3(first, first + 2, first + 3)]
      }
    }
    let material = try scene.diffuse([0.5, 0.5, 0.5])
    let mesh = try scene.mesh(
      key: "box", positions, normals: shading.isEmpty ? nil : shading, triangles: triangles)
    _ = scene.builder.add(Shape(id: "box", geometry: mesh, material: material))
    try scene.sky([1, 1, 1])
    try scene.camera(TestScene.lookAt([0, 0, 5], .zero))
    return scene
  }

  @Test("Sides with vertices of their own share their edges: a box has 12 creases, 6 flat diagonals and no border")
  func seams() throws {
    let edges = try edges(try box { _, _ in nil })
    #expect(edges.count == 18)
    #expect(edges.filter(\.isCrease).count == 12)
    #expect(edges.allSatisfy { $0.thirds.x >= 0 && $0.thirds.y >= 0 })
  }

  @Test("Equal normals on both sides make an edge smooth") func smooth() throws {
    let edges = try edges(try box { _, p in p.normalized })
    #expect(edges.count == 18)
    #expect(edges.filter(\.isCrease).isEmpty)
  }

  @Test("A rectangle has four borders; spheres, disks and cylinders have their curves") func borders() throws {
    var scene = TestScene()
    let material = try scene.diffuse([0.5, 0.5, 0.5])
    scene.floor(material)
    scene.add(Geometry.sphere, TestScene.placed(at: [0, 0, 2]), material)
    scene.add(Geometry.disk, TestScene.placed(at: [3, 0, 2]), material)
    scene.add(Geometry.cylinder, TestScene.placed(at: [-3, 0, 2]), material)
    try scene.sky([1, 1, 1])
    try scene.camera(TestScene.lookAt([0, 0, 9], .zero, up: [0, 1, 0]))
    let edges = try edges(scene)
    let floor = edges.filter { $0.kind == .mesh }
    #expect(floor.filter { $0.thirds.y < 0 }.count == 4 && floor.count == 5)
    #expect(edges.filter { $0.kind == .sphere }.count == 1)
    #expect(edges.filter { $0.kind == .rim }.count == 3)
  }

  @Test("A line past an edge leaves the object on the other side, or is refused where it enters it") func outward() {
    let point = EdgePoint(
      position: .zero, along: [0, 1, 0], inward: [1, 0, 0], otherInward: [0, 0, 1], local: .zero)
    // The object fills the quadrant x, z > 0.
    let past = point.outward(Vector3(1, 0, -1).normalized)
    #expect(past.map { dot($0, Vector3(-1, 0, -1)) > 0.99 * 2.0.squareRoot().float } == true)
    #expect(point.outward(Vector3(1, 0, 1).normalized) == nil)
    let border = EdgePoint(position: .zero, along: [0, 1, 0], inward: [1, 0, 0], otherInward: nil, local: .zero)
    #expect(border.outward([0, 0, 1]).map { $0.x < -0.99 } == true)
  }
}

extension Double {
  fileprivate var float: Float { Float(self) }
}
