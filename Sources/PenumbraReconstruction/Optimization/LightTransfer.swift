import PenumbraTransport

/// How light from all directions reaches the vertices of a surface: past its own other parts, and thrown back by them.
///
/// What other parts send is known from the photos and needs neither their materials nor the light.
struct LightTransfer: Sendable {
  let sky: SkyDirections
  private let normals: [SIMD3<Float>]
  /// Whether nothing is in the way, a bit per texel of the sky, shape [vertices × words].
  private let isFree: [UInt64]
  private let words: Int
  /// Irradiance over π that comes from the surface itself, per vertex and channel.
  let indirect: [SIMD3<Float>]

  /// Of some of the vertices.
  private struct Part: Sendable {
    let isFree: [UInt64]
    let thrown: [SIMD3<Float>]
  }

  /// Rays start off the surface by this share of the mesh's diagonal.
  private static let offset: Float = 3e-3

  /// - Parameters:
  ///   - normals: unit normals for shading, per vertex.
  ///   - radiance: what the surface sends to the cameras, per vertex.
  init(_ mesh: TriangleMesh, normals: [SIMD3<Float>], radiance: [SIMD3<Float>], sky: SkyDirections)
    throws(ReconstructionError)
  {
    let surface: MeshIntersector
    do { surface = try MeshIntersector(positions: mesh.positions, triangles: mesh.triangles) } catch {
      throw ReconstructionError(error)
    }
    let words = (sky.directions.count + 63) / 64
    let box = mesh.bounds ?? Box(.zero, .one)
    let (geometric, reach) = (mesh.vertexNormals(), Self.offset * Float(length(box.upper - box.lower)))
    let ranges = Parallel.ranges(normals.count, parts: 64)
    let parts = Parallel.map(ranges.count) { part -> Part in
      var free = [UInt64](repeating: 0, count: words * ranges[part].count)
      var thrown = [SIMD3<Float>](repeating: .zero, count: ranges[part].count)
      for (row, vertex) in ranges[part].enumerated() {
        let origin = mesh.positions[vertex] + reach * geometric[vertex]
        for (texel, direction) in sky.directions.enumerated() where sky.shares[texel] > 0 {
          let cosine = dot(normals[vertex], direction)
          guard cosine > 0 else { continue }
          if let hit = surface.firstHit(from: origin, towards: direction) {
            let t = mesh.triangles[hit.triangle]
            let mean = (radiance[Int(t.x)] + radiance[Int(t.y)] + radiance[Int(t.z)]) / 3
            thrown[row] += cosine * sky.shares[texel] * mean
          } else {
            free[words * row + texel >> 6] |= 1 << UInt64(texel & 63)
          }
        }
      }
      return Part(isFree: free, thrown: thrown)
    }
    (self.sky, self.normals, self.words) = (sky, normals, words)
    isFree = parts.flatMap(\.isFree)
    indirect = parts.flatMap(\.thrown)
  }

  /// Calls `body` with the texels of the sky that a vertex sees, and what each adds to its irradiance over π per radiance.
  @inline(__always)
  func visit(_ vertex: Int, _ body: (_ texel: Int, _ share: Float) -> Void) {
    for word in 0..<words {
      var bits = isFree[words * vertex + word]
      while bits != 0 {
        let texel = 64 * word + bits.trailingZeroBitCount
        bits &= bits - 1
        body(texel, dot(normals[vertex], sky.directions[texel]) * sky.shares[texel])
      }
    }
  }

  /// Irradiance over π of every vertex, light from the surface itself included.
  func irradiance(under light: Surroundings) -> [SIMD3<Float>] {
    let ranges = Parallel.ranges(normals.count, parts: 64)
    return Parallel.map(ranges.count) { part in
      ranges[part].map { vertex in
        var sum = indirect[vertex]
        visit(vertex) { texel, share in sum += share * light[texel] }
        return sum
      }
    }.flatMap(\.self)
  }
}
