/// Isotropic remeshing: triangles of one size, as many as the shape needs and no slivers.
///
/// Rounds of splitting long edges, collapsing short ones, flipping edges towards six neighbours per vertex, and moving
/// vertices along the surface. No step turns a triangle over, and closed manifolds stay closed manifolds.
///
/// - Source: Botsch & Kobbelt 2004, *A remeshing approach to multiresolution modeling*.
struct Remesher {
  private var surface: EditableMesh
  private let length: Float

  /// - Parameter edgeLength: wanted length of the edges, in world units.
  static func remesh(_ mesh: TriangleMesh, edgeLength: Float, rounds: Int = 5) -> TriangleMesh {
    var remesher = Remesher(surface: EditableMesh(mesh), length: edgeLength)
    for _ in 0..<rounds {
      remesher.splitLongEdges()
      remesher.collapseShortEdges()
      remesher.flipEdges()
      remesher.relax()
    }
    return remesher.surface.mesh
  }

  private init(surface: EditableMesh, length: Float) { (self.surface, self.length) = (surface, length) }

  private mutating func splitLongEdges() {
    let limit = 4 / 3 * length
    // New triangles are appended and visited too.
    var triangle = 0
    while triangle < surface.triangles.count {
      if surface.isAlive(triangle), let edge = longestEdge(of: triangle), edge.length > limit {
        surface.split(edge.a, edge.b)
        // What is left of it may still be long.
        continue
      }
      triangle += 1
    }
  }

  /// Only the longest edge of a triangle is split, so that halves get rounder.
  private func longestEdge(of triangle: Int) -> (a: Int32, b: Int32, length: Float)? {
    let t = surface.triangles[triangle]
    return [(t.x, t.y), (t.y, t.z), (t.z, t.x)].map { ($0, $1, surface.edgeLength($0, $1)) }.max { $0.2 < $1.2 }
      .map { (a: $0.0, b: $0.1, length: $0.2) }
  }

  private mutating func collapseShortEdges() {
    let (low, high) = (4 / 5 * length, 4 / 3 * length)
    for triangle in surface.triangles.indices {
      for side in 0..<3 where surface.isAlive(triangle) {
        let t = surface.triangles[triangle]
        let (a, b) = (t[side], t[(side + 1) % 3])
        if surface.edgeLength(a, b) < low { surface.collapse(a, b, longest: high) }
      }
    }
  }

  private mutating func flipEdges() {
    for triangle in surface.triangles.indices {
      for side in 0..<3 where surface.isAlive(triangle) {
        let t = surface.triangles[triangle]
        surface.flipIfBetter(t[side], t[(side + 1) % 3])
      }
    }
  }

  /// Moves each vertex towards the middle of its neighbours, in its tangent plane.
  private mutating func relax() {
    for vertex in surface.positions.indices {
      let neighbours = surface.neighbours(of: Int32(vertex))
      guard neighbours.count >= 3 else { continue }
      let center = neighbours.reduce(SIMD3<Float>.zero) { $0 + surface.positions[Int($1)] } / Float(neighbours.count)
      let n = surface.normal(at: Int32(vertex))
      let offset = center - surface.positions[vertex]
      surface.move(Int32(vertex), to: surface.positions[vertex] + 0.7 * (offset - n * dot(n, offset)))
    }
  }
}
