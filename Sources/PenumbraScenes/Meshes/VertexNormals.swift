import CHugePages
import Foundation

/// Smooth normals for meshes that come without.
enum VertexNormals {
  /// Mean of the normals of the adjoining triangles, weighted by their angle at the vertex; unit vectors.
  ///
  /// Vertices without a triangle of any area get +x, as in Mitsuba. Source: Thürmer & Wüthrich 1998.
  static func compute(for mesh: MeshData) -> [Float] {
    let count = mesh.vertexCount
    return [Float](unsafeUninitializedCapacity: 3 * count) { output, initialized in
      chugepages_advise(output.baseAddress, 4 * output.count)
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
    let unit = normal * (1 / size)
    // Twice the area is the sine's part of all three angles; ratios are formed in double precision, so that tiny triangles
    // do not vanish.
    let angles = Self.angles(SIMD4(-dot(ab, ca), -dot(bc, ab), -dot(ca, bc), 0) / size)
    for corner in 0..<3 {
      let i = 3 &* Int(corners[corner])
      let weight = Double(angles[corner])
      sums[i] += Float(unit.x * weight)
      sums[i &+ 1] += Float(unit.y * weight)
      sums[i &+ 2] += Float(unit.z * weight)
    }
  }

  /// Angles in radians, from 0 to π, of these cotangents; errors are below 1e-7.
  ///
  /// Source: Abramowitz & Stegun, 4.4.49.
  @inline(__always) private static func angles(_ cotangents: SIMD4<Double>) -> SIMD4<Float> {
    let cotangent = SIMD4<Float>(cotangents)
    let size = cotangent.replacing(with: -cotangent, where: cotangent .< 0)
    let isSteep = size .< 1
    // Of an angle up to π / 4 that the axis or the diagonal encloses.
    let tangent = (1 / size).replacing(with: size, where: isSteep)
    let t = tangent * tangent
    let high = ((0.0028662257 * t - 0.0161657367) * t + 0.0429096138) * t - 0.0752896400
    let low = ((high * t + 0.1065626393) * t - 0.1420889944) * t + 0.1999355085
    let arc = tangent * ((low * t - 0.3333314528) * t + 1)
    let acute = arc.replacing(with: .pi / 2 - arc, where: isSteep)
    return acute.replacing(with: .pi - acute, where: cotangent .< 0)
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
