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

  @Test("A point on a floor never looks for the floor's own rim, which is nearest") func rims() throws {
    var scene = TestScene()
    let corners = [Vector3(-2, -1, 0.5), Vector3(2, -1, 0.5), Vector3(2, 1, 0.5), Vector3(-2, 1, 0.5)]
    let mesh = try scene.mesh(
      key: "floor", corners, normals: nil, triangles: [SIMD3(0, 1, 2), SIMD3(0, 2, 3)])
    _ = scene.builder.add(Shape(id: "floor", geometry: mesh, material: try scene.diffuse([0.5, 0.5, 0.5])))
    try scene.sky([1, 1, 1])
    try scene.camera(TestScene.lookAt([0, 0, 5], .zero))
    let (tree, edges) = try tree(try scene.renderer())
    #expect(edges.count >= 4)
    let (point, peak) = (Vector3(0.3, 0.9, 0.5), Vector3(0.3, 0, 1).normalized)
    let bound = try #require(GlossyView(point, peaks: (peak, nil), alpha: 0.1, normal: [0, 0, 1]))
    let open = try #require(GlossyView(point, peaks: (peak, nil), alpha: 0.1))
    let above = try #require(GlossyView(point - Vector3(0, 0, 0.1), peaks: (peak, nil), alpha: 0.1, normal: [0, 0, 1]))
    for index in 0..<edges.count {
      #expect(tree.probability(of: index, for: bound) == 0)
      #expect(tree.probability(of: index, for: open) > 0)
      #expect(tree.probability(of: index, for: above) > 0)
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

struct EdgePlacesTests {
  @Test(
    "Places on an edge are chosen as densely as said, whether the peak points at it, past its end or away",
    arguments: [Vector3(0.1, 0, 1), Vector3(0.7, 0.4, 1), Vector3(-2, 0, 1), Vector3(0, 0.3, -1)])
  func densities(peak: Vector3) throws {
    for alpha: Float in [0.005, 0.05, 0.4] {
      let places = EdgePlaces([-1, 0.2, 1], along: [2, 0.3, 0.4], peak: peak.normalized, alpha: alpha)
      let (cells, steps, draws) = (40, 2000, 40_000)
      // The integral of the density over each cell.
      let expected = (0..<cells).map { cell in
        (0..<steps).reduce(0.0) { sum, step in
          let t = (Float(cell) + (Float(step) + 0.5) / Float(steps)) / Float(cells)
          return sum + Double(places.density(t)) * Double(draws) / Double(cells * steps)
        }
      }
      #expect(abs(expected.reduce(0, +) / Double(draws) - 1) < 2e-3)
      var observed = [Double](repeating: 0, count: cells)
      var sampler = PathSampler(kind: .independent, seed: 3, pixel: 0, sample: 0)
      for _ in 0..<draws {
        let drawn = places.sample(sampler.next1D())
        #expect(drawn.density == places.density(drawn.place))
        observed[min(Int(drawn.place * Float(cells)), cells - 1)] += 1
      }
      let test = ChiSquared(observed: observed, expected: expected)
      #expect(test.passes(cases: 12), "α = \(alpha): \(test)")
    }
  }
}
