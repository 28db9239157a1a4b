/// All edges in a tree, so that a surface point can choose those that matter to it.
final class EdgeTree {
  private let nodes: OwnedBuffer<LightNode>
  /// The node of each edge.
  private let leaves: OwnedBuffer<Int32>

  /// Edges take the place of lights in the tree's nodes, their lengths that of powers, and the normals of their triangles
  /// that of the directions of emission.
  init(_ edges: OwnedBuffer<EdgeRecord>, _ geometry: EdgeGeometry) {
    let own = edges.buffer.map { Self.bounds($0, geometry) }
    var topology = TreeTopology(bounds: own)
    topology.build()
    nodes = OwnedBuffer(topology.nodes)
    leaves = OwnedBuffer(repeating: 0, count: edges.count)
    var bounds = [LightBounds](repeating: LightBounds(), count: nodes.count)
    for index in (0..<nodes.count).reversed() {
      let node = nodes.base[index]
      if node.isLeaf {
        bounds[index] = own[Int(node.second)]
        leaves.base[Int(node.second)] = Int32(truncatingIfNeeded: index)
      } else {
        bounds[index].formUnion(bounds[index + 1])
        bounds[index].formUnion(bounds[Int(node.second)])
      }
      nodes.base[index] = bounds[index].node(second: node.second, parent: node.parent, isLeaf: node.isLeaf)
    }
  }

  private static func bounds(_ edge: EdgeRecord, _ geometry: EdgeGeometry) -> LightBounds {
    var result = LightBounds(angle: .pi, power: max(geometry.size(edge), .leastNormalMagnitude))
    func include(_ p: Vector3, radius: Float = 0) {
      result.low = pointwiseMin(result.low, p - Vector3(repeating: radius))
      result.high = pointwiseMax(result.high, p + Vector3(repeating: radius))
    }
    switch edge.kind {
    case .mesh:
      let (a, b) = geometry.ends(edge)
      include(a)
      include(b)
      if let axis = Self.axis(geometry.point(edge, 0.5)) {
        (result.axis, result.angle) = (axis, geometry.turn(edge) / 2)
      }
    case .sphere:
      let (center, radius) = geometry.sphere(edge)
      include(center, radius: radius)
    case .rim, .side:
      let map = geometry.map(edge)
      let radius = max(map.x.value.length, map.y.value.length)
      include(map.translation.value, radius: radius)
      include(map.translation.value + map.z.value, radius: radius)
    }
    return result
  }

  /// Between the normals of an edge's two triangles, by the winding of the mesh; `nil` at borders.
  private static func axis(_ point: EdgePoint) -> Vector3? {
    guard let (m, n) = point.areas, m.squaredLength > 0, n.squaredLength > 0 else { return nil }
    let sum = m.normalized + n.normalized
    return sum.squaredLength > 1e-6 ? sum.normalized : nil
  }

  @inline(__always) func sample(for view: GlossyView, _ u: Float) -> (edge: Int, probability: Float)? {
    TreeDescent(nodes: UnsafePointer(nodes.base)).sample(u) { view.importance(of: $0) }.map {
      ($0.item, $0.probability)
    }
  }

  @inline(__always) func probability(of edge: Int, for view: GlossyView) -> Float {
    TreeDescent(nodes: UnsafePointer(nodes.base)).probability(ofLeaf: Int(leaves.base[edge])) {
      view.importance(of: $0)
    }
  }
}
