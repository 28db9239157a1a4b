import PenumbraInverse

/// Takes the wrinkles out of a mesh and leaves what is longer than they are.
///
/// Positions x become (I + μ B²)⁻¹ x with the Laplacian B = L / 6 of a mesh whose vertices have six neighbours: thin plates
/// that are held where the vertices were. Waves of the wanted length keep half of their height, longer ones nearly all,
/// and unlike heat flow it does not shrink balls to first order.
///
/// - Source: Taubin 1995, *A signal processing approach to fair surface design*, as an implicit step of fourth order
///   (Desbrun et al. 1999).
struct Fairing {
  private let laplacian: UniformLaplacian

  init(_ mesh: TriangleMesh) {
    laplacian = UniformLaplacian(
      triangles: mesh.triangles, welding: VertexWelding(vertexCount: mesh.positions.count))
  }

  /// - Parameters:
  ///   - positions: shape [vertices].
  ///   - wavelength: of the waves that keep half of their height, in edges.
  func smooth(_ positions: [SIMD3<Float>], wavelength: Double) -> [SIMD3<Float>] {
    // On a lattice of equal triangles, waves of k radians per edge have the eigenvalue k² / 4.
    let k = 2 * Double.pi / wavelength
    let μ = 16 / (k * k * k * k)
    let start = positions.map { SIMD3<Double>($0) }
    // Solved for the change, which is small beside the positions.
    let bend = bending(start)
    var residual = bend.map { -μ * $0 }
    var change = [SIMD3<Double>](repeating: .zero, count: positions.count)
    var direction = residual
    var energy = Self.dot(residual, residual)
    let goal = energy * (Self.tolerance * Self.tolerance)
    for _ in 0..<Self.mostRounds where energy > goal && energy > 0 {
      let bent = bending(direction)
      let image = direction.indices.map { direction[$0] + μ * bent[$0] }
      let step = energy / Self.dot(direction, image)
      for i in change.indices {
        change[i] += step * direction[i]
        residual[i] -= step * image[i]
      }
      let next = Self.dot(residual, residual)
      for i in direction.indices { direction[i] = residual[i] + next / energy * direction[i] }
      energy = next
    }
    return zip(start, change).map { SIMD3<Float>($0 + $1) }
  }

  private static let tolerance = 1e-4
  private static let mostRounds = 1000

  /// B² x.
  private func bending(_ x: [SIMD3<Double>]) -> [SIMD3<Double>] { umbrella(umbrella(x)) }

  private func umbrella(_ x: [SIMD3<Double>]) -> [SIMD3<Double>] {
    x.indices.map { i in
      let range = Int(laplacian.starts[i])..<Int(laplacian.starts[i + 1])
      var sum = SIMD3<Double>.zero
      for n in range { sum += x[Int(laplacian.neighbours[n])] }
      return (Double(range.count) * x[i] - sum) / 6
    }
  }

  private static func dot(_ a: [SIMD3<Double>], _ b: [SIMD3<Double>]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += (a[i] * b[i]).sum() }
    return sum
  }
}
