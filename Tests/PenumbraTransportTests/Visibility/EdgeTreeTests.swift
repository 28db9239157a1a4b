import Foundation
import PenumbraTestSupport
import Testing

@testable import PenumbraTransport

struct EdgeTreeTests {
  /// All edges of a scene, in a tree.
  private func tree(_ renderer: Renderer) throws -> (tree: EdgeTree, edges: OwnedBuffer<EdgeRecord>) {
    let topology = try EdgeTopology(renderer.structure, expanded: renderer.expanded)
    let edges = OwnedBuffer(topology.edges)
    return (EdgeTree(edges, EdgeGeometry(scene: renderer.expanded.kernel)), edges)
  }

  @Test("Every edge is chosen as often as its probability says, whatever the lobe", arguments: [Float(0.02), 0.1, 0.4])
  func frequencies(alpha: Float) throws {
    let renderer = try Renderer(try BoundaryScene.softShadows(depth: 3))
    let (tree, edges) = try tree(renderer)
    let draws = 40_000
    for (number, peak) in [Vector3(0.3, 0.2, 0.9), Vector3(-0.6, 0.1, 0.5)].enumerated() {
      let view = try #require(
        GlossyView([0.2, -0.9, 0], peaks: (peak.normalized, nil), alpha: alpha))
      let expected = (0..<edges.count).map { Double(tree.probability(of: $0, for: view)) }
      var observed = [Double](repeating: 0, count: edges.count + 1)
      var sampler = PathSampler(kind: .independent, seed: 11, pixel: number, sample: 0)
      for _ in 0..<draws {
        guard let drawn = tree.sample(for: view, sampler.next1D()) else {
          observed[edges.count] += 1
          continue
        }
        observed[drawn.edge] += 1
        #expect(abs(Double(drawn.probability) - expected[drawn.edge]) <= 1e-4 * expected[drawn.edge])
      }
      let sum = expected.reduce(0, +)
      #expect(sum <= 1 + 1e-5)
      // Rounding of the sum is no draw that finds nothing.
      let missing = 1 - sum < 1e-5 ? 0 : 1 - sum
      let test = ChiSquared(observed: observed, expected: (expected + [missing]).map { $0 * Double(draws) })
      #expect(test.passes(cases: 6), "\(test)")
    }
  }

  @Test("An edge that a point sees as an outline can be chosen from there") func outlines() throws {
    var scene = TestScene()
    // A ball without its poles, where triangles would be slivers.
    let (rows, columns) = (8, 10)
    var (positions, triangles): ([Vector3], [SIMD3<UInt32>]) = ([], [])
    for row in 1..<rows {
      for column in 0..<columns {
        let (theta, phi) = (Float(row) / Float(rows) * .pi, Float(column) / Float(columns) * 2 * .pi)
        positions.append(Vector3(sin(theta) * cos(phi), sin(theta) * sin(phi), cos(theta)))
        guard row + 1 < rows else { continue }
        let (a, b) = (UInt32((row - 1) * columns + column), UInt32((row - 1) * columns + (column + 1) % columns))
        triangles += [SIMD3(a, a + UInt32(columns), b), SIMD3(b, a + UInt32(columns), b + UInt32(columns))]
      }
    }
    let mesh = try scene.mesh(key: "ball", positions, normals: nil, triangles: triangles)
    _ = scene.builder.add(Shape(id: "ball", geometry: mesh, material: try scene.diffuse([0.5, 0.5, 0.5])))
    try scene.sky([1, 1, 1])
    try scene.camera(TestScene.lookAt([0, 0, 5], .zero))
    let renderer = try scene.renderer()
    let (tree, edges) = try tree(renderer)
    let geometry = EdgeGeometry(scene: renderer.expanded.kernel)
    for position in [Vector3(3, 0.4, 0.2), Vector3(-0.2, 1.6, -1.1), Vector3(0.3, 0.2, -1.4)] {
      let view = try #require(GlossyView(position, peaks: ((position * -1).normalized, nil), alpha: 0.2))
      var count = 0
      for index in 0..<edges.count {
        let point = geometry.point(edges.base[index], 0.5)
        guard point.outward((point.position - position).normalized) != nil else { continue }
        count += 1
        #expect(tree.probability(of: index, for: view) > 0, "edge \(index) from \(position)")
      }
      #expect(count > 4)
    }
  }
}
