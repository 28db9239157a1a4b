import Foundation

/// Smooth normals for meshes that come without.
enum VertexNormals {
  /// Mean of the normals of the adjoining triangles, weighted by their angle at the vertex; unit vectors.
  ///
  /// Vertices without a triangle of any area get +x, as in Mitsuba. Source: Thürmer & Wüthrich 1998.
  static func compute(for mesh: MeshData) -> [Float] {
    var sums = [SIMD3<Double>](repeating: .zero, count: mesh.vertexCount)
    for corners in mesh.triangles {
      let indices = [Int(corners.x), Int(corners.y), Int(corners.z)]
      let points = indices.map { mesh.position($0) }
      let normal = cross(points[1] - points[0], points[2] - points[0])
      let size = length(normal)
      guard size > 0 else { continue }
      for corner in 0..<3 {
        let a = points[(corner + 1) % 3] - points[corner]
        let b = points[(corner + 2) % 3] - points[corner]
        sums[indices[corner]] += normal / size * angle(a, b)
      }
    }
    var result = [Float]()
    result.reserveCapacity(3 * sums.count)
    for sum in sums {
      let size = length(sum)
      let n = size > 0 ? sum / size : [1, 0, 0]
      result += [Float(n.x), Float(n.y), Float(n.z)]
    }
    return result
  }

  private static func angle(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { atan2(length(cross(a, b)), dot(a, b)) }
}
