import Foundation

/// Analytic shapes as triangles, for formats that know nothing else. Texture coordinates are those of the shapes.
enum AnalyticMesh {
  /// Steps around a circle.
  private static let steps = 96

  /// [−1, 1]² at z = 0 with normal +z.
  static let rectangle: MeshData = {
    var mesh = MeshData()
    for corner in [SIMD2<Float>(-1, -1), [1, -1], [1, 1], [-1, 1]] {
      mesh.positions += [corner.x, corner.y, 0]
      mesh.normals += [0, 0, 1]
      mesh.texcoords += [(corner.x + 1) / 2, (corner.y + 1) / 2]
    }
    mesh.triangles = [[0, 1, 2], [2, 3, 0]]
    return mesh
  }()

  /// The unit sphere: u = φ / 2π from +x, v = θ / π from +z.
  static let sphere = grid(rows: steps / 2) { u, v in
    let (theta, phi) = (v * .pi, 2 * .pi * u)
    let p = SIMD3(sin(theta) * cos(phi), sin(theta) * sin(phi), cos(theta))
    return (p, p, [u, v])
  }

  /// The unit disk with normal +z: u = r, v = φ / 2π.
  static let disk = grid(rows: 1) { u, v in
    ([v * cos(2 * .pi * u), v * sin(2 * .pi * u), 0], [0, 0, 1], [v, u])
  }

  /// The open cylinder of radius 1 from z = 0 to z = 1: u = φ / 2π, v = z.
  static let cylinder = grid(rows: 1) { u, v in
    // Rows go down, so that the front looks outwards.
    let (x, y) = (cos(2 * .pi * u), sin(2 * .pi * u))
    return ([x, y, 1 - v], [x, y, 0], [u, 1 - v])
  }

  /// A grid of `rows` × `steps` cells; triangles without area are left out.
  private static func grid(
    rows: Int,
    _ point: (_ u: Double, _ v: Double) -> (position: SIMD3<Double>, normal: SIMD3<Double>, uv: SIMD2<Double>)
  ) -> MeshData {
    var mesh = MeshData()
    for row in 0...rows {
      for column in 0...steps {
        let (p, n, uv) = point(Double(column) / Double(steps), Double(row) / Double(rows))
        mesh.positions += [Float(p.x), Float(p.y), Float(p.z)]
        mesh.normals += [Float(n.x), Float(n.y), Float(n.z)]
        mesh.texcoords += [Float(uv.x), Float(uv.y)]
      }
    }
    let width = UInt32(steps + 1)
    func area(_ t: SIMD3<UInt32>) -> Double {
      let (a, b, c) = (mesh.position(Int(t.x)), mesh.position(Int(t.y)), mesh.position(Int(t.z)))
      return length(cross(b - a, c - a))
    }
    for row in 0..<UInt32(rows) {
      for column in 0..<UInt32(steps) {
        let a = row * width + column
        let candidates: [SIMD3<UInt32>] = [[a, a + width, a + width + 1], [a, a + width + 1, a + 1]]
        mesh.triangles += candidates.filter { area($0) > 1e-9 }
      }
    }
    return mesh
  }
}
