import Foundation

/// Smooth normals for meshes that come without.
enum VertexNormals {
  /// Mean of the normals of the adjoining triangles, weighted by their angle at the vertex; unit vectors.
  ///
  /// Vertices without a triangle of any area get +x, as in Mitsuba. Source: Thürmer & Wüthrich 1998.
  static func compute(for mesh: MeshData) -> [Float] {
    let count = mesh.vertexCount
    return [Float](unsafeUninitializedCapacity: 3 * count) { output, initialized in
      output.initialize(repeating: 0)
      initialized = 3 * count
      mesh.positions.withUnsafeBufferPointer { positions in
        for corners in mesh.triangles { add(corners, positions, to: output) }
      }
      for vertex in 0..<count { normalize(3 * vertex, in: output) }
    }
  }

  @inline(__always)
  private static func add(
    _ corners: SIMD3<UInt32>, _ positions: UnsafeBufferPointer<Float>, to sums: UnsafeMutableBufferPointer<Float>
  ) {
    func point(_ index: UInt32) -> SIMD3<Double> {
      let i = 3 &* Int(index)
      return SIMD3(Double(positions[i]), Double(positions[i &+ 1]), Double(positions[i &+ 2]))
    }
    let (a, b, c) = (point(corners.x), point(corners.y), point(corners.z))
    let (ab, bc, ca) = (b - a, c - b, a - c)
    let normal = cross(ab, -ca)
    let size = length(normal)
    guard size > 0 else { return }
    // Twice the area is the sine's part of all three angles.
    let unit = normal * (1 / size)
    func add(_ index: UInt32, _ cosine: Double) {
      // The ratio alone matters; it is formed in double precision, so that tiny triangles do not vanish.
      let scale = 1 / max(size, abs(cosine))
      let weight = Double(atan2f(Float(size * scale), Float(cosine * scale)))
      let i = 3 &* Int(index)
      sums[i] += Float(unit.x * weight)
      sums[i &+ 1] += Float(unit.y * weight)
      sums[i &+ 2] += Float(unit.z * weight)
    }
    add(corners.x, -dot(ab, ca))
    add(corners.y, -dot(bc, ab))
    add(corners.z, -dot(ca, bc))
  }

  @inline(__always)
  private static func normalize(_ i: Int, in sums: UnsafeMutableBufferPointer<Float>) {
    let (x, y, z) = (Double(sums[i]), Double(sums[i + 1]), Double(sums[i + 2]))
    let size = (x * x + y * y + z * z).squareRoot()
    let scale = size > 0 ? 1 / size : 0
    sums[i] = size > 0 ? Float(x * scale) : 1
    sums[i + 1] = Float(y * scale)
    sums[i + 2] = Float(z * scale)
  }
}
