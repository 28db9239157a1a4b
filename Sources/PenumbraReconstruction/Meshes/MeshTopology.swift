/// How the triangles of a mesh hang together.
public struct MeshTopology: Sendable, Equatable {
  /// Edges with one triangle, and with more than two.
  public private(set) var borderEdges = 0
  public private(set) var branchingEdges = 0
  /// Edges that their two triangles run along in the same direction.
  public private(set) var misorientedEdges = 0
  public let edgeCount: Int
  public let vertexCount: Int
  public let triangleCount: Int

  public init(_ mesh: TriangleMesh) {
    var uses: [SIMD2<UInt32>: SIMD2<Int32>] = [:]
    for t in mesh.triangles {
      for (a, b) in [(t.x, t.y), (t.y, t.z), (t.z, t.x)] {
        uses[SIMD2(min(a, b), max(a, b)), default: .zero] &+= a < b ? SIMD2(1, 0) : SIMD2(0, 1)
      }
    }
    edgeCount = uses.count
    vertexCount = mesh.positions.count
    triangleCount = mesh.triangles.count
    for use in uses.values {
      switch use.wrappedSum() {
      case 1: borderEdges += 1
      case 2: if use.x != 1 { misorientedEdges += 1 }
      default: branchingEdges += 1
      }
    }
  }

  /// Every edge has two triangles.
  public var isClosed: Bool { borderEdges == 0 && branchingEdges == 0 && triangleCount > 0 }
  public var isOriented: Bool { misorientedEdges == 0 }
  public var isWatertight: Bool { isClosed && isOriented }
  /// V − E + F: 2 (1 − g) for each closed part with g holes through it.
  public var eulerCharacteristic: Int { vertexCount - edgeCount + triangleCount }
}
